-- What does each release not show as it stands?
-- grain:   one row per release and masked data point (hidden, or coded: between low and high people; eligible: only how many could have
--          been counted), one per declared baseline that is not shown (kind baseline, of the revision at line upto), and one per table
--          of data points (kind earlier) that the release still shows as of line upto
create or replace table mask (
    release VARCHAR not null,
    community VARCHAR not null,
    variant VARCHAR not null,
    period VARCHAR not null,
    group_key VARCHAR not null,
    kind VARCHAR not null,
    low BIGINT,
    high BIGINT,
    upto BIGINT
);
