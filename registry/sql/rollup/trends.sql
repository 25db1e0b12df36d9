-- What may be said of each place's headline measure of each outcome?
-- returns: registry.domain.rollup_rows.TrendLine
-- grain:   one row per headline measure of a member, everybody only, also of those that nothing can be told of
select
    c.template_id,
    c.community,
    c.variant,
    c.tier,
    c.left_out,
    c.progress_key,
    c.reasons,
    j.trend,
    j.reason,
    j.pace,
    j.se,
    c.meaningful_change::DOUBLE as meaningful_change,
    j.effect / nullif(j.years, 0) as effect_per_year,
    j.effect_se / nullif(j.years, 0) as effect_per_year_se,
    case
        when c.rollup = 'none' then 'not_rolled_up'
        when e.tier is not null then 'elsewhere'
    end as apart
from comparable as c
inner join judged as j using (community, variant, group_key)
left join (from elsewhere_today where tier = 'progress') as e
    on e.community = c.community and e.variant = c.variant and e.template_id = c.template_id
where c.headline and c.place = 'member' and c.group_key = ''
order by c.template_id, c.community, c.variant
