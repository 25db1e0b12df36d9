-- How many communities are improving, maintaining or declining, and of how many can it not be told?
-- returns: registry.domain.rollup_rows.Count
-- grain:   one row per tier and key, progress keys first, the one with most communities first
with counted as (
    select c.template_id, c.progress_key, c.direction_key, c.community, c.variant, j.trend
    from comparable as c
    inner join judged as j using (community, variant, group_key)
    where c.headline and c.member and c.group_key = '' and c.rollup <> 'none'
),
keyed as (
    select 'progress' as tier, template_id, progress_key as key, community, variant, trend from counted where progress_key is not null
    union all
    select 'direction' as tier, template_id, direction_key as key, community, variant, trend from counted where direction_key is not null
),
alone as (  -- nobody's people are counted twice in one count
    from keyed as k
    anti join elsewhere_today as e
        on e.community = k.community and e.variant = k.variant and e.template_id = k.template_id and e.tier = k.tier
)
select
    tier,
    template_id,
    key,
    count(*) as n,
    count(*) filter (trend = 'improving') as improving,
    count(*) filter (trend = 'maintaining') as maintaining,
    count(*) filter (trend = 'declining') as declining,
    count(*) filter (trend = 'indeterminate') as indeterminate,
    list(community order by community) as communities
from alone
group by tier, template_id, key
order by tier desc, n desc, key
