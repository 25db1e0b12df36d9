from datetime import UTC, datetime

import pytest

from registry.domain.refusal import Invalid
from registry.ledger.sqlite import read_as_of


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2024-06-30", "2024-06-30T23:59:59.999999+00:00"),
        (" 2024-02-29 ", "2024-02-29T23:59:59.999999+00:00"),
        ("9999-12-31", "9999-12-31T23:59:59.999999+00:00"),
        ("2024-06-30T17:00:00Z", "2024-06-30T17:00:00+00:00"),
        ("2024-06-30t17:00:00z", "2024-06-30T17:00:00+00:00"),
        ("2024-06-30 17:00:00Z", "2024-06-30T17:00:00+00:00"),
        ("2024-06-30T22:00:00-05:00", "2024-07-01T03:00:00+00:00"),
        ("2024-07-01T01:00:00+05:30", "2024-06-30T19:30:00+00:00"),
        ("2024-06-30T17:00:00.5Z", "2024-06-30T17:00:00.500000+00:00"),
        ("2024-06-30T17:00:00.123456789Z", "2024-06-30T17:00:00.123456+00:00"),
    ],
)
def test_reads_a_date_as_its_end_and_a_moment_as_itself(text, moment):
    assert read_as_of(text) == datetime.fromisoformat(moment)
    assert read_as_of(text).tzinfo is UTC


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "not a date or moment"),
        ("yesterday", "not a date or moment"),
        ("06/30/2024", "not a date or moment"),
        ("2024", "not a date or moment"),
        ("20240630", "not a date or moment"),
        ("2024-W26", "not a date or moment"),
        ("2024-06-30T17:00Z", "not a date or moment"),
        ("２０２４-06-30", "not a date or moment"),
        ("2024-06-30T17:00:00", "does not say its time zone"),
        ("2024-06-30T17:00:00 CST", "time zone that cannot be read"),
        ("2024-06-30T17:00:00+0530", "time zone that cannot be read"),
        ("2024-06-30T17:00:00+05:75", "time zone that cannot be read"),
        ("2023-02-29", "not on the calendar"),
        ("0000-01-01", "not on the calendar"),
        ("2024-06-31T17:00:00Z", "not on the calendar"),
        ("2024-06-30T25:00:00Z", "not on the calendar"),
        ("2024-06-30T17:00:60Z", "not on the calendar"),
        ("2024-06-30T17:00:00+25:00", "not on the calendar"),
        ("0001-01-01T00:00:00+14:00", "not on the calendar"),
    ],
)
def test_says_in_plain_words_what_it_cannot_read(text, complaint):
    with pytest.raises(Invalid, match=complaint) as refusal:
        read_as_of(text)
    assert refusal.value.hint


def test_as_of_resolves_to_the_last_entry_that_is_not_later(ledger, clock, draft):
    # The first entry is of 2024-06-30T12:00:00Z.
    for moment in ("2024-06-30T23:59:59.999999+00:00", "2024-07-01T00:00:00+00:00"):
        clock.reading = datetime.fromisoformat(moment)
        with ledger.writing() as writer:
            writer.append([draft("template:a")], actor="maria")

    def seq_at(text):
        entry = ledger.entry_at(read_as_of(text))
        return entry and entry.seq

    assert seq_at("2024-06-29") is None
    assert seq_at("2024-06-30T11:59:59.999999Z") is None
    assert seq_at("2024-06-30T12:00:00Z") == 1
    assert seq_at("2024-06-30T07:00:00-05:00") == 1
    assert seq_at("2024-06-30T06:59:59-05:00") is None
    assert seq_at("2024-06-30") == 2
    assert seq_at("2024-07-01T00:00:00Z") == 3
    assert seq_at("2999-01-01") == 3


def test_as_of_without_a_time_zone_is_a_mistake(ledger):
    with pytest.raises(ValueError, match="time zone"):
        ledger.entry_at(datetime(2024, 7, 1))  # noqa: DTZ001 - the mistake under test
