-- What does the benchmark of each series say in the very two periods between which the series is judged?
-- returns: registry.domain.rollup_rows.BenchmarkEnds
-- grain:   one row per variant and group with a benchmark; same where it measures in the same way
with beside as (
    select
        p.community,
        p.variant,
        p.group_key,
        c.benchmark,
        coalesce(r.level_key = c.level_key, false) as same,
        r.unit,
        r.per,
        r.sample,
        list_filter(r.breaks, lambda b: not b.bridged and b.ordinal > p.b_ordinal and b.ordinal <= p.l_ordinal)[1].period as broken_at,
        list_filter(r.history, lambda h: h.period = p.b_period)[1] as b,
        list_filter(r.history, lambda h: h.period = p.l_period)[1] as l
    from picked_whole as p
    inner join comparable as c using (community, variant, group_key)
    inner join comparable as r
        on r.community || '/' || r.variant = c.benchmark and r.group_key = c.group_key
)
select
    community,
    variant,
    group_key,
    benchmark,
    same,
    broken_at,
    b.period as b_period,
    b."value" as b_value,
    case when not sample then b.numerator end as b_n,
    case when not sample then b.denominator end as b_d,
    hidden_low(b.missing, unit, b.low) as b_low,
    hidden_high(b.missing, unit, per, b.high) as b_high,
    b.standard_error as b_se,
    b.eligible as b_eligible,
    b.missing as b_missing,
    l.period as l_period,
    l."value" as l_value,
    case when not sample then l.numerator end as l_n,
    case when not sample then l.denominator end as l_d,
    hidden_low(l.missing, unit, l.low) as l_low,
    hidden_high(l.missing, unit, per, l.high) as l_high,
    l.standard_error as l_se,
    l.eligible as l_eligible,
    l.missing as l_missing
from beside
order by community, variant, group_key
