-- What did the registry know at a given line of the ledger?
-- grain:   template_at one row per version; instrument_at, community_at, variant_at, mapping_at one row each, at its revision then
create or replace macro template_at(line) as table
from registry.template where seq <= line;

create or replace macro instrument_at(line) as table
from registry.instrument where seq <= line qualify row_number() over (partition by id order by seq desc) = 1;

create or replace macro community_at(line) as table
from registry.community where seq <= line qualify row_number() over (partition by slug order by seq desc) = 1;

create or replace macro variant_at(line) as table
from registry.variant where seq <= line qualify row_number() over (partition by community, id order by seq desc) = 1;

create or replace macro mapping_at(line) as table
from registry.mapping where seq <= line qualify row_number() over (partition by community, variant order by seq desc) = 1;
