-- Which local measures of one outcome are there, what is each comparable with, and what is its history?
-- param:   line       BIGINT   the ledger's line at which the question is asked
-- param:   day        DATE     the day on which membership is judged
-- param:   template   VARCHAR  the outcome; null for every outcome
-- param:   major      INTEGER  only this major version of it is comparable; null for every one
-- param:   dimension  VARCHAR  besides everybody also each group of this dimension alone; null for everybody only
-- grain:   one row per variant and group; everybody always has one, with an empty history where nothing is loaded for it
create or replace temp table comparable as
with named as (
    select community, id as variant, '' as group_key
    from variant_at($line)
    union all
    select community, variant, group_key
    from chosen_series
    where starts_with(group_key, $dimension || '=') and not contains(group_key, ';')
),
asked as (  -- a group with a target of its own is judged by that, else by everybody's
    select n.*, list_filter(v.group_targets, lambda t: t.group_key = n.group_key)[1] as own
    from named as n
    inner join variant_at($line) as v on v.community = n.community and v.id = n.variant
)
select
    v.community,
    c.name,
    c.kind as place,
    case
        when r.community is not null then 'retired'
        when t.major <> $major then 'pending'
        when
            c.kind = 'member'
            and len(c.membership) > 0
            and len(list_filter(c.membership, lambda m: m.joined <= $day and coalesce(m."left" >= $day, true))) = 0
            then 'not_member'
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
    v.progress_key,
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
    v.breaks,
    coalesce(s.history, []) as history
from variant_at($line) as v
inner join template_at($line) as t on t.id = v.template_id and t.version = v.template_version
inner join community_at($line) as c on c.slug = v.community
inner join asked as g on g.community = v.community and g.variant = v.id
left join (select distinct community, variant from decision_at($line) where act = 'retired') as r
    on r.community = v.community and r.variant = v.id
left join chosen_series as s on s.community = v.community and s.variant = v.id and s.group_key = g.group_key
where $template is null or v.template_id = $template;
