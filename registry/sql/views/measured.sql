-- Which local measures of one outcome are there, what is each comparable with, and which series has it?
-- param:   line       BIGINT   the ledger's line at which the question is asked
-- param:   day        DATE     the day on which membership is judged
-- param:   template   VARCHAR  the outcome; null for every outcome
-- param:   pins       VARCHAR[]  only these outcomes, and of each only this major version is comparable (id@major); null for every one
-- param:   dimensions  VARCHAR[]  besides everybody also each group of one of these dimensions alone; null for everybody only
-- grain:   measured one row per variant; followed one row per variant and group: everybody always has one, with an empty history where
--          nothing is loaded for it
create or replace temp table measured as
with catalogued as (  -- the years of each version: before its first and after its last one a series is another series
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
    t."references",
    v.baseline_period,
    v.baseline_ordinal,
    v.baseline_span,
    v.baseline_value,
    v.baseline_numerator,
    v.baseline_denominator,
    v.baseline_of_several,
    v.target_period,
    v.target_ordinal,
    v.target_value,
    v.milestones,
    v.group_targets,
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
    list_prepend('', coalesce($dimensions::VARCHAR[], [])) as dimensions
from variant_at($line) as v
inner join template_at($line) as t on t.id = v.template_id and t.version = v.template_version
inner join community_at($line) as c on c.slug = v.community
left join catalogued as i on i.instrument = v.instrument and i.instrument_version = v.instrument_version
left join (select distinct community, variant from decision_at($line) where act = 'retired') as r
    on r.community = v.community and r.variant = v.id
where ($template is null or v.template_id = $template)
  and ($pins is null or list_contains(list_transform($pins, lambda p: split_part(p, '@', 1)), v.template_id));

create or replace temp view followed as
with asked as (
    select m.* exclude (dimension), s.group_key, s.history
    from chosen_series as s
    inner join (select *, unnest(dimensions) as dimension from measured) as m
        on m.community = s.community and m.variant = s.variant and m.dimension = split_part(s.group_key, '=', 1)
    where not contains(s.group_key, ';')
    union all
    select *, '' as group_key, [] as history
    from measured anti join (select community, variant from chosen_series where group_key = '') using (community, variant)
),
aimed as (  -- a group with a target of its own is judged by that, else by everybody's
    select
        *,
        list_filter("references", lambda r: r.dimension = split_part(group_key, '=', 1))[1].group_key as reference_key,
        list_filter(group_targets, lambda t: t.group_key = asked.group_key)[1] as own
    from asked
)
select * exclude ("references", group_targets, dimensions, own) replace (
    case when own is null then target_period else own.period end as target_period,
    case when own is null then target_ordinal else own.ordinal end as target_ordinal,
    case when own is null then target_value else own."value" end as target_value,
    case when own is null then milestones else [] end as milestones
)
from aimed;
