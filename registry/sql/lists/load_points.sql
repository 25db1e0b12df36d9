-- Which data points did one load bring?
-- param:   line  BIGINT  the ledger's line at which the question is asked
-- param:   seq   BIGINT  the ledger's line of its data points
-- returns: registry.domain.redaction.RedactedPoint
-- grain:   one row per period and group
select period, group_key as "group", withdrawn
from registry.observation
where seq <= $line and seq = $seq
order by group_key, ordinal, period
