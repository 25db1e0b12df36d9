-- The 95 % interval of a share p (0 to 1) of n people, times scale (100 for percent): [low, high], never beyond 0 and scale.
-- source: Wilson 1927, Journal of the American Statistical Association 22, 209-212; no continuity correction; z = 1.959964.
-- twin:   registry.domain.normal.wilson95

create or replace macro wilson_centre(p, n) as
    (p + 3.841458820694124e0 / (2e0 * n)) / (1e0 + 3.841458820694124e0 / n);

create or replace macro wilson_half(p, n) as
    1.959963984540054e0 / (1e0 + 3.841458820694124e0 / n)
    * sqrt(p * (1e0 - p) / n + 3.841458820694124e0 / (4e0 * n * n));

create or replace macro wilson95(p, n, scale) as
    case when p is not null and n > 0 and scale is not null then [
        greatest(0e0, scale * (wilson_centre(p, n) - wilson_half(p, n))),
        least(scale, scale * (wilson_centre(p, n) + wilson_half(p, n)))
    ] end;
