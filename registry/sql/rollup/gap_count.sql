-- How many of the gaps that were there at the start are closing?
-- returns: registry.domain.rollup_rows.GapCount
-- grain:   one row per outcome, dimension and group, and over the communities of one progress key
-- note:    who was not behind has no gap to close and is not among the measured (macro gap_measured); a gap that closed because the
--          reference fell is no closing
with counted as (
    select
        c.template_id,
        c.progress_key,
        d.group_key,
        d.verdict,
        d.closing,
        gap_measured(d.verdict, d.reason, d.gap_baseline, d.gap_baseline_bounds) as measured
    from gap as d
    inner join comparable as c using (community, variant, group_key)
    anti join (from elsewhere_today where tier = 'progress') as e
        on e.community = c.community and e.variant = c.variant and e.template_id = c.template_id
    where c.headline and c.member and c.progress_key is not null and c.rollup <> 'none'
)
select
    template_id,
    progress_key,
    group_key,
    count(*) filter (measured) as measured,
    count(*) filter (closing) as closing,
    count(*) filter (verdict = 'narrowing' and not closing) as reference_fell,
    count(*) filter (verdict = 'reversed') as reversed,
    count(*) filter (verdict = 'widening') as widening,
    count(*) filter (verdict = 'opened') as opened,
    count(*) filter (verdict = 'unchanged') as unchanged,
    count(*) filter (measured and verdict = 'indeterminate') as indeterminate,
    count(*) filter (verdict = 'not_behind') as not_behind
from counted
group by template_id, progress_key, group_key
order by template_id, progress_key, group_key
