"""Which words of a text show a programme's clients, and which an activity counted in the place of an outcome.

A shared result speaks of a whole population ("third graders in Dallas County"), not of those whom one programme reaches ("our clients"),
and of what becomes of people, not of what is done for them ("workshops held"). Both lists are meant to be precise: a word that school
systems and censuses use of everybody ("enrolled students", "served by the district", "labor force participants", "office referrals")
is not caught, nor is what a text denies ("never the clients of one programme"). Tests: ``tests/domain/test_programme_words.py``.

>>> programme_words("Reading scores of children served by our tutoring program"), activity_words("Number of workshops held")
(('children served by our tutoring program',), ('Number of workshops',))
>>> programme_words("Students enrolled in the district"), activity_words("Students who graduate")
((), ())
"""

import re
from collections.abc import Iterable

from registry.domain.sentence_numbers import NUMBER, Span, any_of, lowered
from registry.domain.sentence_people import A_PERSON, PEOPLE

_PROGRAM = "(?:programme|program)"
_RUN_BY_ONE = any_of(
    [
        *("programme", "program", "project", "agency", "organi[sz]ation", "non-?profit", "clinic", "center", "centre"),
        *("academy", "boot ?camp", "workshop", "intervention"),
    ]
)
"""What one organisation runs."""

_FOR_EVERYBODY = any_of(
    [
        *(
            "lunch",
            "meals?",
            "breakfast",
            "medicaid",
            "snap",
            "wic",
            "tanf",
            "chip",
            "nutrition",
            "assistance",
            "insurance",
        ),
        *(
            "special education",
            "iep",
            "gifted",
            "magnet",
            "immersion",
            "dual",
            "advanced placement",
            "career and technical",
        ),
        *("federal", "national", "voucher", "educational", "instructional", "degree", "academic"),
    ]
)
"""With these a programme is one that a law or a school system opens to everybody."""

_SOME = "(?:[a-z0-9'&-]+ ){0,5}?"
_A_FEW = "(?:[a-z'-]+ ){0,2}?"
_ITS_NAME = rf"(?!(?:[a-z'-]+ ){{0,4}}?{_FOR_EVERYBODY}\b){_SOME}"
"""The words between "the" and "program"."""

_PEOPLE = f"(?:{PEOPLE}|{A_PERSON}|individuals?|mentees?|trainees?|enrollees?|members?|participants?|clients?)"
_ENLISTED = "(?:participants?|clients?|enrollees?|beneficiaries|trainees?|mentees?|alumni|graduates|completers)"
_SERVED = "(?:served|reached|helped|supported|enrolled|trained|treated|participating|taking part)"
_BY_THE = "(?:by|through|in|at|with) (?:our|the|this|one|each)"
_WE_SERVE = "we (?:serve|served|reach|reached|enroll|enrolled|train|trained|support|supported|work with|worked with)"
_OURS = "(?:clients?|participants|enrollees|trainees|mentees|beneficiaries|attendees|clientele|caseload|customers|members|alumni)"
_OUR_WORK = f"(?:{_PROGRAM}|services|workshops|classes|centers?|centres?|clinics?|tutoring)"
_SURVEY = "(?:survey|census|study|labor|labour|assessment|test|poll)"
_PROGRAMME = tuple(
    re.compile(pattern)
    for pattern in (
        rf"\b(?:through|by|via|in|with|from|of) (?:our|this|one|a single) {_ITS_NAME}{_RUN_BY_ONE}s?(?:'s)?\b(?! of study)",
        rf"\b(?:through|via) the {_ITS_NAME}{_RUN_BY_ONE}\b",
        rf"\bour (?!school|district|county|city|state|region)(?:[a-z0-9'&-]+ ){{0,3}}?{_OUR_WORK}s?\b",
        rf"\bour {_A_FEW}{_OURS}\b",
        rf"\b{_PROGRAM}(?:'s|s'|s)? (?:[a-z'-]+ )?(?:{_ENLISTED}|attendees?)\b",
        rf"\b{_ENLISTED} (?:who (?:are|were) )?(?:served|in|of|from|enrolled in) (?:the|our|an?|each|one|this) {_SOME}{_RUN_BY_ONE}s?\b",
        r"\b(?:participants|clients|enrollees|beneficiaries|trainees|mentees) (?:we )?(?:served|enrolled|reached)\b",
        r"(?<!web )(?<!api )\bclients?\b(?! states?)",
        rf"\b(?:for|of|among|all|with) (?:the )?participants\b(?! (?:in|of|to) (?:the )?(?:[a-z]+ )?{_SURVEY})",
        rf"\b{_PEOPLE} (?:that |who |whom )?{_WE_SERVE}\b",
        rf"\b{_PEOPLE} (?:who (?:are|were) |being )?{_SERVED} {_BY_THE} {_ITS_NAME}{_RUN_BY_ONE}s?\b",
        rf"\b{_PEOPLE} (?:in|of|from) (?:our|the|this) {_ITS_NAME}{_PROGRAM}\b",
        rf"\bwho (?:have )?(?:complet|attend|finish|join)(?:ed|es|e|s)? (?:our|the|this) {_ITS_NAME}(?:{_RUN_BY_ONE}|training)s?\b",
    )
)
_DENIAL = "(?:never|not|nor|rather than|instead of|excluding|except|without|regardless of|whether or not)"
_LITTLE = any_of(
    [
        *(
            "only",
            "just",
            "merely",
            "the",
            "our",
            "a",
            "an",
            "any",
            "one",
            "in",
            "of",
            "to",
            "by",
            "those",
            "who",
            "are",
            "is",
        ),
        *("limited", "restricted", "clients", "participants", "students", "children", "people"),
    ]
)
_DENIED = re.compile(rf"\b{_DENIAL}\b(?: {_LITTLE}){{0,6}} ?$")

