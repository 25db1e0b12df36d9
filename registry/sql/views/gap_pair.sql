-- For each group and the one its gap is measured from: what is the first figure of each, what its last, and do both end in one period?
-- param:   earlier  VARCHAR  the period to start from; null for each variant's own baseline
-- param:   later    VARCHAR  the period to end at; null for each series' last one with a figure, also a hidden one
-- grain:   one row per variant and group that has a reference group; the reference itself has none
create or replace temp table gap_pair as
with marked as not materialized (  -- a figure is found by its place among the marks, so that no history is copied
    select
        *,
        list_transform(history, lambda h: case when h."value" is not null or h.low is not null or h.high is not null or h.missing = 'suppressed' then h.period end)
            as marks
    from comparable
    where group_key <> ''
),
said as materialized (  -- '' is no period: where there is no baseline, there is no first figure
    select
        community, variant, group_key, reference_key, unit, direction, kind, per, meaningful_change, maintain_within, has_cut, progress_rule,
        breaks, sample, target_value,
        history[list_position(marks, coalesce($earlier, baseline_period, ''))] as first,
        history[len(marks) + 1 - list_position(list_transform(list_reverse(marks), lambda p: p = coalesce($later, p)), true)] as last
    from marked
)
select
    g.* exclude (first, last),
    g.first as bg,
    r.first as br,
    g.last as own,
    r.last as beside,
    g.last.period <> r.last.period as apart
from said as g
inner join said as r on r.community = g.community and r.variant = g.variant and r.group_key = g.reference_key
where g.group_key <> g.reference_key;
