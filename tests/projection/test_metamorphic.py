"""What must leave the pooled figures alone, on random networks: each is asked before and after, and the two answers are compared."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date

import msgspec
import pytest
from asking import Form, answers_of, question_of
from changed import acts_on, in_another_order, joined_by, loaded_twice, split, with_words, without_other_measures
from networks import FIRST, Net, begin, give_back
from small_networks import NEWEST, Act, lay_out, small_net

from registry.domain.rollup_answer import RollupAnswer

NETWORKS, ALL_NETWORKS = 60, 1_000
FORMS = {
    "today": Form(day=date(2020, 1, 15)),
    "a window": Form(day=date(2018, 2, 28), window=(FIRST + 1, NEWEST - 1)),
}
Answers = dict[str, RollupAnswer]
Asking = Callable[[Sequence[Net], str, Sequence[Act]], Answers]


@pytest.fixture(scope="module")
def nets(full: bool) -> list[Net]:
    """60 networks, 1,000 in the long form; none of them among those of ``test_oracle.py``."""
    return [small_net(seed) for seed in range(100_000, 100_000 + (ALL_NETWORKS if full else NETWORKS))]


@pytest.fixture(scope="module")
def ask(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asking]:
    """Each network's answer in one form, of a projection of their own."""

    def asked(nets: Sequence[Net], form: str, acts: Sequence[Act] = ()) -> Answers:
        projection = begin(tmp_path_factory.mktemp("networks"))
        _, head = lay_out(projection, nets, acts)
        return answers_of(projection, question_of(FORMS[form], head), nets)

    yield asked
    give_back()


