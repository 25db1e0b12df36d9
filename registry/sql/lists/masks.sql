-- What does one release not show as it stands?
-- param:   line     BIGINT   the ledger's line at which the question is asked
-- param:   release  VARCHAR  the release
-- returns: registry.domain.release.MaskRow
-- grain:   one row per masked data point, and one per table of data points that is shown as of an earlier line
select community, variant, period, group_key, kind, low, high, upto
from mask_at($line)
where release = $release
order by community, variant, period, group_key, kind
