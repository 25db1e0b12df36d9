-- How far has each series come, how was its target decided, and what may be said of its trend where it is broken?
-- returns: registry.domain.progress.Progress
-- grain:   one row per variant and group; its stretch is "whole", or the first period of the latest unbroken segment that gives the trend
-- twin:    registry.domain.path.settled, for the pace
with latest_segment as (
    select s.community, s.variant, s.group_key, s.stretch
    from picked_segment as s
    inner join picked_whole as w using (community, variant, group_key)
    where s.l_ordinal = w.l_ordinal
)
select p.* replace (
    coalesce(s.stretch, p.stretch) as stretch,
    case
        when t.pace = 'met' then 'met'
        when t.pace = 'missed' and p.pace = 'no_data' then 'missed'
        else p.pace
    end as pace,
    coalesce(s.trend, p.trend) as trend,
    case when s.stretch is null then p.reason else s.reason end as reason,
    case when s.stretch is null then p.held else s.held end as held,
    case when s.stretch is null then p.evidence else s.evidence end as evidence,
    case when s.stretch is null then p.se else s.se end as se,
    case when s.stretch is null then p.z else s.z end as z,
    case when s.stretch is null then p.p_value else s.p_value end as p_value,
    case when s.stretch is null then p.improvement_ci90 else s.improvement_ci90 end as improvement_ci90
)
from progressed as p
left join progressed as t
    on t.community = p.community and t.variant = p.variant and t.group_key = p.group_key and t.stretch = 'target'
left join (from progressed semi join latest_segment using (community, variant, group_key, stretch)) as s
    on s.community = p.community and s.variant = p.variant and s.group_key = p.group_key
where p.stretch = 'whole'
order by p.community, p.variant, p.group_key
