-- How far has each series come since its baseline, does it keep pace with its target, and what may be said of its trend?
-- returns: registry.domain.progress.Progress
-- grain:   one row per community, variant, group and stretch of the relation "picked"
-- reads:   picked, one row per stretch of a series: terms, both ends, target and milestones (null where there is none), and its rule:
--          phi, how much more cohorts differ than chance, tau, by how many points of a percent they differ besides, and the method
-- order:   community, variant, group_key, stretch, then the fields of Progress; an interval is DOUBLE[] of two
-- exact:   observed, pace, gap_closed's condition and the meaningful change are decided in whole numbers (HUGEINT), never in
--          doubles: values of 9 decimals, counts up to 1e11 for a percent; what does not fit is an error
-- twin:    registry.domain.progress.progress
with
said as (  -- what the template says, and whether each end is a ratio of counts
    select
        *,
        case direction when 'increase' then 1 else -1 end as sign,
        unit_scale(unit, per) as scale,
        nano(meaningful_change) as least_change,
        coalesce(maintain_within, 5 * meaningful_change)::DOUBLE as edge,
        is_counted(unit_scale(unit, per), b_value, b_n, b_d, b_se) as b_counted,
        is_counted(unit_scale(unit, per), l_value, l_n, l_d, l_se) as l_counted
    from picked
),
figured as (  -- each figure, in billionths over b_den and l_den
    select
        *,
        plain(scale, 1) as points,
        case when b_counted then b_d else 1 end::HUGEINT as b_den,
        case when l_counted then l_d else 1 end::HUGEINT as l_den,
        exact_figure(unit, scale, b_counted, b_value, b_n) as b_said,
        exact_figure(unit, scale, l_counted, l_value, l_n) as l_said
    from said
),
ranged as (  -- the range each figure lies in
    select
        *,
        b_den * l_den as both_den,
        exact_end(b_said, b_counted, b_low, b_high, unit, 0) as b_least,
        exact_end(b_said, b_counted, b_high, b_low, unit, 100) as b_most,
        exact_end(l_said, l_counted, l_low, l_high, unit, 0) as l_least,
        exact_end(l_said, l_counted, l_high, l_low, unit, 100) as l_most
    from figured
),
shared as (  -- the people behind each end, the least and greatest share of them, and the change between the ends
    select
        *,
        coalesce(b_said, case when b_least = b_most then b_least end) as b_fig,
        coalesce(l_said, case when l_least = l_most then l_least end) as l_fig,
        b_least is not null or b_most is not null as b_there,
        l_least is not null or l_most is not null as l_there,
        b_least is null or b_least is distinct from b_most as b_bounded,
        l_least is null or l_least is distinct from l_most as l_bounded,
        people_of(scale, b_d, b_least, b_most, b_den) as b_people,
        people_of(scale, l_d, l_least, l_most, l_den) as l_people,
        share_of(b_least, b_den, scale) as b_share,
        share_of(b_most, b_den, scale) as b_share_most,
        share_of(l_most, l_den, scale) as l_share,
        share_of(l_least, l_den, scale) as l_share_least,
        l_least * b_den - b_most * l_den as fall_num,
        l_most * b_den - b_least * l_den as rise_num
    from ranged
),
changed as (  -- the change, and what a test of it may lean on
    select
        *,
        b_people is not null and not b_bounded and b_se is null as b_full,
        l_people is not null and not l_bounded and l_se is null as l_full,
        l_fig * b_den - b_fig * l_den as change_num,
        abs(change_num) >= least_change * both_den as is_meaningful,
        case when sign > 0 then fall_num else -rise_num end as worst_num,
        case when sign > 0 then rise_num else -fall_num end as best_num,
        case
            when b_se is not null or l_se is not null then case
                when b_se is not null and l_se is not null and (b_se <> 0 or l_se <> 0) and change_num is not null
                    then 'standard_errors'
                else 'none'
            end
            when b_people is null or l_people is null then 'none'
            when b_bounded or l_bounded then 'bounds_with_counts'
            else 'counts'
        end as leaning
    from shared
),
hindered as (  -- why no change can be derived, and why counts may not be tested
    select
        *,
        case
            when not b_there then 'no_baseline'
            when not l_there or l_ordinal <= b_ordinal then 'no_data'
            when broken_at is not null then 'series_break'
            when b_span <> l_span then 'unequal_periods'
            when kind = 'multi-year' and l_ordinal - b_ordinal < b_span and leaning <> 'standard_errors'
                then 'overlapping_periods'
        end as hindrance,
        case
            when leaning not in ('counts', 'bounds_with_counts') then null
            when b_people < 20 or l_people < 20 then 'too_few_people'
            when (b_eligible > 0 and b_people::HUGEINT * 100 < b_eligible::HUGEINT * 95)
                or (l_eligible > 0 and l_people::HUGEINT * 100 < l_eligible::HUGEINT * 95)
                or (b_eligible > 0 and l_eligible > 0
                    and abs(l_people::HUGEINT * b_eligible - b_people::HUGEINT * l_eligible) * 100
                        >= b_eligible::HUGEINT * l_eligible * 5)
                then 'participation'
        end as unfit,
        (l_ordinal - b_ordinal) / 12e0 as years_apart,
        case when kind = 'multi-year' then greatest(0e0, 1e0 - (l_ordinal - b_ordinal) / b_span::DOUBLE) else 0e0 end
            as overlap,
        list_max(list_filter(
            milestones, lambda aim: aim.ordinal > b_ordinal and aim.ordinal <= l_ordinal and l_ordinal < t_ordinal
        )) as passed,
        list_min(list_filter(
            milestones, lambda aim: aim.ordinal > l_ordinal and aim.ordinal < t_ordinal and aim.ordinal > b_ordinal
        )) as ahead,
        nano(t_value) as target,
        l_ordinal >= t_ordinal as is_due
    from changed
),
stretched as (  -- the stretch of the path that the latest period lies on; from the target period on it is level
    select
        *,
        case when is_due then l_ordinal when passed is not null then passed.ordinal else b_ordinal end as since,
        case when is_due then l_ordinal + 1 when ahead is not null then ahead.ordinal else t_ordinal end as until,
        case when is_due or passed is not null then 1::HUGEINT else b_den end as from_den,
        case when is_due then target when passed is not null then nano(passed.value) end as knot,
        case when is_due or ahead is null then target else nano(ahead.value) end as until_fig,
        wrong_side(sign, b_least, b_den, target) as wrong_rising,
        wrong_side(sign, b_most, b_den, target) as wrong_falling
    from hindered
),
paced as (  -- how far the latest figure stands above the path, and the pace at both extreme corners of the ranges
    select
        *,
        coalesce(knot, b_fig) as from_fig,
        above_path(l_fig, l_den, from_fig, from_den, since, until_fig, until, l_ordinal) as above_num,
        l_den * from_den * (until - since) as above_den,
        pace_at(
            wrong_rising,
            aim_reached(sign, l_most, l_den, target),
            sign * above_path(l_most, l_den, coalesce(knot, b_least), from_den, since, until_fig, until, l_ordinal) >= 0,
            l_ordinal, t_ordinal
        ) as pace_rising,
        pace_at(
            wrong_falling,
            aim_reached(sign, l_least, l_den, target),
            sign * above_path(l_least, l_den, coalesce(knot, b_most), from_den, since, until_fig, until, l_ordinal) >= 0,
            l_ordinal, t_ordinal
        ) as pace_falling
    from stretched
),
erred as (  -- the error of the change, at both extreme corners of the ranges and of a sample
    select
        *,
        sign * plain(change_num, both_den) as gain,
        hindrance is null and "method" = 'tested' and unfit is null as may_test,
        binomial_error(pooled_share(b_share, b_people, l_share, l_people), b_people, l_people, points, phi, tau)
            as rising_error,
        binomial_error(
            pooled_share(b_share_most, b_people, l_share_least, l_people), b_people, l_people, points, phi, tau
        ) as falling_error,
        sqrt((1e0 - overlap) * (b_se * b_se + l_se * l_se)) as sample_error
    from paced
),
tested as (  -- the trend at both extreme corners
    select
        *,
        case
            when may_test and leaning = 'counts' then rising_error
            when may_test and leaning = 'standard_errors' then sample_error
        end as error,
        tested_trend(sign * plain(rise_num, both_den), rising_error, abs(rise_num) >= least_change * both_den, edge)
            as rising_trend,
        tested_trend(sign * plain(fall_num, both_den), falling_error, abs(fall_num) >= least_change * both_den, edge)
            as falling_trend
    from erred
),
judged as (  -- the verdict of the rule
    select
        *,
        gain / nullif(error, 0) as z_score,
        gain - 1.6448536269514722e0 * error as gain_low,
        gain + 1.6448536269514722e0 * error as gain_high,
        b_full and l_full as both_full,
        case
            when hindrance is not null or "method" = 'threshold' and change_num is null then 'indeterminate'
            when "method" = 'threshold' and not is_meaningful then 'maintaining'
            when "method" = 'threshold' then case when gain > 0 then 'improving' else 'declining' end
            when error is not null then tested_trend(gain, error, is_meaningful, edge)
            when may_test and leaning = 'bounds_with_counts' and rising_trend = falling_trend then rising_trend
            else 'indeterminate'
        end as verdict
    from tested
),
smoothed as (  -- the share behind each probit, where the cut is not in the tail
    select
        *,
        both_full and (
            least(b_fig, scale * b_den - b_fig) * b_people < 5 * scale * b_den
            or least(l_fig, scale * l_den - l_fig) * l_people < 5 * scale * l_den
        ) as in_tail,
        hindrance is null and has_cut and both_full and not in_tail as may_probit,
        case when may_probit then (b_share * b_people + 0.5e0) / (b_people + 1) end as b_smooth,
        case when may_probit then (l_share * l_people + 0.5e0) / (l_people + 1) end as l_smooth,
        case when l_full then case when l_share > 0 and l_share < 1 then l_share else 0.5e0 / (l_people + 1) end end as q
    from judged
),
probited as (  -- the probit of each end, and the error of the latest figure alone
    select
        *,
        normal_quantile(b_smooth) as b_probit,
        normal_quantile(l_smooth) as l_probit,
        coalesce(
            l_se, points * sqrt(phi * q * (1e0 - q) / l_people + (tau / 100e0) * (tau / 100e0))
        ) as latest_error
    from smoothed
)
select
    community,
    variant,
    group_key,
    stretch,
    case when hindrance is null or hindrance = 'series_break' then years_apart end as years,
    case when hindrance is null then plain(change_num, both_den) end as change,
    case when hindrance is null then gain end as improvement,
    case when hindrance is null and (b_bounded or l_bounded) and worst_num is not null and best_num is not null
        then [plain(worst_num, both_den), plain(best_num, both_den)] end as improvement_bounds,
    case
        when hindrance is not null then null
        when worst_num > 0 then 'better'
        when best_num < 0 then 'worse'
        when worst_num = 0 and best_num = 0 then 'same'
        else 'unknown'
    end as observed,
    case when hindrance is null then gain / nullif(years_apart, 0) end as annual_improvement,
    case when hindrance is null and sign * (target * b_den - b_fig) >= least_change * b_den
        then change_num::DOUBLE / nullif(((target * b_den - b_fig) * l_den)::DOUBLE, 0) end as gap_closed,
    case when hindrance is null and b_fig is not null
        then plain(from_fig * (until - l_ordinal) + until_fig * from_den * (l_ordinal - since), from_den * (until - since))
    end as expected_value,
    case
        when target is null then null
        when hindrance = 'no_baseline' then 'no_data'
        when hindrance = 'no_data' then case when not wrong_rising and not wrong_falling then 'no_data' end
        when hindrance is null and pace_rising = pace_falling then pace_rising
    end as pace,
    case when hindrance is null and not is_due and not aim_reached(sign, l_fig, l_den, target)
        then sign * plain(target * l_den - l_fig, l_den) * 12e0 / nullif(t_ordinal - l_ordinal, 0) end
        as required_annual_improvement,
    error as se,
    z_score as z,
    normal_two_sided_p(z_score) as p_value,
    case when error is not null then [gain_low, gain_high] end as improvement_ci90,
    verdict as trend,
    case
        when hindrance is not null then hindrance
        when "method" = 'threshold' then case when change_num is null then 'bounds' end
        when leaning = 'none' then 'no_error_known'
        when unfit is not null then unfit
        when leaning = 'bounds_with_counts' and rising_trend <> falling_trend then 'bounds'
        when verdict = 'indeterminate' then 'within_noise'
    end as reason,
    case when error is not null then gain_low > -edge and verdict <> 'declining' end as held,
    case
        when hindrance is not null or "method" = 'threshold' and change_num is null then 'none'
        when "method" = 'threshold' then 'threshold'
        else leaning
    end as evidence,
    case when error is not null
        then abs(plain(above_num, above_den)) > 1.6448536269514722e0 * latest_error end as pace_clear,
    sign * (l_probit - b_probit) as effect,
    sqrt(
        b_smooth * (1e0 - b_smooth) / (b_people * normal_density(b_probit) * normal_density(b_probit))
        + l_smooth * (1e0 - l_smooth) / (l_people * normal_density(l_probit) * normal_density(l_probit))
    ) as effect_se,
    case
        when not has_cut then 'no_cut'
        when hindrance is not null then hindrance
        when not both_full then 'no_counts'
        when in_tail then 'cut_in_tail'
    end as effect_reason,
    case when b_full then wilson95(b_share, b_people, points) end as baseline_wilson95,
    case when l_full then wilson95(l_share, l_people, points) end as latest_wilson95
from probited
order by community, variant, group_key, stretch
