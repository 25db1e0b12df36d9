-- How is the file of one local measure read?
-- param:   line       BIGINT   the ledger's line at which the question is asked
-- param:   community  VARCHAR  the community
-- param:   variant    VARCHAR  the variant
-- returns: registry.domain.listing.MappingLine
-- grain:   at most one row
select community, variant, revision, body
from mapping_at($line)
where community = $community and variant = $variant
