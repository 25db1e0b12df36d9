-- Which local measures are registered?
-- param:   line       BIGINT   the ledger's line at which the question is asked
-- param:   community  VARCHAR  only this community's; null for all
-- returns: registry.domain.listing.VariantLine
-- grain:   one row per variant
select
    community, id, template_id, template_version, title, headline, tier, level_key, progress_key, reasons, revision,
    recorded_at, content_sha256, body
from variant_at($line)
where $community is null or community = $community
order by community, id
