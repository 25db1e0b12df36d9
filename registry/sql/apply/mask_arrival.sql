-- Of which release is each arrived set of masks?
-- grain:   one row per release that has just arrived
create or replace temp table mask_arrival (body INTEGER, release VARCHAR);
