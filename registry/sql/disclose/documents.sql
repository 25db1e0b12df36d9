-- Which documents may whoever does not own them read, each with its baseline where the figure behind it may be shown?
-- param:   line    BIGINT     the ledger's line that is shown
-- param:   secret  VARCHAR    what nobody outside knows: a hash of a content with a hidden baseline is mixed with it, or few guesses would find the baseline
-- param:   opened  VARCHAR[]  the communities whose own documents are shown as they stand
-- grain:   as in the table of the same name
insert into next.template from registry.template where seq <= $line order by seq;
insert into next.template_status from registry.template_status where seq <= $line order by seq;
insert into next.framework from registry.framework where seq <= $line order by seq;
insert into next.link from registry.link where seq <= $line order by seq;
insert into next.rule from registry.rule where seq <= $line order by seq;
insert into next.instrument from registry.instrument where seq <= $line order by seq;
insert into next.community from registry.community where seq <= $line order by seq;

create or replace temp table guarded as
select distinct v.community, v.id as variant, v.revision
from registry.variant as v
inner join mask_now as m
    on m.community = v.community and m.variant = v.id and m.period = v.baseline_period and m.group_key = ''
    and (m.kind in ('hidden', 'coded') or (m.kind = 'baseline' and m.upto = v.seq))
where v.seq <= $line and not list_contains($opened, v.community);

insert into next.variant
select v.* replace (
    case when g.revision is null then v.content_sha256 else sha256(v.content_sha256 || $secret) end as content_sha256,
    case when g.revision is null then v.baseline_value end as baseline_value,
    case when g.revision is null then v.baseline_numerator end as baseline_numerator,
    case when g.revision is null then v.baseline_denominator end as baseline_denominator,
    case
        when g.revision is null then v.body
        else cast(json_merge_patch(v.body, '{"baseline": {"value": null, "numerator": null, "denominator": null}}') as VARCHAR)
    end as body
)
from registry.variant as v
left join guarded as g on g.community = v.community and g.variant = v.id and g.revision = v.revision
where v.seq <= $line
order by v.seq;

create or replace temp table content_said as
select distinct v.content_sha256 as was, sha256(v.content_sha256 || $secret) as told
from registry.variant as v
semi join guarded as g on g.community = v.community and g.variant = v.id and g.revision = v.revision;

insert into next.signature
select s.* replace (
    coalesce(c.told, s.content_sha256) as content_sha256,
    cast(json_merge_patch(s.body, json_object('content_sha256', coalesce(c.told, s.content_sha256))) as VARCHAR) as body
)
from registry.signature as s
left join content_said as c on c.was = s.content_sha256
where s.seq <= $line
order by s.seq;

insert into next.decision
select d.* replace (
    coalesce(c.told, d.content_sha256) as content_sha256,
    cast(json_merge_patch(d.body, json_object('content_sha256', coalesce(c.told, d.content_sha256))) as VARCHAR) as body
)
from registry.decision as d
left join content_said as c on c.was = d.content_sha256
where d.seq <= $line
order by d.seq;

insert into next.restatement
select r.* replace (
    coalesce(b.told, r.before_sha256) as before_sha256,
    coalesce(a.told, r.after_sha256) as after_sha256,
    cast(json_merge_patch(r.body, json_object(
        'before_sha256', coalesce(b.told, r.before_sha256), 'after_sha256', coalesce(a.told, r.after_sha256)
    )) as VARCHAR) as body
)
from registry.restatement as r
left join content_said as b on b.was = r.before_sha256
left join content_said as a on a.was = r.after_sha256
where r.seq <= $line
order by r.seq;
