-- How large is the gap between each group and its reference, and does it close, widen, or can nobody tell?
-- returns: registry.domain.disparity.Disparity
-- grain:   one row per community, variant, group and reference of the relation "gap_ends"
-- reads:   gap_ends, one row per pair: terms, rule, both ends with both cells, target; null where there is none
-- order:   community, variant, group_key, reference_key, then the fields of Disparity; bounds are DOUBLE[] of two
-- exact:   gaps are compared with 0 and the meaningful change in whole numbers (HUGEINT), never in doubles: values of 9
--          decimals, denominators up to 1e9; what does not fit is an error
-- twin:    registry.domain.disparity.disparity
with
ends as (  -- a latest end that is not after the baseline is none
    select
        *,
        unit_scale(unit, per) as scale,
        coalesce(l_ordinal > b_ordinal, true) as later
    from gap_ends
),
cells as (  -- one row per cell: baseline or latest, group or reference
    select
        community,
        variant,
        group_key,
        reference_key,
        unit,
        scale,
        unnest([
            {'cell': 'bg', 'there': true, 'value': bg_value, 'n': bg_n, 'd': bg_d,
             'low': bg_low, 'high': bg_high, 'se': bg_se, 'eligible': bg_eligible},
            {'cell': 'br', 'there': true, 'value': br_value, 'n': br_n, 'd': br_d,
             'low': br_low, 'high': br_high, 'se': br_se, 'eligible': br_eligible},
            {'cell': 'lg', 'there': later, 'value': lg_value, 'n': lg_n, 'd': lg_d,
             'low': lg_low, 'high': lg_high, 'se': lg_se, 'eligible': lg_eligible},
            {'cell': 'lr', 'there': later, 'value': lr_value, 'n': lr_n, 'd': lr_d,
             'low': lr_low, 'high': lr_high, 'se': lr_se, 'eligible': lr_eligible}
        ], max_depth := 2)
    from ends
),
counted as (  -- whether a cell is a ratio of counts
    select *, is_counted(scale, "value", n, d, se) as is_ratio from cells where there
),
figured as (  -- each figure, in billionths over den
    select
        *,
        case when is_ratio then d else 1 end::HUGEINT as den,
        exact_figure(unit, scale, is_ratio, "value", n) as said
    from counted
),
ranged as (  -- the range each figure lies in
    select
        *,
        exact_end(said, is_ratio, low, high, unit, 0) as least,
        exact_end(said, is_ratio, high, low, unit, 100) as most
    from figured
),
peopled as (  -- the people behind each cell, and whether only its range is certain
    select
        *,
        coalesce(said, case when least = most then least end) as figure,
        least is null or least is distinct from most as bounded,
        people_of(scale, d, least, most, den) as people
    from ranged
),
shared as (  -- the share of full counts, and as a probit takes it
    select
        *,
        case when people is not null and not bounded and se is null then share_of(figure, den, scale) end as share,
        smoothed_share(share, people) as smoothed
    from peopled
),
known as (  -- what a cell says, as one value
    select
        *,
        {
            'figure': parted(figure, den),
            'least': parted(least, den),
            'most': parted(most, den),
            'bounded': bounded,
            'people': people,
            'variance': case when share > 0 and share < 1 then share * (1e0 - share) else smoothed * (1e0 - smoothed) end / people,
            'probit': normal_quantile(smoothed),
            'se': se,
            'eligible': eligible
        } as said_cell
    from shared
    where least is not null or most is not null
),
paired as (  -- the four cells of a pair of groups side by side; null where there is none
    select
        community,
        variant,
        group_key,
        reference_key,
        any_value(said_cell) filter (where cell = 'bg') as bg,
        any_value(said_cell) filter (where cell = 'br') as br,
        any_value(said_cell) filter (where cell = 'lg') as lg,
        any_value(said_cell) filter (where cell = 'lr') as lr
    from known
    group by community, variant, group_key, reference_key
),
met as (  -- the gap at each end: what the group lacks
    select
        *,
        case direction when 'increase' then 1 else -1 end as sign,
        nano(meaningful_change) as least_change,
        coalesce(maintain_within, 5 * meaningful_change)::DOUBLE as edge,
        plain(scale, 1) as points,
        signed(sign, minus(br.figure, bg.figure)) as b_gap,
        signed(sign, minus(lr.figure, lg.figure)) as l_gap,
        bg is not null and br is not null as b_there,
        lg is not null and lr is not null as l_there
    from ends
    left join paired using (community, variant, group_key, reference_key)
),
changed as (  -- the change of the gap, and the bounds of both
    select
        *,
        minus(l_gap, b_gap) as change,
        gap_bounds(sign, bg, br) as b_bounds,
        gap_bounds(sign, lg, lr) as l_bounds
    from met
),
leant as (  -- what a test of the change may lean on
    select
        *,
        case
            when coalesce(bg.se, br.se, lg.se, lr.se) is not null then case
                when change.whole is not null and (bg.se <> 0 or br.se <> 0 or lg.se <> 0 or lr.se <> 0)
                    and bg.se is not null and br.se is not null and lg.se is not null and lr.se is not null
                    then 'standard_errors'
                else 'none'
            end
            when bg.people is null or br.people is null or lg.people is null or lr.people is null then 'none'
            when bg.bounded or br.bounded or lg.bounded or lr.bounded then 'bounds_with_counts'
            else 'counts'
        end as leaning
    from changed
),
hindered as (  -- why no change can be derived, and why there can be no verdict whatever the figures
    select
        *,
        case
            when not b_there then 'no_baseline'
            when not l_there then 'no_data'
            when broken_at is not null then 'series_break'
            when b_span <> l_span then 'unequal_periods'
            when kind = 'multi-year' and l_ordinal - b_ordinal < b_span and leaning <> 'standard_errors'
                then 'overlapping_periods'
        end as hindrance,
        case
            when hindrance is not null then hindrance
            when method = 'threshold' then case when change.whole is null then 'bounds' end
            when leaning = 'none' then 'no_error_known'
            when leaning = 'standard_errors' then null
            when least(bg.people, br.people, lg.people, lr.people) < 20 then 'too_few_people'
            when took_part_unlike(bg.people, bg.eligible, lg.people, lg.eligible)
                or took_part_unlike(br.people, br.eligible, lr.people, lr.eligible) then 'participation'
            when leaning = 'bounds_with_counts' then 'bounds'
        end as no_verdict,
        case when kind = 'multi-year' then greatest(0e0, 1e0 - (l_ordinal - b_ordinal) / b_span::DOUBLE) else 0e0 end
            as overlap
    from leant
),
erred as (  -- the error of each gap by itself, and of the change
    select
        *,
        hindrance is null and method = 'tested' as may_test,
        case leaning
            when 'standard_errors' then bg.se * bg.se + br.se * br.se
            when 'counts' then points * points * phi * (bg.variance + br.variance)
        end as b_squared,
        case leaning
            when 'standard_errors' then lg.se * lg.se + lr.se * lr.se
            when 'counts' then points * points * phi * (lg.variance + lr.variance)
        end as l_squared,
        case when may_test then sqrt((1e0 - overlap) * (b_squared + l_squared)) end as error
    from hindered
),
moved as (  -- whether the gap changed clearly, and whether the latest one is clear by itself
    select
        *,
        plain_parted(b_gap) as b_points,
        plain_parted(l_gap) as l_points,
        plain_parted(change) as change_points,
        change_points / nullif(error, 0) as z_score,
        against(change, least_change) >= 0 or against(change, -least_change) <= 0 as is_meaningful,
        case
            when method = 'threshold' then case when is_meaningful then 'clear' else 'still' end
            when tested_trend(change_points, error, is_meaningful, edge) in ('improving', 'declining') then 'clear'
            when tested_trend(change_points, error, is_meaningful, edge) = 'maintaining' then 'still'
            else 'unclear'
        end as movement,
        method = 'threshold' or l_points >= 1.959963984540054e0 * sqrt(l_squared) as is_clear_now
    from erred
),
judged as (  -- the verdict, and the gaps in probits
    select
        *,
        case
            when no_verdict is not null then 'indeterminate'
            when against(b_gap, 0) <= 0 then
                case when against(l_gap, least_change) >= 0 and is_clear_now then 'opened' else 'not_behind' end
            when movement = 'still' then 'unchanged'
            when movement = 'unclear' then 'indeterminate'
            when against(l_gap, -least_change) < 0 then 'reversed'
            when against(change, 0) < 0 then 'narrowing'
            else 'widening'
        end as verdict,
        case when has_cut then sign * (br.probit - bg.probit) end as b_effect,
        case when has_cut then sign * (lr.probit - lg.probit) end as l_effect
    from moved
),
told as (  -- by whom a gap narrowed
    select
        *,
        case
            when verdict <> 'narrowing' then null
            when sign * against(minus(lg.figure, bg.figure), 0) <= 0 then 'reference_fell'
            when sign * against(minus(lr.figure, br.figure), 0) >= 0 then 'group_rose'
            else 'both'
        end as how
    from judged
)
select
    community,
    variant,
    group_key,
    reference_key,
    b_points as gap_baseline,
    l_points as gap_latest,
    case when hindrance is null then change_points end as gap_change,
    b_effect as gap_effect_baseline,
    l_effect as gap_effect_latest,
    b_bounds as gap_baseline_bounds,
    l_bounds as gap_latest_bounds,
    error as se,
    z_score as z,
    normal_two_sided_p(z_score) as p_value,
    verdict,
    how,
    coalesce(
        hindrance is null and (
            against(change, 0) < 0 and l_effect - b_effect > 1e-9 or against(change, 0) > 0 and l_effect - b_effect < -1e-9
        ),
        false
    ) as depends_on_scale,
    case when no_verdict is null and verdict = 'indeterminate' then 'within_noise' else no_verdict end as reason,
    coalesce(how in ('group_rose', 'both'), false) as closing,
    sign * plain_parted(minus(parted(nano(target_value), 1), lg.figure)) as distance_to_goal,
    sign * plain_parted(minus(parted(nano(target_value), 1), lr.figure)) as reference_distance_to_goal
from told
order by community, variant, group_key, reference_key
