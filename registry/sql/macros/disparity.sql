-- Differences of figures of any denominators, exactly: whole billionths, and what is left over as a fraction of them.
-- source: design section 8; a difference of differences over four denominators would leave 128 bits at some six million people,
--         while comparing needs the whole part only within a few of the level it is compared with.
-- exact:  denominators up to 1e9, all four of a change at once; larger numbers than 128 bits hold are an error.
-- twin:   registry.domain.disparity.disparity

create or replace macro parted(num, den) as
    {'whole': num // den, 'rest': num % den, 'den': den};

create or replace macro minus(a, b) as
    {'whole': a.whole - b.whole, 'rest': a.rest * b.den - b.rest * a.den, 'den': a.den * b.den};

create or replace macro signed(sign, a) as
    {'whole': sign * a.whole, 'rest': sign * a.rest, 'den': a.den};

-- above, at or below 0 as the difference is above, at or below the level; of up to four figures, whose rests are below four
create or replace macro against(a, level) as
    greatest(-5, least(5, a.whole - level)) * a.den + a.rest;

create or replace macro plain_parted(a) as
    (a.whole::DOUBLE + a.rest::DOUBLE / a.den::DOUBLE) / 1e9;

-- the least and greatest gap that the ranges of two cells allow; null where neither is a range, or an end is open
create or replace macro gap_bounds(sign, behind, ahead) as
    list_transform(
        [case when sign > 0 then {'ahead': ahead, 'behind': behind} else {'ahead': behind, 'behind': ahead} end],
        lambda pair: case
            when (pair.ahead.bounded or pair.behind.bounded)
                and pair.ahead.least.whole is not null and pair.ahead.most.whole is not null
                and pair.behind.least.whole is not null and pair.behind.most.whole is not null
                then [
                    plain_parted(minus(pair.ahead.least, pair.behind.most)),
                    plain_parted(minus(pair.ahead.most, pair.behind.least))
                ]
        end
    )[1];

-- a share as a probit takes it, where nobody or everybody may have reached the cut
create or replace macro smoothed_share(share, people) as
    (share * people + 0.5e0) / (people + 1);

-- percent of the eligible in the denominator under 95 at either end, or moved by 5 points
create or replace macro took_part_unlike(people0, eligible0, people1, eligible1) as
    (eligible0 > 0 and people0::HUGEINT * 100 < eligible0::HUGEINT * 95)
    or (eligible1 > 0 and people1::HUGEINT * 100 < eligible1::HUGEINT * 95)
    or (eligible0 > 0 and eligible1 > 0
        and abs(people1::HUGEINT * eligible0 - people0::HUGEINT * eligible1) * 100
            >= eligible0::HUGEINT * eligible1 * 5);

-- whether there is a gap to close: told at both ends, and the group was behind, may have been, or fell behind since
create or replace macro gap_measured(verdict, reason, gap_baseline, gap_baseline_bounds) as
    verdict = 'opened' or (
        verdict <> 'not_behind' and coalesce(reason, '') not in ('no_baseline', 'no_data')
        and coalesce(gap_baseline > 0, gap_baseline_bounds[2] > 0, true)
    );
