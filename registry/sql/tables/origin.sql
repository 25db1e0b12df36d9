-- Up to which line of which ledger does this projection reach?
-- grain:   one row
create or replace table origin (
    registry_id VARCHAR not null,
    program VARCHAR not null,
    seq BIGINT not null,
    chain VARCHAR not null
);
