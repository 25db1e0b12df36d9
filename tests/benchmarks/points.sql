-- Which figures does one measure of a benchmark's network have?
-- param:   variant  INTEGER  the measure's number
-- grain:   one row per period and group
-- note:    noise is a number from 0 to 999 worked out of year, group and measure, so that every run has the same figures
insert into point by name
with noisy as (
    select
        *,
        (($variant * 7919 + year * 104729 + number * 1299709 + 12345) * 48271 % 2147483647 // 7) % 1000 as noise,
        ($variant * 31 + number * 17) % 61 as own
    from years, groups
),
counted as (
    select
        *,
        (case when number = 0 then 300 + own * 40 else 12 + own * 9 end + noise % 7) * case when $variant % 3 = 0 then 30 else 1 end as people,
        25 + ($variant * 13 + number * 5) % 30 + (year - 2013) * (($variant + number) % 9 - 3) * 2 // 5 + noise // 250 as percent
    from noisy
),
shown as (
    select *, number > 0 and noise % 40 = 7 as hidden, people * greatest(2, least(97, percent)) // 100 as reached
    from counted
)
select
    period,
    ordinal,
    span,
    group_key,
    case when not hidden then 100 * reached / people end as "value",
    case when not hidden then reached end as numerator,
    case when not hidden then people end as denominator,
    false as "open",
    case when hidden then 'suppressed' end as missing,
    false as withdrawn,
    'figures.csv' as file,
    (row_number() over (order by ordinal, number) + 1)::INTEGER as "row",
    '{"period":"' || period || '"}' as cells
from shown
order by ordinal, number
