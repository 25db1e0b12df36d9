-- Whether one tested change improves, declines, is maintained, or cannot be told; and the error of a change between two shares.
-- source: design section 8; z = 1.959964 two-sided and a 90 % interval (1.644854).
-- twin:   registry/domain/progress_rule.py

create or replace macro pooled_share(p0, n0, p1, n1) as
    case
        when (p0 = 0 and p1 = 0) or (p0 = 1 and p1 = 1) then 0.5e0 / (n0 + n1 + 1)
        else (p0 * n0 + p1 * n1) / (n0 + n1)
    end;

-- in points: 100 for percent, per for a rate, times the error of the difference of two shares
create or replace macro binomial_error(p, n0, n1, points, phi, tau) as
    points * sqrt(phi * p * (1e0 - p) * (1e0 / n0 + 1e0 / n1) + 2e0 * (tau / 100e0) * (tau / 100e0));

create or replace macro tested_trend(gain, error, is_meaningful, edge) as
    case
        when abs(gain / nullif(error, 0)) >= 1.959963984540054e0 and is_meaningful
            then case when gain > 0 then 'improving' else 'declining' end
        when gain - 1.6448536269514722e0 * error > -edge and gain + 1.6448536269514722e0 * error < edge then 'maintaining'
        else 'indeterminate'
    end;