@pytest.fixture(scope="module", params=sorted(FORMS))
def form(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def before(nets: list[Net], ask: Asking, form: str) -> Answers:
    """Every network's answer before anything is done to it."""
    return ask(nets, form, ())


def figures(answer: RollupAnswer) -> bytes:
    """The whole answer, but for the line of the ledger and how far each measure is agreed."""
    plain = [msgspec.structs.replace(entry, state="proposed") for entry in (*answer.series, *answer.benchmarks)]
    return msgspec.json.encode([msgspec.structs.replace(answer, seq=0, series=(), benchmarks=()), plain])


def unlike(before: Answers, after: Answers, part: Callable[[RollupAnswer], object]) -> list[str]:
    """The networks in which a part of the answer is another."""
    return [name for name in before if part(before[name]) != part(after[name])]


def test_the_networks_hold_what_may_go_wrong(before: Answers) -> None:
    answers = before.values()
    assert sum(len(level.communities) > 1 for answer in answers for level in answer.levels) > 10
    assert sum(level.known is not None for answer in answers for level in answer.levels) > 0
    assert sum(entry.verdict == "counted_once" for answer in answers for entry in answer.overlaps) > 10
    assert (
        sum(entry.segment is not None or entry.broken_at is not None for answer in answers for entry in answer.series)
        > 20
    )
    assert sum(gap.gap_change is not None for answer in answers for gap in answer.gaps) > 20


def test_the_order_of_loads_changes_no_figure(nets: list[Net], ask: Asking, form: str, before: Answers) -> None:
    turned = [in_another_order(net, seed) for seed, net in enumerate(nets)]
    assert sum(net.loads != other.loads for net, other in zip(nets, turned, strict=True)) > len(nets) / 2
    assert unlike(before, ask(turned, form, ()), figures) == []


def test_loading_twice_changes_no_figure(nets: list[Net], ask: Asking, form: str, before: Answers) -> None:
    assert unlike(before, ask([loaded_twice(net) for net in nets], form, ()), figures) == []


def test_partners_stories_strategies_and_notes_change_no_figure(
    nets: list[Net], ask: Asking, form: str, before: Answers
) -> None:
    assert unlike(before, ask([with_words(net) for net in nets], form, ()), figures) == []


def test_signatures_acceptance_and_waivers_change_no_figure(
    nets: list[Net], ask: Asking, form: str, before: Answers
) -> None:
    signed = [with_words(net) for net in nets]
    assert unlike(before, ask(signed, form, [act for net in signed for act in acts_on(net)]), figures) == []


def test_a_measure_that_is_not_the_headline_changes_nothing_but_its_own_series(
    nets: list[Net], ask: Asking, form: str, before: Answers
) -> None:
    fewer = [without_other_measures(net) for net in nets]
    assert sum(len(net.variants) != len(other.variants) for net, other in zip(nets, fewer, strict=True)) > len(nets) / 3
    after = ask(fewer, form, ())
    for part in (pooled, counted, headline_series, headline_gaps):
        assert unlike(before, after, part) == [], part.__name__


def pooled(answer: RollupAnswer) -> object:
    """Every pooled figure with who is in it and out of it."""
    return [msgspec.json.encode(answer.levels), msgspec.json.encode(answer.changes)]


def counted(answer: RollupAnswer) -> object:
    """The counts with who is in them; how many reported is told of all measures."""
    return msgspec.json.encode(msgspec.structs.replace(answer.network, reported=0))


def headline_series(answer: RollupAnswer) -> object:
    return msgspec.json.encode([entry for entry in (*answer.series, *answer.benchmarks) if entry.headline])


def headline_gaps(answer: RollupAnswer) -> object:
    shown = {(entry.community, entry.variant) for entry in answer.series if entry.headline}
    return msgspec.json.encode([gap for gap in answer.gaps if (gap.community, gap.variant) in shown])


# Who cannot be compared ----------------------------------------------------------------------------------------------

STRANGERS: Mapping[str, tuple[Mapping[str, object] | None, bool]] = {
    "another test": ({"instrument": "somewhere-else"}, False),
    "another version": ({"instrument_version": "9"}, False),
    "another universe": ({"universe": "everywhere"}, False),
    "an undeclared departure": ({"season": "winter"}, False),
    "another construct in silence": ({"construct": "books"}, False),
    "a declared proxy": ({"construct": "books"}, True),
    "no agreed measure": (None, False),
}
"""How the new place measures, and whether it declares that. Its place is the whole state, so it holds most of the others."""
UNCOUNTED = ("an undeclared departure", "another construct in silence", "no agreed measure")


@pytest.mark.parametrize("kind", STRANGERS)
def test_a_place_that_cannot_be_compared_changes_no_pooled_figure(
    nets: list[Net], ask: Asking, form: str, before: Answers, kind: str
) -> None:
    facets, declared = STRANGERS[kind]
    after = ask([joined_by(net, facets, declared=declared) for net in nets], form, ())
    assert unlike(before, after, pooled_without_strangers) == []
    assert unlike(before, after, changes_without_strangers) == []
    assert unlike(before, after, coverage) == list(before)
    if kind in UNCOUNTED:
        assert unlike(before, after, counted) == []
    if kind in {*UNCOUNTED, "a declared proxy", "another universe"}:
        assert unlike(before, after, counts_without_strangers) == []


def coverage(answer: RollupAnswer) -> object:
    """How many are in and out: the stranger is one of them, whatever else stays."""
    return answer.coverage.communities_in + answer.coverage.communities_out


def pooled_without_strangers(answer: RollupAnswer) -> object:
    return [level for level in answer.levels if not strange(level.key)]


def changes_without_strangers(answer: RollupAnswer) -> object:
    return [change for change in answer.changes if not strange(change.key)]


def counts_without_strangers(answer: RollupAnswer) -> object:
    """Every count of one progress key, whichever is shown as the joint one."""
    network = answer.network
    names = ("improving", "maintaining", "declining", "indeterminate", "communities")
    counts = {entry.key: [getattr(entry, name) for name in names] for entry in (network, *network.apart) if entry.key}
    return {key: count for key, count in counts.items() if not strange(str(key))}


def strange(key: str) -> bool:
    """Whether a key is a stranger's own."""
    return any(f'"{value}"' in key for value in ("somewhere-else", "9", "everywhere"))


# One place as two ----------------------------------------------------------------------------------------------------


def test_splitting_a_place_in_two_leaves_every_pooled_figure_alone(
    nets: list[Net], ask: Asking, form: str, before: Answers
) -> None:
    """A place whose people are nobody else's, with enough of them that each half has some wherever the whole has."""
    places = {net.template.id: place for net in nets if (place := divisible(net, before[net.template.id])) is not None}
    assert len(places) > len(nets) / 6
    chosen = [net for net in nets if net.template.id in places]
    halved = [split(net, places[net.template.id], halves(places[net.template.id])) for net in chosen]
    after = ask(halved, form, ())
    assert unlike({net.template.id: before[net.template.id] for net in chosen}, after, sums) == []
    together = [
        name
        for name, place in places.items()
        for level in after[name].levels
        if set(halves(place)) <= set(level.communities)
    ]
    assert len(set(together)) > len(places) / 3


def halves(place: str) -> tuple[str, str]:
    return f"{place}-east", f"{place}-west"


def divisible(net: Net, answer: RollupAnswer) -> str | None:
    """The first place in a level of this network that has no place code and no cell of one person, if there is one."""
    alone = {
        entry.community for entry in net.loads if any((row.figures or {}).get("denominator") == 1 for row in entry.rows)
    }
    coded = {entry.slug for entry in net.communities if entry.geographies}
    named = {entry.community for entry in net.variants if entry.population}
    found = sorted({place for level in answer.levels for place in level.communities})
    return next((place for place in found if place not in alone | coded | named), None)


def sums(answer: RollupAnswer) -> object:
    """Every pooled figure, and how far it moved; not how many places it is of."""
    return (
        [
            (
                level.key,
                level.period,
                level.group,
                level.numerator,
                level.denominator,
                level.value,
                level.low,
                level.high,
            )
            + (() if level.known is None else (level.known.numerator, level.known.denominator))
            for level in answer.levels
        ],
        [(change.key, change.group, change.change, change.low, change.high) for change in answer.changes],
    )
