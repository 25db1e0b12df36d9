-- Which comparable series has one outcome, each with its history?
-- grain:   one row per variant and group
create or replace temp table comparable as from followed;
