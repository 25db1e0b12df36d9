-- What did the registry know at a given line of the ledger?
-- grain:   template_at, framework_at, link_at, rule_at, release_at one row per version; revision_at, signature_at, decision_at,
--          restatement_at, mask_at, token_at, tokens_voided_at, grant_at every row up to then;
--          template_status_at, instrument_at, community_at, variant_at, mapping_at one row each, at its revision then
create or replace macro template_at(line) as table
from registry.template where seq <= line;

create or replace macro template_status_at(line) as table
from registry.template_status where seq <= line qualify row_number() over (partition by id, version order by seq desc) = 1;

create or replace macro framework_at(line) as table
from registry.framework where seq <= line;

create or replace macro link_at(line) as table
from registry.link where seq <= line;

create or replace macro rule_at(line) as table
from registry.rule where seq <= line;

create or replace macro release_at(line) as table
from registry.release where seq <= line;

create or replace macro mask_at(line) as table
from registry.mask where release in (select id from registry.release where seq <= line);

create or replace macro revision_at(line) as table
from registry.variant where seq <= line;

create or replace macro signature_at(line) as table
from registry.signature where seq <= line;

create or replace macro decision_at(line) as table
from registry.decision where seq <= line;

create or replace macro restatement_at(line) as table
from registry.restatement where seq <= line;

create or replace macro instrument_at(line) as table
from registry.instrument where seq <= line qualify row_number() over (partition by id order by seq desc) = 1;

create or replace macro community_at(line) as table
from registry.community where seq <= line qualify row_number() over (partition by slug order by seq desc) = 1;

create or replace macro variant_at(line) as table
from registry.variant where seq <= line qualify row_number() over (partition by community, id order by seq desc) = 1;

create or replace macro mapping_at(line) as table
from registry.mapping where seq <= line qualify row_number() over (partition by community, variant order by seq desc) = 1;

create or replace macro token_at(line) as table
from registry.token where seq <= line;

create or replace macro tokens_voided_at(line) as table
from registry.tokens_voided where seq <= line;

create or replace macro grant_at(line) as table
from registry.grant where seq <= line;
