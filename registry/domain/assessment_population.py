"""Population level: is the result about everybody of a place, carried by partners of more than one sector?

A programme's clients are a performance measure, not a population result (Friedman 2005, Trying Hard Is Not Good Enough).
"""

from registry.domain.community import geography_codes
from registry.domain.evidence import Evidence, Told, failed, passed, untold
from registry.domain.programme_words import programme_words

FEWEST_PARTNERS = 2


def population_level(evidence: Evidence) -> Told:
    """Residents, or those enrolled, of a place; never one programme's clients."""
    population, pointer = evidence.variant.population, "/population/kind"
    if population is None:
        return untold(
            "Nothing says whom the result is about.",
            "Describe the population: all residents of a place, or all who are enrolled there.",
            "/population",
        )
    size = "" if population.size is None else f" ({population.size:,} people)"
    if population.kind == "clients":
        return failed(
            f"The result is about clients of a programme{size}: {population.description}",
            "Name everybody in the place whom the result is wanted for; keep the programme's own count as a strategy's measure.",
            pointer,
        )
    who = "everybody who lives in" if population.kind == "residents" else "everybody who is enrolled in"
    return passed(f"It is about {who} the place{size}: {population.description}", pointer)


def programme_language(evidence: Evidence) -> Told:
    """No words that speak of one programme and those it serves."""
    variant = evidence.variant
    texts = [("/title", variant.title), ("/statement", variant.statement)]
    if variant.population is not None:
        texts.append(("/population/description", variant.population.description))
    found = [(pointer, words) for pointer, text in texts if (words := programme_words(text))]
    if not found:
        return passed("Title, statement and population speak of a place, not of a programme.", "/statement")
    said = ", ".join(dict.fromkeys(repr(word) for _, words in found for word in words))
    return failed(
        f"The words {said} speak of a programme and those it serves.",
        "Say it of everybody in the place; name the programme under strategies.",
        found[0][0],
    )


def place_named(evidence: Evidence) -> Told:
    """The population's place has a code."""
    population, pointer = evidence.variant.population, "/population/geographies"
    if population is None:
        return untold("No place can be named while there is no population.", "Describe the population.", "/population")
    codes = population.geographies
    if not codes:
        return failed(
            "The population has no place code, so nobody can tell whether two measures count the same people.",
            f"Add the code of the place, such as {_example(evidence)}.",
            pointer,
        )
    return passed(f"The place is {', '.join(codes)}.", pointer)


def two_sectors(evidence: Evidence) -> Told:
    """Two partners at least, of two sectors at least."""
    partners = evidence.variant.partners
    sectors = tuple(dict.fromkeys(sector for partner in partners if (sector := partner.sector.strip().casefold())))
    named = f"{_counted(len(partners), 'partner')}, {_counted(len(sectors), 'sector')}"
    of = f" ({', '.join(sectors)})" if sectors else ""
    if len(partners) >= FEWEST_PARTNERS and len(sectors) >= FEWEST_PARTNERS:
        return passed(f"{named}{of}.", "/partners")
    return failed(
        f"{named}{of}; a shared result has two partners of two sectors or more.",
        "Name the partners with the sector of each, such as education, health, libraries or employment.",
        "/partners",
    )


def _example(evidence: Evidence) -> str:
    return next(iter(geography_codes(evidence.community)), "nces-lea:4816230")


def _counted(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"
