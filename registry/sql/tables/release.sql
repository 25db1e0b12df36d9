-- What has been released, and up to which line of the ledger does each release show the registry?
-- grain:   one row per release
create or replace table release (
    id VARCHAR not null,
    seq BIGINT not null,
    upto BIGINT not null,
    recorded_at VARCHAR not null,
    actor VARCHAR not null,
    body VARCHAR not null
);
