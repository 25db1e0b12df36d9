-- Which members measure one outcome for places of which one holds the other?
-- returns: registry.domain.overlap.OverlapPair
-- grain:   one row per two headline measures, two place codes, and span of days in which both belong to their communities
-- note:    tiers says where both would be added or counted together: in one level, one mean on a common scale, one count of
--          progress, one outcome, one direction; years are those in which the holder has people to add
with place as (
    select
        p.template_id,
        p.community,
        p.variant,
        p.registered,
        c.level_key,
        c.linked_key,
        c.progress_key,
        list_transform(
            list_filter(c.history, lambda h: not c.sample and h.standard_error is null and h.denominator > 0
                and (h.numerator is not null or h.low is not null or h.high is not null or h.missing = 'suppressed')),
            lambda h: h.period
        ) as years,
        len(list_filter(c.history, lambda h: h."value" is not null or (h.numerator is not null and h.missing is null)
            or h.low is not null or h.high is not null or h.missing = 'suppressed')) > 0 as reported,
        unnest(p.places, recursive := true)
    from counted_place as p
    inner join comparable as c on c.community = p.community and c.variant = p.variant and c.group_key = ''
)
select
    wide.template_id as template_id,
    wide.community as wide,
    wide.variant as wide_variant,
    wide.registered as wide_order,
    narrow.community as narrow,
    narrow.variant as narrow_variant,
    narrow.registered as narrow_order,
    wide.code as wide_code,
    narrow.code as narrow_code,
    greatest(wide.since, narrow.since) as since,
    least(wide."until", narrow."until") as "until",
    list_filter(
        [
            case when wide.level_key = narrow.level_key then 'level' end,
            case when wide.linked_key = narrow.linked_key then 'linked' end,
            case when wide.progress_key = narrow.progress_key then 'progress' end,
            case when wide.progress_key is not null and narrow.progress_key is not null then 'outcome' end,
            'direction'
        ],
        lambda tier: tier is not null
    ) as tiers,
    wide.years as years,
    wide.reported as reported
from (select *, unnest(path) as step from place) as narrow
inner join place as wide
    on wide.template_id = narrow.template_id and wide.code = narrow.step and wide.community <> narrow.community
where (wide.code <> narrow.code or (wide.registered, wide.community) < (narrow.registered, narrow.community))
  and coalesce(wide.since <= narrow."until", true) and coalesce(narrow.since <= wide."until", true)
order by all
