-- Whose people are counted with another place on a day, and in which counts?
-- param:   day  DATE  the day
-- twin:    registry.domain.overlap.held_on
-- grain:   one row per variant and tier
create or replace temp table elsewhere_today as
select distinct template_id, community, variant, unnest(tiers) as tier
from counted_elsewhere
where coalesce(since <= $day, true) and coalesce("until" >= $day, true);
