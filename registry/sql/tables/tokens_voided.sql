-- At which lines of the ledger did every earlier token become void?
-- grain:   one row per copy or restore
create or replace table tokens_voided (
    seq BIGINT not null,
    recorded_at VARCHAR not null,
    body VARCHAR not null
);
