-- What has been said of each period and group, and when did the registry learn it?
-- grain:   one row per variant, group, period and revision; nothing is ever overwritten
create or replace table observation (
    community VARCHAR not null,
    variant VARCHAR not null,
    group_key VARCHAR not null,
    period VARCHAR not null,
    ordinal INTEGER not null,
    span INTEGER not null,
    seq BIGINT not null,
    batch VARCHAR not null,
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
    sheet VARCHAR,
    redacted_by BIGINT
);
