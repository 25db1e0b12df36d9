-- Which links to a common scale has the network published?
-- grain:   one row per link
create or replace table link (
    id VARCHAR not null,
    seq BIGINT not null,
    recorded_at VARCHAR not null,
    title VARCHAR not null,
    scale VARCHAR not null,
    scale_title VARCHAR not null,
    sd DOUBLE not null,
    u_sd DOUBLE not null,
    u_m DOUBLE not null,
    first_period VARCHAR not null,
    first_ordinal INTEGER not null,
    last_period VARCHAR not null,
    last_ordinal INTEGER not null,
    cuts STRUCT(
        instrument VARCHAR, instrument_version VARCHAR, cut VARCHAR, grade_or_age VARCHAR,
        score DOUBLE, standard_error DOUBLE
    )[] not null,
    content_sha256 VARCHAR not null,
    body VARCHAR not null
);
