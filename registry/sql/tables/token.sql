-- Which tokens were made, and which of them revoked?
-- grain:   one row per token and revision; the second one revokes it
create or replace table token (
    id VARCHAR not null,
    revision INTEGER not null,
    seq BIGINT not null,
    recorded_at VARCHAR not null,
    actor VARCHAR not null,
    body VARCHAR not null
);
