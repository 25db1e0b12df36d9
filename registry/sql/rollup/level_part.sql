-- What does each community bring to a pooled level, and what cannot be added?
-- param:   periods  VARCHAR[]  the periods to show; null for the latest in which any member has a figure, key by key
-- param:   panel    BOOLEAN    only who can be added in every one of these periods
-- returns: registry.domain.rollup_rows.LevelPart
-- grain:   one row per comparability key, group, period and headline variant, also where it has nothing for that group
with series as (
    from comparable where headline and member and level_key is not null and rollup = 'pooled_ratio'
),
figure as (
    select
        *,
        not sample and h.standard_error is null and h.denominator > 0 and (h.numerator is not null or h.low is not null or h.high is not null)
            as can_be_added
    from (select community, variant, group_key, level_key, sample, unnest(history) as h from series)
),
shown as (  -- a period in which all are suppressed is shown where it is asked for, and never counts as the latest
    select
        level_key,
        h.period as period,
        h.ordinal as ordinal,
        any_value(h.span) as span,
        coalesce(
            max(case when bool_or(can_be_added) then h.ordinal end) over (partition by level_key),
            max(h.ordinal) over (partition by level_key)
        ) as newest
    from figure
    where h."value" is not null or h.low is not null or h.high is not null
        or ($periods is not null and h.missing = 'suppressed')
    group by level_key, h.period, h.ordinal
),
wanted as (  -- one period for every group of a key, so that no group stands beside another year of its neighbour
    from shown
        inner join (select distinct level_key, group_key from figure) using (level_key)
    where case when $periods is null then ordinal = newest else list_contains($periods, period) end
),
part as (
    select
        s.level_key
            || coalesce('|from ' || list_filter(s.breaks, lambda b: b.ends and b.ordinal <= w.ordinal)[-1].period, '')
            || coalesce('|before ' || list_filter(s.breaks, lambda b: not b.bridged and not b.ends and b.ordinal > w.ordinal)[1].period, '')
            as level_key,
        w.group_key,
        w.period,
        w.ordinal,
        s.community,
        s.variant,
        s.per,
        case
            when exists (
                from counted_elsewhere as e
                where e.community = s.community and e.variant = s.variant and e.template_id = s.template_id and list_contains(e.tiers, 'level')
                    and (e.periods is null or list_contains(e.periods, w.period))
                    and coalesce(e.since < month_start(w.ordinal + w.span), true) and coalesce(e."until" >= month_start(w.ordinal), true)
            ) then 'counted_elsewhere'
            when f.h.standard_error is not null or (s.sample and f.h."value" is not null) then 'sample'
            when s.unit in ('percent', 'rate') and f.h.numerator is not null and f.h.denominator > 0 then 'exact'
            when s.unit in ('percent', 'rate') and f.h.denominator > 0
                and (f.h.low is not null or f.h.high is not null or f.h.missing = 'suppressed') then 'bounded'
            when f.h."value" is not null or f.h.low is not null or f.h.high is not null then 'no_counts'
            else coalesce(f.h.missing, 'no_figure')
        end as status,
        f.h.numerator as numerator,
        f.h.denominator as denominator,
        f.h."value" as "value",
        case when f.h.numerator is null then coalesce(f.h.low, 0::DECIMAL(28, 9)) end as low,
        case when f.h.numerator is null then coalesce(f.h.high, s.per::DECIMAL(28, 9)) end as high
    from series as s
    inner join wanted as w on w.level_key = s.level_key
    left join figure as f
        on f.community = s.community and f.variant = s.variant and f.group_key = w.group_key and f.h.period = w.period
    where s.group_key = ''
)
select * exclude (at_both, alike) replace (
    case
        when not $panel or status not in ('exact', 'bounded') or alike = len($periods) then status
        when at_both = len($periods) then 'broken_in_window'
        else 'not_in_panel'
    end as status
)
from (
    select
        *,
        count(*) filter (status in ('exact', 'bounded')) over (partition by group_key, community, variant) as at_both,
        count(*) filter (status in ('exact', 'bounded')) over (partition by level_key, group_key, community, variant) as alike
    from part
)
order by level_key, group_key, ordinal, period, community, variant
