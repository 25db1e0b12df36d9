-- Which progress rules has the network published, beside those that ship?
-- param:   line  BIGINT  the ledger's line at which the question is asked
-- returns: registry.domain.listing.RuleLine
-- grain:   one row per rule, in the order of publication
select id, title, "method", phi, tau, recorded_at, content_sha256, body
from rule_at($line)
order by seq
