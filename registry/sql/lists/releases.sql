-- What has been released?
-- param:   line  BIGINT  the ledger's line at which the question is asked
-- returns: registry.domain.listing.ReleaseLine
-- grain:   one row per release, in order
select id, seq, upto, recorded_at, actor, body
from release_at($line)
order by seq
