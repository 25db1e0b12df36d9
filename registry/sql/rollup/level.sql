-- What is the level over every place that measures it the same way, in one period?
-- returns: registry.domain.rollup_rows.PooledLevel
-- grain:   one row per comparability key, group and period
with pooled as (
    select
        level_key,
        group_key,
        period,
        ordinal,
        any_value(per) as per,
        list(community order by community) filter (status in ('exact', 'bounded')) as communities,
        count(*) filter (status = 'bounded') as bounded,
        sum(numerator) filter (status = 'exact') as counted,
        sum(denominator) filter (status in ('exact', 'bounded')) as people,
        sum(cast(low as DECIMAL(38, 9)) * cast(denominator as DECIMAL(18, 0))) filter (status = 'bounded') as least,
        sum(cast(high as DECIMAL(38, 9)) * cast(denominator as DECIMAL(18, 0))) filter (status = 'bounded') as most,
        count(*) filter (status = 'exact') as known,
        sum(denominator) filter (status = 'exact') as known_people,
        avg(cast(per * numerator / nullif(denominator, 0) as DECIMAL(38, 15))) filter (status = 'exact') as unweighted
    from level_part
    group by level_key, group_key, period, ordinal
)
select
    level_key,
    group_key,
    period,
    coalesce(communities, []) as communities,
    case when bounded = 0 then cast(counted as BIGINT) end as numerator,
    cast(people as BIGINT) as denominator,
    case when bounded = 0 then per * counted / nullif(people, 0) end as "value",
    (per * coalesce(counted, 0) + coalesce(least, 0)) / nullif(people, 0) as low,
    (per * coalesce(counted, 0) + coalesce(most, 0)) / nullif(people, 0) as high,
    case when bounded = 0 then unweighted end as unweighted,
    cast(known as INTEGER) as known_communities,
    cast(counted as BIGINT) as known_numerator,
    cast(known_people as BIGINT) as known_denominator,
    ordinal
from pooled
order by level_key, group_key, ordinal, period
