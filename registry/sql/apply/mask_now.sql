-- In which shape are the masks of one release stored?
-- grain:   one row per masked data point, and one per table of data points that is shown as of an earlier line
create or replace temp table mask_now (
    community VARCHAR not null,
    variant VARCHAR not null,
    period VARCHAR not null,
    group_key VARCHAR not null,
    kind VARCHAR not null,
    low BIGINT,
    high BIGINT,
    upto BIGINT
);
