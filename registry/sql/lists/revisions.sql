-- What did one local measure say, revision by revision?
-- param:   line       BIGINT   the ledger's line at which the question is asked
-- param:   community  VARCHAR  the community
-- param:   variant    VARCHAR  the variant
-- returns: registry.domain.listing.RevisionLine
-- grain:   one row per revision, in order
select revision, seq, recorded_at, actor, content_sha256, body
from revision_at($line)
where community = $community and id = $variant
order by seq
