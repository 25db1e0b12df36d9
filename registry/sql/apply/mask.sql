-- What do the newest releases mask?
-- grain:   one row per masked data point of the releases that have just arrived
insert into tail.mask by name
select a.release, m.community, m.variant, m.period, m.group_key, m.kind, m.low, m.high, m.upto
from arrived as m
inner join mask_arrival as a on a.body = m.body;
