-- How many of a place's gaps in each outcome, over all its groups, are closing?
-- param:   day  DATE  the day on which it is judged whose people are counted with another place
-- returns: registry.domain.rollup_rows.PlaceGaps
-- grain:   one row per outcome and member; measured are the gaps that rollup/gap_count.sql counts
with counted as (
    select
        c.template_id,
        c.community,
        exists (
            from counted_elsewhere as e
            where e.community = c.community and e.variant = c.variant and e.template_id = c.template_id and list_contains(e.tiers, 'progress')
                and coalesce(e.since <= $day, true) and coalesce(e."until" >= $day, true)
        ) or c.rollup = 'none' as apart,
        d.verdict,
        d.closing,
        coalesce(d.reason, '') not in ('no_baseline', 'no_data')
            and (d.verdict = 'opened' or coalesce(d.gap_baseline > 0, d.gap_baseline_bounds[2] > 0, true)) as measured
    from gap as d
    inner join comparable as c using (community, variant, group_key)
    where c.headline and c.member and c.progress_key is not null
)
select
    template_id,
    community,
    apart,
    count(*) filter (measured and verdict <> 'not_behind') as measured,
    count(*) filter (closing) as closing,
    count(*) filter (measured and verdict = 'indeterminate') as indeterminate
from counted
group by template_id, community, apart
order by template_id, community
