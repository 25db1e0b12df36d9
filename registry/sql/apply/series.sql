-- What is the history now of the local measures that the newest loads touched?
-- param:   line  BIGINT  the ledger's line that the projection has reached
-- grain:   one row per touched variant and group
delete from tail.series;

insert into tail.series
from series_at($line) semi join (select distinct community, variant from tail.observation) using (community, variant);
