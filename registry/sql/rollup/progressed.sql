-- How far has each series come, as the roll-up has just worked it out?
-- returns: registry.domain.progress.Progress
-- grain:   one row per variant and group
from progressed
order by community, variant, group_key
