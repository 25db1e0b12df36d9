-- Which template versions has the network published?
-- grain:   one row per template version
create or replace table template (
    id VARCHAR not null,
    version VARCHAR not null,
    major INTEGER not null,
    seq BIGINT not null,
    recorded_at VARCHAR not null,
    title VARCHAR not null,
    unit VARCHAR not null,
    per DOUBLE not null,
    direction VARCHAR not null,
    meaningful_change DECIMAL(28, 9) not null,
    maintain_within DECIMAL(28, 9) not null,
    has_cut BOOLEAN not null,
    kind VARCHAR not null,
    rollup VARCHAR not null,
    progress_rule VARCHAR not null,
    scale VARCHAR,
    "references" STRUCT(dimension VARCHAR, group_key VARCHAR)[] not null,
    content_sha256 VARCHAR not null,
    body VARCHAR not null
);
