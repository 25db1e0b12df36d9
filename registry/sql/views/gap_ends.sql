-- For each group and the one its gap is measured from: between which two periods, and which four figures, is the gap judged?
-- param:   rule     VARCHAR  the progress rule asked for; null for each outcome's own
-- grain:   one row per variant and group that has a reference group; the reference itself has none
create or replace temp table gap_ends as
with parted as (  -- where one of the two has a later figure than the other, both histories side by side
    select
        p.community,
        p.variant,
        p.group_key,
        p.since,
        any_value(c.history) filter (c.group_key = p.group_key) as own,
        list_filter(any_value(c.history) filter (c.group_key <> p.group_key), lambda h: h."value" is not null or h.low is not null or h.high is not null or h.missing = 'suppressed') as beside
    from (
        select community, variant, group_key, coalesce(bg.ordinal, br.ordinal) as since, unnest([group_key, reference_key]) as either
        from gap_pair
        where apart
    ) as p
    inner join comparable as c on c.community = p.community and c.variant = p.variant and c.group_key = p.either
    group by p.community, p.variant, p.group_key, p.since
),
met as (  -- the last period in which both have a figure
    select
        community,
        variant,
        group_key,
        beside,
        list_transform(beside, lambda h: h.period) as marks,
        list_filter(own, lambda h: list_contains(marks, h.period)
            and (h."value" is not null or h.low is not null or h.high is not null or h.missing = 'suppressed')
            and coalesce(h.ordinal > since, true))[-1] as lg
    from parted
),
both_ends as (
    select
        p.*,
        not apart and coalesce(own.ordinal > coalesce(bg.ordinal, br.ordinal), true) as together,
        case when together then p.own else m.lg end as lg,
        case when together then p.beside else m.beside[list_position(m.marks, m.lg.period)] end as lr
    from gap_pair as p
    left join met as m using (community, variant, group_key)
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
