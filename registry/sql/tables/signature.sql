-- What did each partner say to which content of a local measure?
-- grain:   one row per signature, refusal and signature taken back, in the order of the ledger
create or replace table signature (
    community VARCHAR not null,
    variant VARCHAR not null,
    partner VARCHAR not null,
    act VARCHAR not null,
    revision INTEGER not null,
    content_sha256 VARCHAR not null,
    seq BIGINT not null,
    recorded_at VARCHAR not null,
    actor VARCHAR not null,
    body VARCHAR not null
);
