-- Which stretches of which series are judged: the whole from baseline to latest, to the target's own period, and each unbroken segment?
-- grain:   one row per variant, group and stretch
create or replace temp table picked as
from picked_whole
union all
from picked_at_target
union all
from picked_segment;
