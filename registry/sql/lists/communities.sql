-- Which places does the network know?
-- param:   line  BIGINT  the ledger's line at which the question is asked
-- returns: registry.domain.listing.CommunityLine
-- grain:   one row per community
select c.slug, c.name, c.kind, c.state, count(v.id) as variants, c.revision, c.body
from community_at($line) as c
left join variant_at($line) as v on v.community = c.slug
group by c.slug, c.name, c.kind, c.state, c.revision, c.body
order by c.slug
