-- Which data points would be shown to everybody, and by which rule of their template?
-- param:   line  BIGINT  the ledger's line at which the question is asked
-- returns: registry.domain.release.CellLine
-- grain:   one row per variant, group and period with a figure, whose figure is suppressed by its source, or with nobody in it
select
    h.community, h.variant, h.period, h.group_key,
    cast(h."value" as DOUBLE) as "value", h.numerator, h.denominator, h.eligible, h.standard_error,
    cast(h.low as DOUBLE) as low, cast(h.high as DOUBLE) as high, h.missing, v.sample,
    t.unit, t.per,
    cast(json_extract(t.body, '$.disclosure.minimum_n') as INTEGER) as minimum_n,
    cast(json_extract(t.body, '$.disclosure.minimum_numerator') as INTEGER) as minimum_numerator
from head_at($line) as h
inner join variant_at($line) as v on v.community = h.community and v.id = h.variant
inner join template_at($line) as t on t.id = v.template_id and t.version = v.template_version
where h.missing is null or h.missing in ('suppressed', 'not_applicable', 'not_tested')
order by h.community, h.variant, h.period, h.group_key
