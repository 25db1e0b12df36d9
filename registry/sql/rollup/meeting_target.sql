-- Which places have reached their own target by their latest figure?
-- returns: registry.domain.rollup_rows.AtTarget
-- grain:   one row per headline measure of an outcome that counts places at their own targets, everybody only
-- note:    a target set before a break, or one that the baseline was already beyond by a meaningful change, tells nothing
with asked as (
    select
        p.*,
        c.template_id,
        c.sample,
        c.baseline_value,
        c.baseline_numerator,
        c.baseline_denominator,
        case when not c.baseline_of_several then list_filter(c.history, lambda h: h.period = c.baseline_period)[1] end as own
    from picked_whole as p
    inner join comparable as c using (community, variant, group_key)
    where c.headline and c.member and c.group_key = '' and c.progress_key is not null and c.rollup = 'count_meeting_target'
),
started as (  -- the measure's own baseline, whatever window was asked for: the loaded figure, else the declared one
    select
        *,
        case when own is null then baseline_value else own."value" end as s_value,
        case when sample then null when own is null then baseline_numerator else own.numerator end as s_n,
        case when sample then null when own is null then baseline_denominator else own.denominator end as s_d,
        own.standard_error as s_se
    from asked
),
figured as (
    select
        *,
        case direction when 'increase' then 1 else -1 end as sign,
        unit_scale(unit, per) as scale,
        is_counted(unit_scale(unit, per), l_value, l_n, l_d, l_se) as counted,
        is_counted(unit_scale(unit, per), s_value, s_n, s_d, s_se) as s_counted
    from started
),
ranged as (
    select
        *,
        case when counted then l_d else 1 end::HUGEINT as den,
        case when s_counted then s_d else 1 end::HUGEINT as s_den,
        exact_end(exact_figure(unit, scale, counted, l_value, l_n), counted, l_low, l_high, unit, 0) as least,
        exact_end(exact_figure(unit, scale, counted, l_value, l_n), counted, l_high, l_low, unit, 100) as most,
        exact_figure(unit, scale, s_counted, s_value, s_n) as s_figure
    from figured
),
reached as (
    select
        *,
        aim_reached(sign, least, den, nano(t_value)) as by_least,
        aim_reached(sign, most, den, nano(t_value)) as by_most,
        coalesce(sign * (s_figure - nano(t_value) * s_den) >= nano(meaningful_change) * s_den, false) as is_wrong_side
    from ranged
)
select
    r.template_id,
    r.community,
    r.variant,
    r.l_period as period,
    case
        when r.t_value is null then 'no_target'
        when r.l_period is null or by_least is null or by_most is null or r.broken_at is not null or is_wrong_side then 'cannot_be_told'
        when by_least and by_most then 'met'
        when not by_least and not by_most then 'not_met'
        else 'cannot_be_told'
    end as status
from reached as r
anti join (from elsewhere_today where tier = 'outcome') as e
    on e.community = r.community and e.variant = r.variant and e.template_id = r.template_id
order by r.template_id, r.community, r.variant
