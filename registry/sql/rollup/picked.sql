-- For each series: from which figure to which is progress judged?
-- param:   earlier  VARCHAR  the period to start from; null for each variant's own baseline
-- param:   later    VARCHAR  the period to end at; null for the last one with a figure, also a hidden one
-- param:   rule     VARCHAR  the progress rule asked for; null for each outcome's own
-- param:   groups   BOOLEAN  also each group, not everybody alone
-- returns: registry.domain.rollup_rows.Picked
-- grain:   one row per variant and group, its stretch "whole"
with ends as (
    select
        *,
        list_filter(history, lambda h: h."value" is not null or h.low is not null or h.high is not null or h.missing = 'suppressed') as known,
        list_filter(history, lambda h: h.period = coalesce($earlier, baseline_period))[1] as own,
        $earlier is null and group_key = ''
            and (baseline_of_several or len(list_filter(history, lambda h: h.period = baseline_period)) = 0) as declared
    from comparable
    where $groups or group_key = ''
),
started as (
    select
        *,
        case when declared then baseline_ordinal else own.ordinal end as start_ordinal
    from ends
),
chosen as (
    select
        *,
        case
            when $later is not null then list_filter(known, lambda h: h.period = $later)[1]
            else list_filter(known, lambda h: start_ordinal is null or h.ordinal > start_ordinal)[-1]
        end as latest
    from started
)
select
    community,
    variant,
    group_key,
    unit,
    per,
    direction,
    meaningful_change,
    maintain_within,
    has_cut,
    list_filter(breaks, lambda b: not b.bridged and b.ordinal > start_ordinal and b.ordinal <= latest.ordinal)[1].period as broken_at,
    kind,
    case when declared then baseline_period else own.period end as b_period,
    start_ordinal as b_ordinal,
    case when declared then baseline_span else own.span end as b_span,
    case when declared then baseline_value else own."value" end as b_value,
    case when sample then null when declared then baseline_numerator else own.numerator end as b_n,
    case when sample then null when declared then baseline_denominator else own.denominator end as b_d,
    case when not declared then hidden_low(own.missing, unit, own.low) end as b_low,
    case when not declared then hidden_high(own.missing, unit, per, own.high) end as b_high,
    case when not declared then own.standard_error end as b_se,
    case when not declared then own.eligible end as b_eligible,
    latest.period as l_period,
    latest.ordinal as l_ordinal,
    latest.span as l_span,
    latest."value" as l_value,
    case when not sample then latest.numerator end as l_n,
    case when not sample then latest.denominator end as l_d,
    hidden_low(latest.missing, unit, latest.low) as l_low,
    hidden_high(latest.missing, unit, per, latest.high) as l_high,
    latest.standard_error as l_se,
    latest.eligible as l_eligible,
    target_period as t_period,
    target_ordinal as t_ordinal,
    target_value as t_value,
    milestones,
    case when group_key = '' and not declared then baseline_period end as declared_period,
    baseline_value as declared_value,
    baseline_numerator as declared_n,
    baseline_denominator as declared_d,
    case when not declared then own.missing end as b_missing,
    latest.missing as l_missing,
    declared and (baseline_value is not null or baseline_numerator is not null) as b_declared,
    'whole' as stretch,
    r.phi as phi,
    r.tau as tau,
    r."method" as "method"
from chosen
left join known_rule as r on r.id = coalesce($rule, progress_rule)
order by community, variant, group_key
