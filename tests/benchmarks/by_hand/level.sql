-- What is the level over every place that measures it the same way, in the latest year of its key?
-- param:   templates   VARCHAR[]  the outcomes
-- param:   dimensions  VARCHAR[]  besides everybody also each group of one of these dimensions alone
-- grain:   one row per key and group
with measure as (
    select v.community, v.id as variant, v.level_key
    from (from registry.variant qualify row_number() over (partition by community, id order by seq desc) = 1) as v
    inner join (from registry.community qualify row_number() over (partition by slug order by seq desc) = 1) as c on c.slug = v.community
    inner join registry.template as t on t.id = v.template_id and t.version = v.template_version
    where list_contains($templates, v.template_id) and v.headline and v.level_key is not null and c.kind = 'member' and t.rollup = 'pooled_ratio'
),
latest as (
    select m.level_key, s.group_key, m.community, s.history[-1] as h
    from registry.series as s
    inner join measure as m using (community, variant)
    where s.group_key = '' or list_contains($dimensions, split_part(s.group_key, '=', 1))
),
dated as (
    select *, max(h.ordinal) filter (h."value" is not null) over (partition by level_key) as newest from latest
)
select
    'level' as part,
    [level_key, group_key, any_value(h.period)] as name,
    list(community order by community) filter (h.numerator is not null) as words,
    [sum(h.numerator), sum(h.denominator) filter (h.numerator is not null)]::BIGINT[] as whole,
    [
        100e0 * sum(h.numerator) / sum(h.denominator) filter (h.numerator is not null),
        avg((100e0 * h.numerator / h.denominator)::DECIMAL(38, 15))
    ] as figures
from dated
where h.ordinal = newest
group by level_key, group_key
order by part, name
