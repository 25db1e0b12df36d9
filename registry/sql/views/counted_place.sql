-- Which headline measures of members stand for which places, and at which line was each registered?
-- param:   line  BIGINT  the ledger's line at which the question is asked
-- grain:   one row per variant; a place is dated and held by others as its community declares it, also where the measure only names it
create or replace temp table counted_place as
with own as (
    select
        c.template_id,
        c.community,
        c.variant,
        r.registered,
        m.geographies as declared,
        case
            when len(v.geographies) > 0
                then list_transform(v.geographies, lambda g: {code: g.code, path: g.path, since: null::DATE, "until": null::DATE})
            else m.geographies
        end as named
    from comparable as c
    inner join variant_at($line) as v on v.community = c.community and v.id = c.variant
    inner join community_at($line) as m on m.slug = c.community
    inner join (select community, id, min(seq) as registered from registry.variant group by community, id) as r
        on r.community = c.community and r.id = c.variant
    where c.member and c.headline and c.group_key = '' and c.direction_key is not null
)
select
    template_id,
    community,
    variant,
    registered,
    list_transform(named, lambda g: {
        code: g.code,
        path: list_distinct(g.path || coalesce(list_filter(declared, lambda d: d.code = g.code)[1].path, [])),
        since: list_filter(declared, lambda d: d.code = g.code)[1].since,
        "until": list_filter(declared, lambda d: d.code = g.code)[1]."until"
    }) as places
from own
order by template_id, community, variant;
