-- Whose people are counted with another place, because that one holds theirs, and from and until when?
-- grain:   one row per variant, holder and span of days; null where it is open; tiers names the sums and counts that it is out of, and
--          periods the years of those sums (null: every one)
create or replace temp table counted_elsewhere (
    template_id VARCHAR, community VARCHAR, variant VARCHAR, counted_with VARCHAR, code VARCHAR, in_code VARCHAR, since DATE, "until" DATE,
    tiers VARCHAR[], periods VARCHAR[]
);
