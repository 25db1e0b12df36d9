-- What is the history now of the local measures that the newest loads touched?
-- param:   line  BIGINT  the ledger's line that the projection has reached
-- grain:   one row per touched variant and group
create or replace temp table touched_observation as
from registry.observation semi join (select distinct community, variant from tail.observation) using (community, variant);

delete from tail.series;

insert into tail.series
from series_in('touched_observation', $line);

drop table touched_observation;
