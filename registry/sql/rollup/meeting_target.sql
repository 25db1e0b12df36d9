-- Which places have reached their own target by their latest figure?
-- param:   day  DATE  the day on which it is judged whose people are counted with another place
-- returns: registry.domain.rollup_rows.AtTarget
-- grain:   one row per headline measure of an outcome that counts places at their own targets, everybody only
-- note:    a target set before a break, or one that the baseline was already beyond by a meaningful change, tells nothing
with figured as (
    select
        p.*,
        case direction when 'increase' then 1 else -1 end as sign,
        unit_scale(unit, per) as scale,
        is_counted(unit_scale(unit, per), l_value, l_n, l_d, l_se) as counted
    from picked_whole as p
),
ranged as (
    select
        *,
        case when counted then l_d else 1 end::HUGEINT as den,
        exact_end(exact_figure(unit, scale, counted, l_value, l_n), counted, l_low, l_high, unit, 0) as least,
        exact_end(exact_figure(unit, scale, counted, l_value, l_n), counted, l_high, l_low, unit, 100) as most
    from figured
),
reached as (
    select
        *,
        aim_reached(sign, least, den, nano(t_value)) as by_least,
        aim_reached(sign, most, den, nano(t_value)) as by_most,
        coalesce(sign * (case when b_n is not null and b_d > 0 and scale is not null then plain(scale * b_n, b_d) else b_value::DOUBLE end - t_value::DOUBLE)
            >= meaningful_change::DOUBLE, false) as is_wrong_side
    from ranged
)
select
    c.template_id,
    c.community,
    c.variant,
    r.l_period as period,
    case
        when r.t_value is null then 'no_target'
        when r.l_period is null or by_least is null or by_most is null or r.broken_at is not null or is_wrong_side then 'cannot_be_told'
        when by_least and by_most then 'met'
        when not by_least and not by_most then 'not_met'
        else 'cannot_be_told'
    end as status
from comparable as c
inner join reached as r using (community, variant, group_key)
anti join (
    from counted_elsewhere where list_contains(tiers, 'outcome') and coalesce(since <= $day, true) and coalesce("until" >= $day, true)
) as e on e.community = c.community and e.variant = c.variant and e.template_id = c.template_id
where c.headline and c.member and c.group_key = '' and c.progress_key is not null and c.rollup = 'count_meeting_target'
order by c.template_id, c.community, c.variant
