-- From which file, line and cells does each figure of these series come?
-- param:   line  BIGINT  the ledger's line at which the question is asked
-- returns: registry.domain.listing.OriginLine
-- grain:   one row per variant, group and period
select h.community, h.variant, h.group_key, h.period, h.batch, h.file, h."row", h.cells, h.sheet, b.body
from head_at($line) as h
semi join comparable as c on c.community = h.community and c.variant = h.variant and c.group_key = h.group_key
inner join registry.batch as b on b.id = h.batch
order by h.community, h.variant, h.group_key, h.ordinal, h.period