_GIVEN = any_of(
    [
        *("meals", "lunches", "food boxes", "books", "backpacks", "laptops", "tablets", "devices", "kits", "diapers"),
        *("supplies", "materials", "flyers", "brochures", "newsletters", "vouchers", "stipends"),
    ]
)
_MEETINGS = any_of(
    [
        *("workshops", "trainings", "training sessions", "sessions", "webinars", "seminars", "events", "meetings"),
        *("home visits", "camps", "campaigns", "conferences", "focus groups"),
    ]
)
_EVENTS = f"(?:{_MEETINGS}|classes|courses|lessons|fairs)"
_STAFF = any_of(
    [
        *("tutors", "mentors", "coaches", "counselors", "counsellors", "volunteers", "case managers", "navigators"),
        *("social workers", "staff", "staff members", "home visitors", "facilitators"),
    ]
)
_TAUGHT = f"(?:teachers|educators|providers|caregivers|principals|{_STAFF})"
_OPENED = "(?:centers|centres|programs|programmes|clinics|classrooms|sites|schools|libraries|playgrounds|shelters)"
_TEACHING = "(?:tutoring|mentoring|training|volunteer|instructional|counsell?ing|coaching)"
_BY_THE_HOUR = f"(?:{_TEACHING}|instruction|services?|volunteering|development|support|childcare|care|reading)"
_REFERRED_TO = "(?:job|work|employment|service|social service|program|programme|health|mental health|housing|agency|client|community)"
_NOT_A_PENALTY = "".join(
    f"(?<!{kind} )" for kind in ("disciplinary", "discipline", "office", "court", "juvenile", "police", "behavior")
)
_NOT_A_CHAIR = "".join(f"(?<!{kind} )" for kind in ("car", "council", "board", "legislative", "booster", "safety"))
_OF_CARE = "(?:pre-?k|preschool|child ?care|training|head start|early learning|program|full-day|high-quality|after-school|summer)"
_HOW_MANY = (
    rf"(?:up to |at least |about |nearly |more than |over |an additional |another )?{NUMBER}(?: ?%| percent)?(?: of)?"
    r"(?: (?:more|additional|new|extra))?"
)
_GIVE = "(?:distribut|deliver|provid|offer|host|hold|conduct|organi[sz]|run|send|mail|giv)(?:es|e|s|ing)?"
_OPEN = "(?:open|launch|build|create|fund|establish|start|add)(?:es|s|ing)?"
_ACTIVITY = tuple(
    re.compile(pattern)
    for pattern in (
        rf"\b{_REFERRED_TO} referrals?\b",
        rf"{_NOT_A_PENALTY}\breferrals? (?:made|given|issued|provided|completed)\b",
        rf"\bnumber of (?:[a-z'-]+ )?(?:{_MEETINGS}|{_STAFF}|programs|programmes|services|partners|partnerships|sites|centers|centres)\b",
        r"\b(?:workshops|webinars|seminars|trainings|training sessions|home visits)\b|\bworkshop (?:attendance|attendees|hours)\b",
        rf"\b{_EVENTS} (?:held|hosted|offered|delivered|provided|conducted|run|organi[sz]ed|facilitated)\b",
        rf"\b{_GIVEN} (?:distributed|served|provided|delivered|given|handed out|donated|mailed|sent)\b",
        r"\b(?:scholarships|grants|stipends) (?:awarded|given|distributed|made)\b",
        rf"\b{_PEOPLE} (?:served|reached)\b(?! (?:by|in|under|through|at|with))",
        rf"\bnumber of {_A_FEW}{_PEOPLE} (?:served|reached)\b(?! (?:under|by (?:the )?(?:district|county|state|schools?)))",
        rf"\bserv(?:e|es|ing) {_HOW_MANY} (?:[a-z'-]+ ){{0,3}}?{_PEOPLE}\b",
        rf"\b(?:hire|recruit|train|deploy|place|onboard|certify)s? {_HOW_MANY} {_A_FEW}{_TAUGHT}\b",
        rf"\b{_TAUGHT} (?:hired|recruited|trained|deployed|certified)\b",
        rf"\b{_GIVE} {_HOW_MANY} {_A_FEW}(?:{_GIVEN}|{_EVENTS}|hours|scholarships|services)\b",
        rf"\b{_OPEN} {_HOW_MANY} {_A_FEW}{_OPENED}\b",
        rf"{_NOT_A_CHAIR}\b(?:{_OF_CARE} )*(?:seats|slots)\b(?! belts?)",
        rf"\bhours of (?:[a-z-]+ ){{0,2}}?{_BY_THE_HOUR}\b",
        rf"\b{_TEACHING} (?:hours|sessions)\b",
        r"\b(?:dollars|money|funds|amount) (?:spent|invested|raised|awarded)\b",
        r"\b(?:amount of )?funding (?:for|per|of|raised)\b|\bper-(?:pupil|student) (?:spending|funding)\b",
        r"\bjob placements\b",
    )
)
_DO = "(?:serve|hire|recruit|train|distribute|deliver|provide|offer|host|conduct|organi[sz]e|launch|open|fund|pilot|implement|establish)"
_EXPAND = r"expand (?:the|our|a) (?:[a-z'-]+ ){0,3}?(?:program|programme|services|center|centre|curriculum)\b"
_AT_THE_HEAD = re.compile(
    rf"(?:^(?:to )?|[,;:] +|\bwe (?:will|shall) )(?P<found>(?:{_DO}|{_EXPAND})\b(?! (?:as|up|doors)\b)(?: [a-z0-9'%-]+){{0,3}})"
)


