-- What does the registry hold of one local measure?
-- param:   line       BIGINT   the ledger's line at which the question is asked
-- param:   community  VARCHAR  the community
-- param:   variant    VARCHAR  the variant
-- returns: registry.domain.listing.PointLine
-- grain:   one row per group and period
select
    group_key, period, ordinal, seq, batch,
    cast("value" as DOUBLE), numerator, denominator, cast(low as DOUBLE), cast(high as DOUBLE), "open",
    standard_error, eligible, missing, file, "row", cells
from head_at($line)
where community = $community and variant = $variant
order by group_key, ordinal, period
