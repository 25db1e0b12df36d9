-- Which progress rules has the network published, beside those that ship?
-- grain:   one row per rule
create or replace table rule (
    id VARCHAR not null,
    seq BIGINT not null,
    recorded_at VARCHAR not null,
    title VARCHAR not null,
    "method" VARCHAR not null,
    phi DOUBLE not null,
    tau DOUBLE not null,
    content_sha256 VARCHAR not null,
    body VARCHAR not null
);
