-- Which places does the network know, and when was each a member?
-- grain:   one row per community and revision
create or replace table community (
    slug VARCHAR not null,
    revision INTEGER not null,
    seq BIGINT not null,
    name VARCHAR not null,
    kind VARCHAR not null,
    state VARCHAR not null,
    membership STRUCT(joined DATE, "left" DATE)[] not null,
    geographies STRUCT(code VARCHAR, path VARCHAR[], since DATE, until DATE)[] not null,
    body VARCHAR not null
);
