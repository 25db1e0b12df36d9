-- How far has each series come, and how was its target decided?
-- returns: registry.domain.progress.Progress
-- grain:   one row per variant and group
-- twin:    registry.domain.path.settled, for the pace
select p.* replace (
    case
        when t.pace = 'met' then 'met'
        when t.pace = 'missed' and p.pace = 'no_data' then 'missed'
        else p.pace
    end as pace
)
from progressed as p
left join progressed_at_target as t using (community, variant, group_key)
order by p.community, p.variant, p.group_key
