-- Which local measures of the outcome are there, and how far is each comparable?
-- returns: registry.domain.rollup_rows.Place
-- grain:   one row per variant
select distinct on (community, variant)
    template_id, community, name, place, left_out, template_version, variant, headline, tier, level_key, linked_key, progress_key,
    direction_key, reasons
from comparable
order by community, variant
