-- Which data points did the newest loads bring?
-- grain:   one row per data point of the loads that have just arrived
alter table arrived add column if not exists sheet VARCHAR;  -- loads of earlier programs have none

insert into tail.observation by name
select
    a.community,
    a.variant,
    p.group_key,
    p.period,
    p.ordinal,
    p.span,
    a.seq,
    a.batch,
    p."value",
    p.numerator,
    p.denominator,
    p.low,
    p.high,
    p."open",
    p.standard_error,
    p.eligible,
    p.missing,
    p.withdrawn,
    p.file,
    p."row",
    p.cells,
    p.sheet
from arrived as p
inner join arrival as a on a.body = p.body;
