-- Where was each series heading: its exact figures up to the baseline, since the last break before it, and its latest one?
-- returns: registry.domain.rollup_rows.Before
-- grain:   one row per variant, everybody only, of shares in percent that are unbroken from the baseline on
with series as (
    select
        p.community,
        p.variant,
        p.b_ordinal,
        p.l_ordinal,
        case when p.l_n is not null and p.l_d > 0 then 100e0 * p.l_n / p.l_d else p.l_value::DOUBLE end as latest,
        list_filter(c.breaks, lambda b: not b.bridged and b.ordinal <= p.b_ordinal)[-1].ordinal as since,
        c.history
    from picked_whole as p
    inner join comparable as c using (community, variant, group_key)
    where p.group_key = '' and p.unit = 'percent' and p.broken_at is null and p.l_low is null and p.l_high is null
),
kept as (
    select
        *,
        list_filter(history, lambda h: h.ordinal <= b_ordinal and (since is null or h.ordinal >= since)
            and (h."value" is not null or (h.numerator is not null and h.denominator > 0)) and h.low is null and h.high is null) as past
    from series
)
select
    community,
    variant,
    list_transform(past, lambda h: h.ordinal / 12e0) as years,
    list_transform(past, lambda h: case when h.numerator is not null and h.denominator > 0 and h.standard_error is null
        then 100e0 * h.numerator / h.denominator else h."value"::DOUBLE end) as figures,
    list_transform(past, lambda h: case when h.standard_error is null then h.denominator end) as people,
    l_ordinal / 12e0 as latest_year,
    latest
from kept
where len(past) > 1 and latest is not null and l_ordinal is not null
order by community, variant
