-- In which shape are the data points of one load stored?
-- grain:   one row per period and group
create or replace temp table point (
    period VARCHAR not null,
    ordinal INTEGER not null,
    span INTEGER not null,
    group_key VARCHAR not null,
    "value" DECIMAL(28, 9),
    numerator BIGINT,
    denominator BIGINT,
    low DECIMAL(28, 9),
    high DECIMAL(28, 9),
    "open" BOOLEAN not null,
    standard_error DOUBLE,
    eligible BIGINT,
    missing VARCHAR,
    withdrawn BOOLEAN not null,
    file VARCHAR not null,
    "row" INTEGER not null,
    cells VARCHAR not null,
    sheet VARCHAR
);
