-- How far did a pooled level move between the two ends of a window, over the same places at both?
-- param:   earlier  VARCHAR  the period to start from
-- param:   later    VARCHAR  the period to end at
-- returns: registry.domain.rollup_rows.LevelChange
-- grain:   one row per comparability key and group
with here as (
    select level_key, group_key, period, community, status in ('exact', 'bounded') as pooled, status = 'not_in_panel' as alone
    from level_part
),
moved as (
    select
        level_key,
        group_key,
        list(distinct community order by community) filter (alone and period = $later) as came,
        list(distinct community order by community) filter (alone and period = $earlier) as gone
    from here
    group by level_key, group_key
)
select
    m.level_key,
    m.group_key,
    coalesce(b.communities, []) as communities,
    coalesce(m.came, []) as came,
    coalesce(m.gone, []) as gone,
    l."value" - b."value" as change,
    l.low - b.high as low,
    l.high - b.low as high
from moved as m
left join level as b on b.level_key = m.level_key and b.group_key = m.group_key and b.period = $earlier
left join level as l on l.level_key = m.level_key and l.group_key = m.group_key and l.period = $later
order by m.level_key, m.group_key
