-- Which framework versions has the network published?
-- grain:   one row per framework version
create or replace table framework (
    id VARCHAR not null,
    version VARCHAR not null,
    seq BIGINT not null,
    recorded_at VARCHAR not null,
    title VARCHAR not null,
    reviews_departures BOOLEAN not null,
    pins VARCHAR[] not null,
    content_sha256 VARCHAR not null,
    body VARCHAR not null
);
