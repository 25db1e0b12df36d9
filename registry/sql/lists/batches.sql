-- Which files were loaded?
-- param:   line       BIGINT   the ledger's line at which the question is asked
-- param:   community  VARCHAR  only this community's; null for all
-- param:   variant    VARCHAR  only this variant's; null for all
-- returns: registry.domain.listing.BatchLine
-- grain:   one row per load, in order
select id, seq, recorded_at, actor, community, variant, body
from registry.batch
where seq <= $line and ($community is null or community = $community) and ($variant is null or variant = $variant)
order by seq
