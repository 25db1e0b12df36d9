-- Which tokens are there, and which were voided?
-- param:   line  BIGINT  the ledger's line at which the question is asked
-- returns: registry.domain.listing.TokenLine
-- grain:   one row per token, in the order in which they were made
select t.id, min(t.seq) as seq, min(t.recorded_at) as recorded_at, arg_min(t.actor, t.seq) as actor,
    min(t.seq) < coalesce(any_value(v.seq), 0) as voided, arg_max(t.body, t.seq) as body
from token_at($line) as t
cross join (select max(seq) as seq from tokens_voided_at($line)) as v
group by t.id
order by min(t.seq)
