-- Which rows go into the next published projection?
-- grain:   as in the table of the same name
insert into next.template from registry.template order by seq;
insert into next.instrument from registry.instrument order by seq;
insert into next.community from registry.community order by seq;
insert into next.variant from registry.variant order by seq;
insert into next.mapping from registry.mapping order by seq;
insert into next.template_status from registry.template_status order by seq;
insert into next.framework from registry.framework order by seq;
insert into next.link from registry.link order by seq;
insert into next.rule from registry.rule order by seq;
insert into next.signature from registry.signature order by seq;
insert into next.decision from registry.decision order by seq;
insert into next.restatement from registry.restatement order by seq;
insert into next.release from registry.release order by seq;
insert into next.mask from registry.mask order by release, community, variant, period, group_key, kind;
insert into next.token from registry.token order by seq;
insert into next.tokens_voided from registry.tokens_voided order by seq;
insert into next.grant from registry.grant order by seq;
insert into next.batch from registry.batch order by seq;
insert into next.observation from registry.observation order by community, variant, group_key, ordinal, period, seq;
insert into next.series from registry.series order by community, variant, group_key;
