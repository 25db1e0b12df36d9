-- What was decided on each local measure: departures accepted, a year's result excused, the measure retired?
-- grain:   one row per decision, in the order of the ledger
create or replace table decision (
    community VARCHAR not null,
    variant VARCHAR not null,
    act VARCHAR not null,
    revision INTEGER not null,
    content_sha256 VARCHAR not null,
    period VARCHAR,
    reason VARCHAR not null,
    seq BIGINT not null,
    recorded_at VARCHAR not null,
    actor VARCHAR not null,
    body VARCHAR not null
);
