-- How many communities are improving, maintaining or declining, and of how many can it not be told?
-- returns: registry.domain.rollup.Count
-- grain:   one row per progress key, the one with most communities first
select
    c.progress_key,
    count(*) as n,
    count(*) filter (p.trend = 'improving') as improving,
    count(*) filter (p.trend = 'maintaining') as maintaining,
    count(*) filter (p.trend = 'declining') as declining,
    count(*) filter (p.trend = 'indeterminate') as indeterminate,
    list(c.community order by c.community) as communities
from comparable as c
inner join progressed as p using (community, variant, group_key)
where c.headline and c.member and c.group_key = '' and c.progress_key is not null
group by c.progress_key
order by n desc, c.progress_key
