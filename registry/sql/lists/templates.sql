-- Which outcomes has the network published?
-- param:   line  BIGINT  the ledger's line at which the question is asked
-- returns: registry.domain.listing.TemplateLine
-- grain:   one row per template version, in the order of publication
select id, version, title, unit, direction, content_sha256, body
from template_at($line)
order by id, seq
