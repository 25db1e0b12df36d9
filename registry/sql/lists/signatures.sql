-- What did the partners say to one local measure?
-- param:   line       BIGINT   the ledger's line at which the question is asked
-- param:   community  VARCHAR  the community
-- param:   variant    VARCHAR  the variant
-- returns: registry.domain.listing.ActLine
-- grain:   one row per act, in order
select seq, recorded_at, actor, body
from signature_at($line)
where community = $community and variant = $variant
order by seq
