-- Which links to a common scale has the network published?
-- param:   line  BIGINT  the ledger's line at which the question is asked
-- returns: registry.domain.listing.LinkLine
-- grain:   one row per link, in the order of publication
select id, title, scale, first_period, last_period, len(cuts) as cuts, recorded_at, content_sha256, body
from link_at($line)
order by seq
