-- Which data points may whoever does not own them read, and how much of each?
-- param:   line    BIGINT     the ledger's line that is shown
-- param:   opened  VARCHAR[]  the communities whose own data points are shown as they stand
-- grain:   one row per variant, group, period and revision; a revision that was corrected shows that it was there, and no figure; a table
--          of data points may be shown as of an earlier line
create or replace temp table masked as
select * from mask_now where kind in ('hidden', 'coded') and not list_contains($opened, community);

create or replace temp table earlier as
select community, variant, period, max(upto) as upto
from mask_now
where kind = 'earlier' and not list_contains($opened, community)
group by community, variant, period;

create or replace temp table disclosed as
select o.*, row_number() over (partition by o.community, o.variant, o.group_key, o.period order by o.seq desc) = 1 as stands
from registry.observation as o
left join earlier as e using (community, variant, period)
where o.seq <= coalesce(e.upto, $line);

create or replace temp table figure as
select
    d.*,
    t.per,
    case
        when not d.stands or m.kind = 'hidden' then 'hidden'
        else coalesce(m.kind, 'open')
    end as shown,
    m.low as low_people,
    m.high as high_people,
    e.kind is not null as eligible_masked,
    e.high as eligible_told
from disclosed as d
left join masked as m
    on m.community = d.community and m.variant = d.variant and m.period = d.period and m.group_key = d.group_key
left join (select * from mask_now where kind = 'eligible' and not list_contains($opened, community)) as e
    on e.community = d.community and e.variant = d.variant and e.period = d.period and e.group_key = d.group_key
inner join variant_at($line) as v on v.community = d.community and v.id = d.variant
inner join registry.template as t on t.id = v.template_id and t.version = v.template_version;

insert into next.observation
select * exclude (stands, per, shown, low_people, high_people, eligible_masked, eligible_told) replace (
    case when shown = 'open' then "value" end as "value",
    case when shown = 'open' then numerator end as numerator,
    case when shown <> 'hidden' then denominator end as denominator,
    case when shown = 'open' then low when shown = 'coded' then per * low_people / denominator end as low,
    case when shown = 'open' then high when shown = 'coded' then per * high_people / denominator end as high,
    shown = 'open' and "open" as "open",
    case when shown = 'open' then standard_error end as standard_error,
    case when shown = 'hidden' then null when eligible_masked then eligible_told else eligible end as eligible,
    case when shown = 'hidden' and not withdrawn then 'suppressed' else missing end as missing,
    case when shown = 'open' then cells else '{}' end as cells
)
from figure
order by community, variant, group_key, ordinal, period, seq;

insert into next.series
from series_in('next.observation', $line);
