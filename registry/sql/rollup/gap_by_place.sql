-- How many of a place's gaps in each outcome, over all its groups, are closing?
-- returns: registry.domain.rollup_rows.PlaceGaps
-- grain:   one row per outcome and member; measured are the gaps that rollup/gap_count.sql counts
with counted as (
    select
        c.template_id,
        c.community,
        e.tier is not null or c.rollup = 'none' as apart,
        d.verdict,
        d.closing,
        gap_measured(d.verdict, d.reason, d.gap_baseline, d.gap_baseline_bounds) as measured
    from gap as d
    inner join comparable as c using (community, variant, group_key)
    left join (from elsewhere_today where tier = 'progress') as e
        on e.community = c.community and e.variant = c.variant and e.template_id = c.template_id
    where c.headline and c.member and c.progress_key is not null
)
select
    template_id,
    community,
    apart,
    count(*) filter (measured) as measured,
    count(*) filter (closing) as closing,
    count(*) filter (measured and verdict = 'indeterminate') as indeterminate
from counted
group by template_id, community, apart
order by template_id, community
