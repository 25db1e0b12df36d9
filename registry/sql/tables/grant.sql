-- Which grants opened a community's true figures to a role, and which of them were ended?
-- grain:   one row per grant and revision; the second one ends it
create or replace table grant (
    id VARCHAR not null,
    revision INTEGER not null,
    seq BIGINT not null,
    recorded_at VARCHAR not null,
    actor VARCHAR not null,
    body VARCHAR not null
);
