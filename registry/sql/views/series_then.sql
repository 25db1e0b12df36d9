-- What was the history of each local measure and group at an earlier line, worked out from every revision?
-- param:   line       BIGINT   the ledger's line
-- param:   template   VARCHAR  the outcome; null for every outcome
-- param:   dimensions  VARCHAR[]  besides everybody also each group of one of these dimensions alone; null for everybody only
-- grain:   one row per variant and group
create or replace temp table wanted_observation as
from registry.observation
    semi join (
        select community, id as variant from variant_at($line) where $template is null or template_id = $template
    ) using (community, variant)
where seq <= $line
  and (group_key = '' or (list_contains($dimensions, split_part(group_key, '=', 1)) and not contains(group_key, ';')));

create or replace temp table chosen_series as
from series_in('wanted_observation', $line);
