-- What does one release not show as it stands?
-- param:   release  VARCHAR  the release
-- returns: registry.domain.release.MaskRow
-- grain:   one row per masked data point, and one per table of data points that is shown as of an earlier line
select community, variant, period, group_key, kind, low, high, line
from mask_of($release)
order by community, variant, period, group_key, kind
