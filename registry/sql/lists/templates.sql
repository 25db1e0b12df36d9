-- Which outcomes has the network published, and which versions are deprecated or withdrawn?
-- param:   line  BIGINT  the ledger's line at which the question is asked
-- returns: registry.domain.listing.TemplateLine
-- grain:   one row per template version, in the order of publication
select
    t.id, t.version, t.title, t.unit, t.direction, coalesce(s.status, 'published') as status, s.successor,
    coalesce(s.reason, '') as reason, t.recorded_at, t.content_sha256, t.body
from template_at($line) as t
left join template_status_at($line) as s on s.id = t.id and s.version = t.version
order by t.id, t.seq
