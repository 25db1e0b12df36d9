-- What is the history of each local measure and group as it stands today?
-- grain:   one row per variant and group
create or replace temp view chosen_series as from registry.series;
