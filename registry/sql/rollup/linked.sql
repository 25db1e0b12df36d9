-- What is the mean on the common scale over every place that a link brings there, in one period?
-- returns: registry.domain.linked_rows.LinkedLevel
-- grain:   one row per linked key and period
-- source:  design section 8, Linking: the error of a cut that two places share counts once; places weigh by their people
-- twin:    registry.domain.linking.pooled_mean
with usable as (
    from linked_part where reason is null and mean is not null and se is not null and people > 0
),
cuts as (  -- within one cut its own error moves every place alike; the rest of the error is each place's own
    select
        linked_key,
        period,
        ordinal,
        sum(people) as people,
        sum(people * mean order by community, variant) as weighted,
        sum(people) * sum(people) * any_value(cut_se) * any_value(cut_se) as shared_error,
        sum(people * people * greatest(0e0, se * se - cut_se * cut_se) order by community, variant) as own_error,
        list(community order by community) as communities
    from usable
    group by linked_key, period, ordinal, link, instrument, instrument_version, cut, grade_or_age, score
)
select
    linked_key,
    period,
    list_sort(flatten(list(communities))) as communities,
    sum(people)::BIGINT as people,
    sum(weighted order by weighted) / sum(people) as mean,
    sqrt(sum(shared_error + own_error order by weighted)) / sum(people) as se,
    ordinal
from cuts
group by linked_key, period, ordinal
order by linked_key, ordinal, period
