-- What do the effects of the unbroken segments of a broken series come to together?
-- param:   window  BOOLEAN  two ends were asked for: then nothing is judged between any others
-- returns: registry.domain.rollup_rows.Chain
-- grain:   one row per broken variant and group
-- twin:    registry.domain.segments.chained_effect
with segment as (
    select s.community, s.variant, s.group_key, s.b_period, s.l_period, p.effect, p.effect_se, p.effect_reason
    from picked_segment as s
    inner join progressed as p using (community, variant, group_key, stretch)
),
broken as (
    select
        w.community,
        w.variant,
        w.group_key,
        len(list_distinct(list_transform(
            list_filter(c.breaks, lambda b: not b.bridged and b.ordinal > w.b_ordinal and b.ordinal <= w.l_ordinal), lambda b: b.ordinal
        ))) + 1 as segments
    from picked_whole as w
    inner join comparable as c using (community, variant, group_key)
    where w.broken_at is not null
)
select
    b.community,
    b.variant,
    b.group_key,
    b.segments,
    case when count(s.effect) = b.segments then sum(s.effect order by s.b_period) end as chained_effect,
    case when count(s.effect) = b.segments then sqrt(sum(s.effect_se * s.effect_se order by s.b_period)) end as chained_effect_se,
    case
        when count(s.effect) = b.segments then null
        when $window then 'series_break'
        when count(s.b_period) < b.segments then 'segment_too_short'
        else min(s.effect_reason)
    end as chained_effect_reason
from broken as b
left join segment as s using (community, variant, group_key)
group by b.community, b.variant, b.group_key, b.segments
order by b.community, b.variant, b.group_key
