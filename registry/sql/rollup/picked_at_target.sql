-- Where a target's period is over: from which figure to the target period's own one is the target judged?
-- returns: registry.domain.rollup_rows.Picked
-- grain:   one row per variant and group whose latest figure is later than its target, where the target period has a figure; its stretch is "target"
select picked.* replace (
    h.period as l_period,
    h.ordinal as l_ordinal,
    h.span as l_span,
    h."value" as l_value,
    case when not sample then h.numerator end as l_n,
    case when not sample then h.denominator end as l_d,
    hidden_low(h.missing, picked.unit, h.low) as l_low,
    hidden_high(h.missing, picked.unit, picked.per, h.high) as l_high,
    h.standard_error as l_se,
    h.eligible as l_eligible,
    h.missing as l_missing,
    'target' as stretch,
    list_filter(breaks, lambda b: not b.bridged and b.ordinal > picked.b_ordinal and b.ordinal <= h.ordinal)[1].period as broken_at
)
from picked_whole as picked
inner join (select community, variant, group_key, breaks, sample, unnest(history) as h from comparable) as series using (community, variant, group_key)
where picked.l_ordinal > picked.t_ordinal
  and h.period = picked.t_period
  and (h."value" is not null or h.low is not null or h.high is not null or h.missing = 'suppressed')
order by community, variant, group_key
