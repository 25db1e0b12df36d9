-- Take the histories as they stood at an earlier line of the ledger: they are worked out from every revision.
-- param:   line  BIGINT  the ledger's line
-- grain:   one row per variant and group
create or replace temp table chosen_series as
from series_at($line);
