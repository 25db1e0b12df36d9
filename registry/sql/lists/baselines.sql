-- Which baselines do the documents of local measures declare, revision by revision, and by which rule of their template may each be shown?
-- param:   line  BIGINT  the ledger's line at which the question is asked
-- returns: registry.domain.release.BaselineLine
-- grain:   one row per revision that declares a figure
select
    v.community, v.id as variant, v.seq, v.baseline_period as period,
    cast(v.baseline_value as DOUBLE) as "value", v.baseline_numerator as numerator, v.baseline_denominator as denominator,
    t.unit, t.per,
    cast(json_extract(t.body, '$.disclosure.minimum_n') as INTEGER) as minimum_n,
    cast(json_extract(t.body, '$.disclosure.minimum_numerator') as INTEGER) as minimum_numerator
from revision_at($line) as v
inner join template_at($line) as t on t.id = v.template_id and t.version = v.template_version
where v.baseline_value is not null
order by v.seq
