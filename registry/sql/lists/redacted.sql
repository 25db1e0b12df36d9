-- Which figures of an outcome were redacted and have no other since?
-- param:   line      BIGINT   the ledger's line at which the question is asked
-- param:   template  VARCHAR  the outcome
-- returns: registry.domain.listing.RedactedLine
-- grain:   one row per variant, group and period
select
    o.community, o.variant, o.group_key, o.period, o.redacted_by
from registry.observation as o
semi join variant_at($line) as v on v.community = o.community and v.id = o.variant and v.template_id = $template
anti join (from registry.observation where seq <= $line) as later
    on later.community = o.community and later.variant = o.variant and later.group_key = o.group_key and later.period = o.period
    and later.seq > o.seq
where o.redacted_by is not null and not o.withdrawn and o.seq <= $line
order by o.community, o.variant, o.group_key, o.ordinal, o.period
