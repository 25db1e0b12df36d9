-- How is each local measure's file read?
-- grain:   one row per variant and revision of its mapping
create or replace table mapping (
    community VARCHAR not null,
    variant VARCHAR not null,
    revision INTEGER not null,
    seq BIGINT not null,
    body VARCHAR not null
);
