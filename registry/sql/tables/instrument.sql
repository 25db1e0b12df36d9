-- Which assessments and data sources are catalogued?
-- grain:   one row per instrument and revision
create or replace table instrument (
    id VARCHAR not null,
    revision INTEGER not null,
    seq BIGINT not null,
    title VARCHAR not null,
    publisher VARCHAR not null,
    versions VARCHAR[] not null,
    editions STRUCT(id VARCHAR, edges STRUCT(ordinal INTEGER, period VARCHAR, ends BOOLEAN)[])[] not null,
    body VARCHAR not null
);
