-- Which grants are there?
-- param:   line  BIGINT  the ledger's line at which the question is asked
-- returns: registry.domain.listing.GrantRow
-- grain:   one row per grant, in the order in which they were made
select id, min(seq) as seq, min(recorded_at) as recorded_at, arg_min(actor, seq) as actor, arg_max(body, seq) as body
from grant_at($line)
group by id
order by min(seq)
