-- How many of a place's gaps, over all its outcomes and groups, are closing?
-- returns: registry.domain.rollup_rows.PlaceGaps
-- grain:   one row per member
select
    c.community,
    count(*) filter (d.verdict <> 'not_behind' and coalesce(d.reason, '') not in ('no_baseline', 'no_data')) as measured,
    count(*) filter (d.closing) as closing,
    count(*) filter (d.verdict = 'indeterminate' and coalesce(d.reason, '') not in ('no_baseline', 'no_data')) as indeterminate
from gap as d
inner join comparable as c using (community, variant, group_key)
where c.headline and c.member and c.progress_key is not null
group by c.community
order by c.community
