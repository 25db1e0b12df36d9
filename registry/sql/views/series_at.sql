-- What was the history of each local measure and group at a given line of the ledger?
-- grain:   head_in, head_at one row per variant, group and period; series_in, series_at one row per variant and group
-- reads:   registry.observation, or the part of it that the caller names (source)
create or replace macro head_in(source, line) as table
select * exclude (latest)
from (
    select *, row_number() over (partition by community, variant, group_key, period order by seq desc) as latest
    from query_table(source)
    where seq <= line
)
where latest = 1 and not withdrawn;

create or replace macro head_at(line) as table
from head_in('registry.observation', line);

create or replace macro series_in(source, line) as table
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
from head_in(source, line)
group by community, variant, group_key;

create or replace macro series_at(line) as table
from series_in('registry.observation', line);
