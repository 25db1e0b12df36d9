"""Whatever fitted a measure's schema still fits it after every change that is called smaller than major."""

from collections import Counter

from hypothesis import given, settings

from registry.domain.schema_change import Bump, schema_changes
from tests.domain.schemas_made import Schema, documents, pairs, validator_of

SIZES: tuple[Bump, ...] = ("none", "patch", "minor", "major")


def size(before: object, after: object) -> Bump:
    """The largest class among the differences of two schemas."""
    return max((found.bump for found in schema_changes(before, after)), key=SIZES.index, default="none")


@settings(max_examples=15000)
@given(pairs())
def test_what_fitted_still_fits_unless_the_change_is_major(pair: tuple[Schema, Schema]):
    before, after = pair
    bump = size(before, after)
    if bump == "major":
        return
    old, new = validator_of(before), validator_of(after)
    for document in documents(before, after):
        fitted, fits = old.is_valid(document), new.is_valid(document)
        assert fits or not fitted, (bump, document, schema_changes(before, after))
        assert fitted or not fits or bump == "minor", (bump, document, schema_changes(before, after))


def test_generated_pairs_are_of_every_size_and_documents_of_both_kinds():
    sizes: Counter[str] = Counter()
    fitting: Counter[bool] = Counter()
    told_apart = 0

    @settings(max_examples=300, database=None)
    @given(pairs())
    def look(pair: tuple[Schema, Schema]) -> None:
        nonlocal told_apart
        before, after = pair
        sizes[size(before, after)] += 1
        old, new = validator_of(before), validator_of(after)
        fits = [(old.is_valid(document), new.is_valid(document)) for document in documents(before, after)]
        fitting.update(fitted for fitted, _ in fits)
        told_apart += any(fitted and not still for fitted, still in fits)

    look()
    print(sizes, fitting, told_apart)
    assert sizes["minor"] >= 40
    assert sizes["patch"] >= 20
    assert sizes["major"] >= 60
    assert min(fitting[True], fitting[False]) >= 3000
    assert told_apart >= 40, "documents are not close enough to the schemas to show a narrowing"
