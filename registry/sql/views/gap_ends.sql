-- For each group and the one its gap is measured from: between which two periods, and which four figures, is the gap judged?
-- param:   earlier  VARCHAR  the period to start from; null for each variant's own baseline
-- param:   later    VARCHAR  the period to end at; null for the last one in which both have a figure, also a hidden one
-- param:   rule     VARCHAR  the progress rule asked for; null for each outcome's own
-- grain:   one row per variant and group that has a reference group; the reference itself has none
create or replace temp table gap_ends as
with pair as (
    select
        g.*,
        list_filter(g.history, lambda h: h."value" is not null or h.low is not null or h.high is not null or h.missing = 'suppressed') as own,
        list_filter(r.history, lambda h: h."value" is not null or h.low is not null or h.high is not null or h.missing = 'suppressed') as beside
    from comparable as g
    inner join comparable as r
        on r.community = g.community and r.variant = g.variant and r.group_key = g.reference_key
    where g.group_key <> '' and g.group_key <> g.reference_key
),
started as (
    select
        *,
        list_filter(own, lambda h: h.period = coalesce($earlier, baseline_period))[1] as bg,
        list_filter(beside, lambda h: h.period = coalesce($earlier, baseline_period))[1] as br
    from pair
),
ended as (
    select
        *,
        list_filter(own, lambda h: list_contains(list_transform(beside, lambda k: k.period), h.period)
            and ($later is null or h.period = $later)
            and coalesce(h.ordinal > coalesce(bg.ordinal, br.ordinal), true))[-1] as lg
    from started
),
both_ends as (
    select *, list_filter(beside, lambda h: h.period = lg.period)[1] as lr
    from ended
)
select
    community,
    variant,
    group_key,
    reference_key,
    unit,
    direction,
    kind,
    per,
    meaningful_change,
    maintain_within,
    has_cut,
    k.phi as phi,
    k.tau as tau,
    k."method" as "method",
    list_filter(breaks, lambda b: not b.bridged and b.ordinal > bg.ordinal and b.ordinal <= lg.ordinal)[1].period as broken_at,
    case when bg is not null and br is not null then bg.period end as b_period,
    case when bg is not null and br is not null then bg.ordinal end as b_ordinal,
    case when bg is not null and br is not null then bg.span end as b_span,
    lg.period as l_period,
    lg.ordinal as l_ordinal,
    lg.span as l_span,
    target_value,
    bg."value" as bg_value,
    case when not sample then bg.numerator end as bg_n,
    case when not sample then bg.denominator end as bg_d,
    hidden_low(bg.missing, unit, bg.low) as bg_low,
    hidden_high(bg.missing, unit, per, bg.high) as bg_high,
    bg.standard_error as bg_se,
    bg.eligible as bg_eligible,
    br."value" as br_value,
    case when not sample then br.numerator end as br_n,
    case when not sample then br.denominator end as br_d,
    hidden_low(br.missing, unit, br.low) as br_low,
    hidden_high(br.missing, unit, per, br.high) as br_high,
    br.standard_error as br_se,
    br.eligible as br_eligible,
    lg."value" as lg_value,
    case when not sample then lg.numerator end as lg_n,
    case when not sample then lg.denominator end as lg_d,
    hidden_low(lg.missing, unit, lg.low) as lg_low,
    hidden_high(lg.missing, unit, per, lg.high) as lg_high,
    lg.standard_error as lg_se,
    lg.eligible as lg_eligible,
    lr."value" as lr_value,
    case when not sample then lr.numerator end as lr_n,
    case when not sample then lr.denominator end as lr_d,
    hidden_low(lr.missing, unit, lr.low) as lr_low,
    hidden_high(lr.missing, unit, per, lr.high) as lr_high,
    lr.standard_error as lr_se,
    lr.eligible as lr_eligible
from both_ends
left join known_rule as k on k.id = coalesce($rule, progress_rule)
order by community, variant, group_key;
