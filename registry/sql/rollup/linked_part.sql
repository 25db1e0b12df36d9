-- Which mean on the common scale does each place's share stand for, by a link that is valid in that year?
-- param:   line     BIGINT     the ledger's line at which the question is asked
-- param:   periods  VARCHAR[]  the periods to show; null for the latest in which any member has a figure, key by key
-- param:   panel    BOOLEAN    only who has a mean in every one of these periods
-- returns: registry.domain.linked_rows.LinkedPart
-- grain:   one row per linked key, period and headline variant, everybody only
-- source:  design section 8, Linking: mean c + sd z(p), only for shares from .10 to .90; twin: registry.domain.linking.linked_mean
with series as (
    from comparable where headline and member and linked_key is not null and group_key = '' and unit = 'percent'
),
figure as (
    select * exclude (history), unnest(history) as h
    from series
),
said as (
    from figure where h."value" is not null or h.low is not null or h.high is not null
),
wanted as (
    select distinct linked_key, h.period as period
    from (select *, max(h.ordinal) over (partition by linked_key) as newest from said)
    where case when $periods is null then h.ordinal = newest else list_contains($periods, h.period) end
),
shown as (
    select s.* from said as s inner join wanted as w on w.linked_key = s.linked_key and w.period = s.h.period
),
link as (
    select id, scale, sd, u_sd, u_m, first_ordinal, last_ordinal, last_period, seq, unnest(cuts) as c
    from link_at($line)
),
covered as (
    select
        s.*,
        l.id as link,
        l.sd,
        l.u_sd,
        l.u_m,
        l.c.score as score,
        l.c.standard_error as cut_se,
        exists (
            from link as x
            where x.scale = s.scale and x.c.instrument = s.instrument and x.c.instrument_version = s.instrument_version
                and x.c.cut = s.cut and (x.c.grade_or_age is null or x.c.grade_or_age = s.grade_or_age)
        ) as ever
    from shown as s
    left join link as l
        on l.scale = s.scale and l.c.instrument = s.instrument and l.c.instrument_version = s.instrument_version
            and l.c.cut = s.cut and (l.c.grade_or_age is null or l.c.grade_or_age = s.grade_or_age)
            and s.h.ordinal between l.first_ordinal and l.last_ordinal
    qualify row_number() over (partition by s.community, s.variant, s.h.period order by l.seq desc) = 1
),
shared as (
    select
        *,
        h.standard_error is null and not sample and h.numerator is not null and h.denominator > 0 as counted,
        case
            when counted then h.numerator / h.denominator::DOUBLE
            when h.low is null and h.high is null then h."value"::DOUBLE / 100e0
        end as share
    from covered
),
erred as (
    select
        *,
        case when counted then sqrt(share * (1e0 - share) / h.denominator) else h.standard_error / 100e0 end as share_se,
        exists (
            from counted_elsewhere as e
            where e.community = shared.community and e.variant = shared.variant and e.template_id = shared.template_id
                and list_contains(e.tiers, 'linked') and (e.periods is null or list_contains(e.periods, shared.h.period))
                and coalesce(e.since < month_start(shared.h.ordinal + shared.h.span), true)
                and coalesce(e."until" >= month_start(shared.h.ordinal), true)
        ) as elsewhere,
        len(list_filter(breaks, lambda b: not b.bridged
            and case when b.ends then b.ordinal <= h.ordinal else b.ordinal > h.ordinal end)) > 0 as other_years
    from shared
),
told as (
    select
        *,
        case
            when other_years then 'other_years'
            when link is null then case when ever then 'link_expired' else 'no_link' end
            when share is null then 'bounds'
            when share < 0.1 or share > 0.9 then 'outside_tails'
            when share_se is null then 'no_error_known'
            when elsewhere then 'counted_elsewhere'
        end as why
    from erred
)
select
    linked_key,
    h.period as period,
    h.ordinal as ordinal,
    community,
    variant,
    scale,
    link,
    instrument,
    instrument_version,
    cut,
    grade_or_age,
    share,
    case when counted then h.denominator end as people,
    score,
    cut_se,
    case when why is null or why = 'counted_elsewhere' then linked_mean_at(share, score, sd) end as mean,
    case when why is null or why = 'counted_elsewhere' then linked_se_at(share, share_se, cut_se, sd, u_sd, u_m) end as se,
    case
        when why is not null then why
        when $panel and count(*) filter (why is null) over (partition by linked_key, community, variant) < len($periods) then 'not_in_panel'
    end as reason
from told
order by linked_key, ordinal, period, community, variant
