-- What did the registry hold of one local measure before it was corrected?
-- param:   line       BIGINT   the ledger's line at which the question is asked
-- param:   community  VARCHAR  the community
-- param:   variant    VARCHAR  the variant
-- returns: registry.domain.listing.PointLine
-- grain:   one row per group, period and superseded revision
select
    o.group_key, o.period, o.ordinal, o.seq, o.batch,
    cast(o."value" as DOUBLE), o.numerator, o.denominator, cast(o.low as DOUBLE), cast(o.high as DOUBLE), o."open",
    o.standard_error, o.eligible, o.missing, o.file, o."row", o.cells
from registry.observation as o
anti join head_at($line) as h
    on h.community = o.community and h.variant = o.variant and h.group_key = o.group_key and h.period = o.period and h.seq = o.seq
where o.community = $community and o.variant = $variant and o.seq <= $line and not o.withdrawn
order by o.group_key, o.ordinal, o.period, o.seq
