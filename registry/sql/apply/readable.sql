-- Can every row of a published projection be read?
-- grain:   one row per table; a damaged block is an error here and not in the middle of an answer
create or replace temp table readable as
select bit_xor(hash(t)) as whole from next.template as t
union all select bit_xor(hash(t)) from next.instrument as t
union all select bit_xor(hash(t)) from next.community as t
union all select bit_xor(hash(t)) from next.variant as t
union all select bit_xor(hash(t)) from next.mapping as t
union all select bit_xor(hash(t)) from next.template_status as t
union all select bit_xor(hash(t)) from next.framework as t
union all select bit_xor(hash(t)) from next.link as t
union all select bit_xor(hash(t)) from next.rule as t
union all select bit_xor(hash(t)) from next.signature as t
union all select bit_xor(hash(t)) from next.decision as t
union all select bit_xor(hash(t)) from next.restatement as t
union all select bit_xor(hash(t)) from next.release as t
union all select bit_xor(hash(t)) from next.mask as t
union all select bit_xor(hash(t)) from next.token as t
union all select bit_xor(hash(t)) from next.tokens_voided as t
union all select bit_xor(hash(t)) from next.grant as t
union all select bit_xor(hash(t)) from next.batch as t
union all select bit_xor(hash(t, t.redacted_by)) from next.observation as t
union all select bit_xor(hash(t)) from next.series as t;
