-- From which load does each arrived file of data points come?
-- grain:   one row per load that has just arrived
create or replace temp table arrival (body INTEGER, seq BIGINT, batch VARCHAR, community VARCHAR, variant VARCHAR);
