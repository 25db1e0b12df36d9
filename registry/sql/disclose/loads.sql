-- Which loads may whoever does not own them read, and the hashes of which of their files?
-- param:   line    BIGINT     the ledger's line that is shown
-- param:   opened  VARCHAR[]  the communities whose own loads are shown as they stand
-- grain:   one row per load; it stands after the data points are shown (figures.sql)
-- A hash over a file is as good as the few small figures in it: whoever lacks one of them tries them all. So it is told only where every
-- data point of every load of that file is shown as it stands.
create or replace temp table guarded_batch as
select distinct o.batch, o.community
from registry.observation as o
left join next.observation as n
    on n.community = o.community and n.variant = o.variant and n.group_key = o.group_key and n.period = o.period and n.seq = o.seq
where o.seq <= $line
  and (
      n."value" is distinct from o."value" or n.numerator is distinct from o.numerator or n.denominator is distinct from o.denominator
      or n.eligible is distinct from o.eligible or n.low is distinct from o.low or n.high is distinct from o.high
  );

create or replace temp table guarded_file as
select distinct json_extract_string(f.file, '$.sha256') as sha256
from (
    select unnest(cast(b.body -> '$.files' as JSON[])) as file
    from registry.batch as b
    semi join guarded_batch as g on g.batch = b.id
    where b.seq <= $line
) as f;

insert into next.batch
select b.* replace (
    case
        when list_contains($opened, b.community) then b.body
        else cast(json_merge_patch(b.body, json_object(
            'rows_sha256', case when g.batch is null then json_extract_string(b.body, '$.rows_sha256') else '' end,
            'files', list_transform(
                cast(b.body -> '$.files' as JSON[]),
                lambda f: case
                    when list_contains(h.guarded, json_extract_string(f, '$.sha256')) then json_merge_patch(f, '{"sha256": ""}')
                    else f
                end
            )
        )) as VARCHAR)
    end as body
)
from registry.batch as b
left join (select distinct batch from guarded_batch) as g on g.batch = b.id
cross join (select coalesce(list(sha256), []) as guarded from guarded_file) as h
where b.seq <= $line
order by b.seq;
