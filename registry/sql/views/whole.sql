-- What does the ledger say in all, the published projection and the newer lines behind it as one?
-- grain:   as in the table of the same name
create schema if not exists registry;
create or replace view registry.template as from base.template union all from tail.template;
create or replace view registry.instrument as from base.instrument union all from tail.instrument;
create or replace view registry.community as from base.community union all from tail.community;
create or replace view registry.variant as from base.variant union all from tail.variant;
create or replace view registry.mapping as from base.mapping union all from tail.mapping;
create or replace view registry.template_status as from base.template_status union all from tail.template_status;
create or replace view registry.framework as from base.framework union all from tail.framework;
create or replace view registry.link as from base.link union all from tail.link;
create or replace view registry.rule as from base.rule union all from tail.rule;
create or replace view registry.signature as from base.signature union all from tail.signature;
create or replace view registry.decision as from base.decision union all from tail.decision;
create or replace view registry.restatement as from base.restatement union all from tail.restatement;
create or replace view registry.release as from base.release union all from tail.release;
create or replace view registry.mask as from base.mask union all from tail.mask;
create or replace view registry.token as from base.token union all from tail.token;
create or replace view registry.tokens_voided as from base.tokens_voided union all from tail.tokens_voided;
create or replace view registry.grant as from base.grant union all from tail.grant;
create or replace view registry.batch as from base.batch union all from tail.batch;
create or replace view registry.observation as from base.observation union all from tail.observation;
create or replace view registry.series as
from base.series anti join (select distinct community, variant from tail.observation) using (community, variant)
union all
from tail.series;
