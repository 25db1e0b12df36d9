-- Which revisions of a local measure only say what the source corrected?
-- grain:   one row per restatement, in the order of the ledger
create or replace table restatement (
    community VARCHAR not null,
    variant VARCHAR not null,
    revision INTEGER not null,
    before_sha256 VARCHAR not null,
    after_sha256 VARCHAR not null,
    seq BIGINT not null,
    recorded_at VARCHAR not null,
    actor VARCHAR not null,
    body VARCHAR not null
);
