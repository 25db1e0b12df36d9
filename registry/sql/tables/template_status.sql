-- Which published template versions were deprecated or withdrawn?
-- grain:   one row per change of status, in the order of the ledger
create or replace table template_status (
    id VARCHAR not null,
    version VARCHAR not null,
    status VARCHAR not null,
    successor VARCHAR,
    reason VARCHAR not null,
    seq BIGINT not null,
    recorded_at VARCHAR not null,
    body VARCHAR not null
);
