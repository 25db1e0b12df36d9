-- Which local measures of one outcome are there, what is each comparable with, and what is its history?
-- param:   line       BIGINT   the ledger's line at which the question is asked
-- param:   day        DATE     the day on which membership is judged
-- param:   template   VARCHAR  the outcome; null for every outcome
-- param:   pins       VARCHAR[]  only these outcomes, and of each only this major version is comparable (id@major); null for every one
-- param:   dimensions  VARCHAR[]  besides everybody also each group of one of these dimensions alone; null for everybody only
-- grain:   one row per variant and group; everybody always has one, with an empty history where nothing is loaded for it
create or replace temp table comparable as
with named as (
    select community, id as variant, '' as group_key
    from variant_at($line)
    union all
    select community, variant, group_key
    from chosen_series
    where list_contains($dimensions, split_part(group_key, '=', 1)) and not contains(group_key, ';')
),
asked as (  -- a group with a target of its own is judged by that, else by everybody's
    select n.*, list_filter(v.group_targets, lambda t: t.group_key = n.group_key)[1] as own
    from named as n
    inner join variant_at($line) as v on v.community = n.community and v.id = n.variant
),
catalogued as (  -- the years of each version: before its first and after its last one a series is another series
    select id as instrument, e.id as instrument_version, e.edges as edges
    from (select id, unnest(editions) as e from instrument_at($line))
)
select
    v.community,
    c.name,
    c.kind as place,
    case
        when r.community is not null then 'retired'
        when
            c.kind = 'member'
            and len(c.membership) > 0
            and len(list_filter(c.membership, lambda m: m.joined <= $day and coalesce(m."left" >= $day, true))) = 0
            then 'not_member'
        when not list_contains($pins, v.template_id || '@' || t.major) then 'pending'
    end as left_out,
    c.kind = 'member' and left_out is null as member,
    v.id as variant,
    v.revision,
    v.title,
    v.template_id,
    v.template_version,
    v.headline,
    v.tier,
    v.level_key,
    v.linked_key,
    v.progress_key,
    v.direction_key,
    v.instrument,
    v.instrument_version,
    v.cut,
    v.grade_or_age,
    v.reasons,
    v.benchmark,
    v.sample,
    g.group_key,
    t.unit,
    t.per,
    t.direction,
    t.meaningful_change,
    t.maintain_within,
    t.has_cut,
    t.kind,
    t.rollup,
    t.scale,
    t.progress_rule,
    list_filter(t."references", lambda r: r.dimension = split_part(g.group_key, '=', 1))[1].group_key as reference_key,
    v.baseline_period,
    v.baseline_ordinal,
    v.baseline_span,
    v.baseline_value,
    v.baseline_numerator,
    v.baseline_denominator,
    v.baseline_of_several,
    case when g.own is null then v.target_period else g.own.period end as target_period,
    case when g.own is null then v.target_ordinal else g.own.ordinal end as target_ordinal,
    case when g.own is null then v.target_value else g.own."value" end as target_value,
    case when g.own is null then v.milestones else [] end as milestones,
    list_sort(
        list_transform(v.breaks, lambda b: {
            ordinal: b.ordinal, period: b.period, bridged: b.bridged,
            ends: not b.bridged and len(list_filter(coalesce(i.edges, []), lambda e: e.ends and e.ordinal = b.ordinal)) > 0
        })
        || list_transform(
            list_filter(coalesce(i.edges, []), lambda e: not list_contains(list_transform(v.breaks, lambda b: b.ordinal), e.ordinal)),
            lambda e: {ordinal: e.ordinal, period: e.period, bridged: false, ends: e.ends}
        )
    ) as breaks,
    coalesce(s.history, []) as history
from variant_at($line) as v
inner join template_at($line) as t on t.id = v.template_id and t.version = v.template_version
inner join community_at($line) as c on c.slug = v.community
inner join asked as g on g.community = v.community and g.variant = v.id
left join catalogued as i on i.instrument = v.instrument and i.instrument_version = v.instrument_version
left join (select distinct community, variant from decision_at($line) where act = 'retired') as r
    on r.community = v.community and r.variant = v.id
left join chosen_series as s on s.community = v.community and s.variant = v.id and s.group_key = g.group_key
where ($template is null or v.template_id = $template)
  and ($pins is null or list_contains(list_transform($pins, lambda p: split_part(p, '@', 1)), v.template_id));
