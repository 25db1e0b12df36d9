-- Which assessments and data sources are catalogued?
-- param:   line  BIGINT  the ledger's line at which the question is asked
-- returns: registry.domain.listing.InstrumentLine
-- grain:   one row per instrument
select id, title, publisher, versions, revision, body
from instrument_at($line)
order by id