def programme_words(text: str) -> tuple[str, ...]:
    """The phrases, in the text's own words and order, that speak of a programme's clients or its scope; empty where none does."""
    return _phrases(text, (found.span() for pattern in _PROGRAMME for found in pattern.finditer(_plain(text))))


def activity_words(text: str) -> tuple[str, ...]:
    """The phrases, in the text's own words and order, that count an activity or an input; empty where none does."""
    return _phrases(text, (found.span() for pattern in _ACTIVITY for found in pattern.finditer(_plain(text))))


def activity_at_the_head(text: str) -> str | None:
    """The activity that a promise begins with: "Provide tutoring to ...", "By 2027, hire ..."; for whole sentences only."""
    found = _AT_THE_HEAD.search(_plain(text))
    return None if found is None else text[found.start("found") : found.end("found")]


def _plain(text: str) -> str:
    """Lower case, with every kind of blank and apostrophe as the plain one; all characters stay in their places."""
    return re.sub(r"\s", " ", lowered(text)).replace("\u2019", "'")


def _phrases(text: str, found: Iterable[Span]) -> tuple[str, ...]:
    """The longest phrases, without those inside or across another, and without what the text denies."""
    kept: list[Span] = []
    plain = _plain(text)
    for start, end in sorted(set(found), key=lambda span: (span[0] - span[1], span)):
        denied = _DENIED.search(plain, max(0, start - 80), start)
        if denied is None and all(end <= other[0] or start >= other[1] for other in kept):
            kept.append((start, end))
    return tuple(text[start:end].strip() for start, end in sorted(kept))
