-- Whether a series keeps pace with its target, in whole numbers: the straight path from baseline over milestones to target.
-- source: design section 8: equality is on track, only the target period's own observation misses a target.
-- exact:  while billionths times both denominators times months stay below 1.7e38: for a percent, counts up to 1e11.
-- twin:   registry/domain/path.py

-- how far a figure stands above the path in a month, times figure_den * from_den * (until - since)
create or replace macro above_path(figure, figure_den, from_figure, from_den, since, until_figure, until, month) as
    figure * from_den * (until - since)
    - figure_den * (from_figure * (until - month) + until_figure * from_den * (month - since));

create or replace macro aim_reached(sign, figure, figure_den, target) as
    sign * (figure - target * figure_den) >= 0;

create or replace macro wrong_side(sign, figure, figure_den, target) as
    sign * (target * figure_den - figure) < 0;

-- null where the target lies on the wrong side of the baseline, and where an end is open
create or replace macro pace_at(is_wrong_side, is_reached, is_on_path, month, due) as
    case
        when is_wrong_side or is_wrong_side is null or is_reached is null then null
        when is_reached then case when month <= due then 'met' else 'met_late' end
        when month = due then 'missed'
        when month > due then 'no_data'
        when is_on_path then 'on_track'
        else 'off_track'
    end;
