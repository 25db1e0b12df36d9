-- What one data point says, exactly: whole billionths of the unit over a whole denominator, so that comparisons never round.
-- source: design sections 6 and 8: counts win over the printed value, but for a sample, whose counts are weighted; a range is
--         as printed, and a percent with one bound only ends at 0 or 100.
-- exact:  values of up to 9 decimals; larger numbers than 128 bits hold are an error, never a wrong answer.
-- twin:   registry/domain/point.py

create or replace macro nano(x) as (x::DECIMAL(28, 9) * 1000000000)::HUGEINT;

-- what a share of 1 amounts to, in billionths; null where the unit is no share of people
create or replace macro unit_scale(unit, per) as
    case unit when 'percent' then 100000000000::HUGEINT when 'rate' then nano(per) end;

create or replace macro is_counted(scale, value, numerator, denominator, error) as
    scale is not null and numerator is not null and coalesce(denominator, 0) > 0 and (error is null or value is null);

create or replace macro exact_figure(unit, scale, counted, value, numerator) as
    case
        when counted then scale * numerator
        when value is null and unit = 'count' then numerator::HUGEINT * 1000000000
        else nano(value)
    end;

-- one end of the range: the figure itself where none is printed, what is printed, or where the unit ends
create or replace macro exact_end(figure, counted, printed, other, unit, edge) as
    case
        when counted or (printed is null and other is null) then figure
        when printed is null and unit = 'percent' then nano(edge)
        else nano(printed)
    end;

-- how many people a share is of, where the range can be a share at all: not 12 of 10
create or replace macro people_of(scale, denominator, low, high, over) as
    case when denominator > 0 and low <= scale * over and high >= 0 then denominator end;

create or replace macro share_of(level, over, scale) as
    greatest(0e0, least(1e0, level::DOUBLE / nullif((scale * over)::DOUBLE, 0)));

-- the figure of a ratio of billionths
create or replace macro plain(num, den) as num::DOUBLE / nullif(den::DOUBLE, 0) / 1e9;
