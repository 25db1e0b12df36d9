-- How large is the gap between each group and its reference, does it close, and how many do?
-- param:   templates   VARCHAR[]  the outcomes
-- param:   dimensions  VARCHAR[]  the dimensions whose groups are asked for
-- param:   each        BOOLEAN    also one row per gap
-- grain:   one row per gap, per outcome, key and group, and per place
with measure as (
    select
        v.template_id,
        v.community,
        v.id as variant,
        v.progress_key,
        v.baseline_period,
        t.meaningful_change::DOUBLE as m,
        t.maintain_within::DOUBLE as e,
        case t.direction when 'increase' then 1 else -1 end as d,
        case t.progress_rule when 'cohort@1' then 1.8e0 else 1e0 end as phi,
        map_from_entries(list_transform(t."references", lambda r: (r.dimension, r.group_key))) as beside
    from (from registry.variant qualify row_number() over (partition by community, id order by seq desc) = 1) as v
    inner join (from registry.community qualify row_number() over (partition by slug order by seq desc) = 1) as c on c.slug = v.community
    inner join registry.template as t on t.id = v.template_id and t.version = v.template_version
    where list_contains($templates, v.template_id) and v.headline and c.kind = 'member' and v.progress_key is not null
),
series as materialized (
    select
        m.*,
        s.group_key,
        beside[split_part(s.group_key, '=', 1)] as reference_key,
        list_filter(s.history, lambda h: h.period = m.baseline_period)[1] as b,
        s.history[-1] as l
    from registry.series as s
    inner join measure as m using (community, variant)
    where s.group_key <> '' and list_contains($dimensions, split_part(s.group_key, '=', 1))
),
pair as (
    select
        g.*,
        [g.b.denominator, r.b.denominator, g.l.denominator, r.l.denominator] as people,
        [g.b.numerator, r.b.numerator, g.l.numerator, r.l.numerator] as reached,
        g.d * (r.b.numerator / r.b.denominator::DOUBLE - g.b.numerator / g.b.denominator::DOUBLE) * 100e0 as gap0,
        g.d * (r.l.numerator / r.l.denominator::DOUBLE - g.l.numerator / g.l.denominator::DOUBLE) * 100e0 as gap1,
        g.d * (g.l.numerator / g.l.denominator::DOUBLE - g.b.numerator / g.b.denominator::DOUBLE) as rose,
        g.d * (r.l.numerator / r.l.denominator::DOUBLE - r.b.numerator / r.b.denominator::DOUBLE) as beside_rose
    from series as g
    inner join series as r on r.community = g.community and r.variant = g.variant and r.group_key = g.reference_key
    where g.group_key <> g.reference_key
),
spread as (
    select
        *,
        gap1 - gap0 as change,
        list_transform([1, 2, 3, 4], lambda i: (case
            when reached[i] = 0 or reached[i] = people[i] then 0.5e0 * (people[i] + 0.5e0) / ((people[i] + 1e0) * (people[i] + 1e0))
            else reached[i] * (people[i] - reached[i]) / (people[i]::DOUBLE * people[i])
        end) / people[i]) as v
    from pair
),
tested as (
    select
        *,
        100e0 * sqrt(phi * (v[1] + v[2] + v[3] + v[4])) as se,
        100e0 * sqrt(phi * (v[3] + v[4])) as se1,
        case
            when b.numerator is null or l.numerator is null or len(list_filter(people, lambda n: n is null)) > 0 then 'no_error_known'
            when list_min(people) < 20 then 'too_few_people'
        end as unfit
    from spread
),
judged as (
    select
        *,
        case
            when unfit is not null then 'indeterminate'
            when gap0 <= 0 then case when gap1 >= m and gap1 >= 1.959963984540054e0 * se1 then 'opened' else 'not_behind' end
            when abs(change) >= 1.959963984540054e0 * se and abs(change) >= m
                then case when gap1 < -m then 'reversed' when change < 0 then 'narrowing' else 'widening' end
            when abs(change) + 1.6448536269514722e0 * se < e then 'unchanged'
            else 'indeterminate'
        end as verdict,
        case when unfit is null and verdict = 'indeterminate' then 'within_noise' else unfit end as reason,
        verdict = 'narrowing' and rose > 0 as closing
    from tested
)
select
    'gap' as part,
    [community, variant, group_key, reference_key] as name,
    [verdict, reason] as words,
    [closing::BIGINT] as whole,
    [gap0, gap1, case when len(list_filter(people, lambda n: n is null)) = 0 then se end] as figures
from judged
where $each
union all
select
    'gap_count',
    [template_id, progress_key, group_key],
    [],
    [
        count(*) filter (verdict = 'opened' or (verdict <> 'not_behind' and coalesce(gap0 > 0, true) and coalesce(unfit, '') not in ('no_baseline', 'no_data'))),
        count(*) filter (closing),
        count(*) filter (verdict = 'narrowing' and not closing),
        count(*) filter (verdict = 'reversed'),
        count(*) filter (verdict = 'widening'),
        count(*) filter (verdict = 'opened'),
        count(*) filter (verdict = 'unchanged'),
        count(*) filter (verdict = 'indeterminate' and coalesce(gap0 > 0, true) and coalesce(unfit, '') not in ('no_baseline', 'no_data')),
        count(*) filter (verdict = 'not_behind')
    ],
    []
from judged
group by template_id, progress_key, group_key
union all
select
    'place_gaps',
    [template_id, community],
    [],
    [count(*) filter (verdict = 'opened' or (verdict <> 'not_behind' and coalesce(gap0 > 0, true) and coalesce(unfit, '') not in ('no_baseline', 'no_data'))), count(*) filter (closing), count(*) filter (verdict = 'indeterminate' and coalesce(gap0 > 0, true) and coalesce(unfit, '') not in ('no_baseline', 'no_data'))],
    []
from judged
where not $each
group by template_id, community
order by part, name
