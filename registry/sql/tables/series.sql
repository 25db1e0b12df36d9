-- What is the history of each local measure and group today?
-- grain:   one row per variant and group, its periods in order
create or replace table series (
    community VARCHAR not null,
    variant VARCHAR not null,
    group_key VARCHAR not null,
    history STRUCT(
        period VARCHAR, ordinal INTEGER, span INTEGER, seq BIGINT,
        "value" DECIMAL(28, 9), numerator BIGINT, denominator BIGINT,
        low DECIMAL(28, 9), high DECIMAL(28, 9), "open" BOOLEAN,
        standard_error DOUBLE, eligible BIGINT, missing VARCHAR
    )[] not null
);
