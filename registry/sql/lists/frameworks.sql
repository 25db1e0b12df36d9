-- Which frameworks has the network published?
-- param:   line  BIGINT  the ledger's line at which the question is asked
-- returns: registry.domain.listing.FrameworkLine
-- grain:   one row per framework version, in the order of publication
select id, version, title, seq, recorded_at, content_sha256, body
from framework_at($line)
order by id, seq
