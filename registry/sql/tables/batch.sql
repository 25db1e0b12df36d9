-- Which files were loaded, by whom and when?
-- grain:   one row per load
create or replace table batch (
    id VARCHAR not null,
    seq BIGINT not null,
    recorded_at VARCHAR not null,
    actor VARCHAR not null,
    community VARCHAR not null,
    variant VARCHAR not null,
    body VARCHAR not null
);
