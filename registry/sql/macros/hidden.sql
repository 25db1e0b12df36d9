-- What is known of a figure that its publisher hides? For a share of people the whole range, else nothing (design section 6).
-- source: a hidden share may be anything from nobody to everybody; bounds go through every computation as bounds (design section 6)
-- twin:   registry.domain.point.hidden_range
create or replace macro hidden_low(missing, unit, low) as
    case when missing = 'suppressed' and unit in ('percent', 'rate') then 0::DECIMAL(28, 9) else low end;

create or replace macro hidden_high(missing, unit, per, high) as
    case when missing = 'suppressed' and unit = 'percent' then 100::DECIMAL(28, 9)
         when missing = 'suppressed' and unit = 'rate' then per::DECIMAL(28, 9)
         else high end;
