-- What decides the state of each local measure: its contents, who signed which, what was decided, what is loaded?
-- param:   line       BIGINT   the ledger's line at which the question is asked
-- param:   template   VARCHAR  only measures of this outcome; null for all
-- param:   community  VARCHAR  only this community's; null for all
-- param:   variant    VARCHAR  only this variant; null for all
-- returns: registry.domain.listing.DossierLine
-- grain:   one row per variant
with measure as (
    from variant_at($line)
    where ($template is null or template_id = $template)
      and ($community is null or community = $community)
      and ($variant is null or id = $variant)
),
revisions as (
    select community, id, list(content_sha256 order by seq) as contents, min(recorded_at) as registered
    from revision_at($line)
    group by community, id
),
signed as (
    select
        community, variant,
        list({seq: seq, recorded_at: recorded_at, body: body} order by seq) as acts
    from signature_at($line)
    group by community, variant
),
restated as (
    select
        community, variant,
        list({recorded_at: recorded_at, body: body} order by seq) as acts
    from restatement_at($line)
    group by community, variant
),
decided as (
    select
        community, variant,
        list(content_sha256 order by seq) filter (where act = 'accepted') as accepted,
        list(period order by seq) filter (where act = 'waived') as waived,
        max(recorded_at) filter (where act = 'retired') as retired
    from decision_at($line)
    group by community, variant
),
content_proposed as (  -- the line at which each present content was proposed: a new story or a restatement proposes nothing
    select v.community, v.id, max(v.seq) as seq
    from (
        select *, lag(content_sha256) over (partition by community, id order by seq) as before
        from revision_at($line)
    ) as v
    anti join restatement_at($line) as a on a.community = v.community and a.variant = v.id and a.revision = v.revision
    where v.content_sha256 is distinct from v.before
    group by v.community, v.id
),
framework_then as (  -- the frameworks that were in force when it was proposed
    select m.community, m.id, bool_or(f.reviews_departures and list_contains(f.pins, m.template_id || '@' || t.major)) as reviewed
    from measure as m
    inner join content_proposed as p on p.community = m.community and p.id = m.id
    inner join template_at($line) as t on t.id = m.template_id and t.version = m.template_version
    inner join framework_at($line) as f on f.seq < p.seq
    where f.seq = (select max(g.seq) from framework_at($line) as g where g.id = f.id and g.seq < p.seq)
    group by m.community, m.id
)
select
    m.community, m.id as variant, m.template_id, m.template_version, m.revision, m.recorded_at, r.registered, r.contents, m.partners,
    coalesce(g.acts, []) as signatures, coalesce(a.acts, []) as restatements, coalesce(d.accepted, []) as accepted,
    coalesce(d.waived, []) as waived, d.retired,
    m.departs and coalesce(w.reviewed, false) as reviewed,
    m.agenda, m.headline, m.release_month,
    coalesce(
        try_cast(json_extract_string(m.body, '$.measure.cohort_years') as INTEGER),
        try_cast(json_extract_string(t.body, '$.measure_schema.properties.cohort_years.const') as INTEGER),
        try_cast(json_extract_string(t.body, '$.measure_schema.properties.cohort_years.default') as INTEGER)
    ) as cohort_years,
    t.kind, t.unit, t.per, t.direction,
    list_filter(coalesce(s.history, []), lambda h: coalesce(h.missing, '') <> 'not_yet_observed')[-1].period as latest,
    m.target_period, cast(m.target_value as DOUBLE) as target_value,
    list_transform(
        list_filter(coalesce(s.history, []), lambda h: h.period = m.target_period),
        lambda h: {
            period: h.period, "value": cast(h."value" as DOUBLE), numerator: h.numerator, denominator: h.denominator,
            low: cast(h.low as DOUBLE), high: cast(h.high as DOUBLE), standard_error: h.standard_error, missing: h.missing
        }
    )[1] as at_target
from measure as m
inner join template_at($line) as t on t.id = m.template_id and t.version = m.template_version
inner join revisions as r on r.community = m.community and r.id = m.id
left join signed as g on g.community = m.community and g.variant = m.id
left join restated as a on a.community = m.community and a.variant = m.id
left join decided as d on d.community = m.community and d.variant = m.id
left join framework_then as w on w.community = m.community and w.id = m.id
left join chosen_series as s on s.community = m.community and s.variant = m.id and s.group_key = ''
order by m.community, m.id
