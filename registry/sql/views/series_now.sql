-- Take the histories as they stand today: they are kept, one row per series.
-- grain:   one row per variant and group
create or replace temp view chosen_series as from registry.series;
