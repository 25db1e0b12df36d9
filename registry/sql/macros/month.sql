-- The first day of a month that is counted from year 0, as periods are.
-- twin:   registry/domain/period.py
create or replace macro month_start(ordinal) as make_date((ordinal // 12)::BIGINT, (ordinal % 12 + 1)::BIGINT, 1::BIGINT);
