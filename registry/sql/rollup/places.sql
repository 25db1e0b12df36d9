-- Which local measures of the outcome are there, and how far is each comparable?
-- returns: registry.domain.rollup.Place
-- grain:   one row per variant
select distinct on (community, variant)
    community, name, place, left_out, template_version, variant, headline, tier, level_key, progress_key, reasons
from comparable
order by community, variant
