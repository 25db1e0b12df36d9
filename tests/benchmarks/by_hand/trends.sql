-- Does each place's headline measure improve, decline or hold, and of how many places is that said?
-- param:   templates   VARCHAR[]  the outcomes
-- grain:   one row per measure, and per tier and key
with ends as (
    select
        v.template_id,
        v.community,
        v.id as variant,
        v.progress_key,
        v.direction_key,
        v.target_value::DOUBLE as aim,
        v.target_ordinal as due,
        t.meaningful_change::DOUBLE as m,
        t.maintain_within::DOUBLE as e,
        case t.direction when 'increase' then 1 else -1 end as d,
        case t.progress_rule when 'cohort@1' then 1.8e0 else 1e0 end as phi,
        case t.progress_rule when 'cohort@1' then 1.2e0 else 0e0 end as tau,
        list_filter(s.history, lambda h: h.period = v.baseline_period)[1] as b,
        s.history[-1] as l
    from (from registry.variant qualify row_number() over (partition by community, id order by seq desc) = 1) as v
    inner join (from registry.community qualify row_number() over (partition by slug order by seq desc) = 1) as c on c.slug = v.community
    inner join registry.template as t on t.id = v.template_id and t.version = v.template_version
    inner join registry.series as s on s.community = v.community and s.variant = v.id and s.group_key = ''
    where list_contains($templates, v.template_id) and v.headline and c.kind = 'member'
),
shares as (
    select
        *,
        b.numerator / b.denominator::DOUBLE as p0,
        l.numerator / l.denominator::DOUBLE as p1,
        (b.numerator + l.numerator) / (b.denominator + l.denominator)::DOUBLE as p,
        (l.ordinal - b.ordinal) / 12e0 as years
    from ends
),
tested as (
    select
        *,
        d * 100e0 * (p1 - p0) as gain,
        100e0 * sqrt(phi * p * (1 - p) * (1e0 / b.denominator + 1e0 / l.denominator) + tau * tau / 5000e0) as se,
        normal_quantile((b.numerator + 0.5e0) / (b.denominator + 1)) as z0,
        normal_quantile((l.numerator + 0.5e0) / (l.denominator + 1)) as z1
    from shares
),
judged as (
    select
        *,
        case
            when least(b.denominator, l.denominator) < 20 then 'indeterminate'
            when abs(gain) >= 1.959963984540054e0 * se and abs(gain) >= m then case when gain > 0 then 'improving' else 'declining' end
            when abs(gain) + 1.6448536269514722e0 * se < e then 'maintaining'
            else 'indeterminate'
        end as trend,
        case
            when d * (aim - 100e0 * p0) < 0 then null
            when d * (100e0 * p1 - aim) >= 0 then 'met'
            when d * (100e0 * (p1 - p0) * (due - b.ordinal) - (aim - 100e0 * p0) * (l.ordinal - b.ordinal)) >= 0 then 'on_track'
            else 'off_track'
        end as pace,
        (b.numerator + 0.5e0) / (b.denominator + 1) as q0,
        (l.numerator + 0.5e0) / (l.denominator + 1) as q1,
        least(b.numerator, b.denominator - b.numerator, l.numerator, l.denominator - l.numerator) >= 5 as probit
    from tested
),
keyed as (
    select 'progress' as tier, template_id, progress_key as key, community, trend from judged
    union all
    select 'direction' as tier, template_id, direction_key as key, community, trend from judged
)
select
    'trend' as part,
    [template_id, community, variant] as name,
    [trend, case when trend = 'indeterminate' then case when least(b.denominator, l.denominator) < 20 then 'too_few_people' else 'within_noise' end end, pace]
        as words,
    []::BIGINT[] as whole,
    [
        case when least(b.denominator, l.denominator) >= 20 then se end,
        case when probit then d * (z1 - z0) / years end,
        case when probit then sqrt(
            q0 * (1 - q0) / (b.denominator * normal_density(z0) * normal_density(z0))
            + q1 * (1 - q1) / (l.denominator * normal_density(z1) * normal_density(z1))
        ) / years end
    ] as figures
from judged
union all
select
    'count',
    [tier, template_id, key],
    list(community order by community),
    [count(*), count(*) filter (trend = 'improving'), count(*) filter (trend = 'maintaining'), count(*) filter (trend = 'declining')],
    []
from keyed
where key is not null
group by tier, template_id, key
order by part, name
