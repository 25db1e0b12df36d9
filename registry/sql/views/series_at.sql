-- What was the history of each local measure and group at a given line of the ledger?
-- grain:   head_at one row per variant, group and period; series_at one row per variant and group
create or replace macro head_at(line) as table
select * exclude (latest)
from (
    select *, row_number() over (partition by community, variant, group_key, period order by seq desc) as latest
    from registry.observation
    where seq <= line
)
where latest = 1 and not withdrawn;

create or replace macro series_at(line) as table
select
    community,
    variant,
    group_key,
    list(
        {
            period: period, ordinal: ordinal, span: span, seq: seq,
            "value": "value", numerator: numerator, denominator: denominator,
            low: low, high: high, "open": "open",
            standard_error: standard_error, eligible: eligible, missing: missing
        }
        order by ordinal, period
    ) as history
from head_at(line)
group by community, variant, group_key;
