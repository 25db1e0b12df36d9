-- Where a series is broken between its two ends: which are its unbroken segments, each from its first figure to its last?
-- param:   window  BOOLEAN  two ends were asked for: then nothing is judged between any others
-- returns: registry.domain.rollup_rows.Picked
-- grain:   one row per variant, group and segment of two figures or more; its stretch is the first period of the segment
-- note:    the segment of the baseline begins with the baseline; a target belongs to the whole series and to no segment
with broken as (
    select p.*, c.breaks, c.history, c.sample
    from picked_whole as p
    inner join comparable as c using (community, variant, group_key)
    where p.broken_at is not null and not $window
),
edged as (  -- each segment reaches from one break (or the baseline) to the next (or the latest figure)
    select
        *,
        list_sort(list_distinct(list_transform(
            list_filter(breaks, lambda b: not b.bridged and b.ordinal > b_ordinal and b.ordinal <= l_ordinal), lambda b: b.ordinal
        ))) as edges
    from broken
),
spanned as (
    select
        * exclude (edges),
        unnest(list_prepend(b_ordinal, edges)) as begins,
        unnest(list_append(edges, l_ordinal + 1)) as ends
    from edged
),
held as (
    select
        *,
        list_filter(history, lambda h: (h."value" is not null or h.low is not null or h.high is not null or h.missing = 'suppressed')
            and h.ordinal >= begins and h.ordinal < ends) as inside,
        begins = b_ordinal as is_first
    from spanned
),
ended as (
    select *, inside[1] as f, inside[-1] as g
    from held
    where case when is_first then inside[-1].ordinal > b_ordinal else len(inside) > 1 end
)
select * exclude (breaks, history, sample, begins, ends, inside, is_first, f, g) replace (
    null::VARCHAR as broken_at,
    case when is_first then b_period else f.period end as b_period,
    case when is_first then b_ordinal else f.ordinal end as b_ordinal,
    case when is_first then b_span else f.span end as b_span,
    case when is_first then b_value else f."value" end as b_value,
    case when is_first then b_n when not sample then f.numerator end as b_n,
    case when is_first then b_d when not sample then f.denominator end as b_d,
    case when is_first then b_low else hidden_low(f.missing, unit, f.low) end as b_low,
    case when is_first then b_high else hidden_high(f.missing, unit, per, f.high) end as b_high,
    case when is_first then b_se else f.standard_error end as b_se,
    case when is_first then b_eligible else f.eligible end as b_eligible,
    case when is_first then b_missing else f.missing end as b_missing,
    is_first and b_declared as b_declared,
    g.period as l_period,
    g.ordinal as l_ordinal,
    g.span as l_span,
    g."value" as l_value,
    case when not sample then g.numerator end as l_n,
    case when not sample then g.denominator end as l_d,
    hidden_low(g.missing, unit, g.low) as l_low,
    hidden_high(g.missing, unit, per, g.high) as l_high,
    g.standard_error as l_se,
    g.eligible as l_eligible,
    g.missing as l_missing,
    null::VARCHAR as t_period,
    null::INTEGER as t_ordinal,
    null::DECIMAL(28, 9) as t_value,
    null::VARCHAR as declared_period,
    case when is_first then b_period else f.period end as stretch
)
from ended
order by community, variant, group_key, b_ordinal
