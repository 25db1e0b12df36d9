"""Bodies with a word that must not stay, put into a ledger between others, and how they are taken out again."""

import sqlite3
from collections.abc import Callable

import psycopg

from registry.ledger.contract import Ledger
from registry.ledger.entry import Draft, Entry, canonical

CANARY = b"CanaryGomezMaria"
SMALL, LARGE = b'{"story":"' + CANARY + b'"}', CANARY * 9000
WRONG = (2, 63, 64, 95)
REFUSED = (sqlite3.IntegrityError, psycopg.IntegrityError)


def upload(ledger: Ledger, draft: Callable[..., Draft]) -> None:
    """Record 94 bodies, with the canary at the beginning, in the middle and at the end, in small ones and in large ones."""
    with ledger.writing() as writer:
        writer.append([draft("template:a", SMALL)], actor="jo")
        for number in range(60):
            writer.append([draft(f"template:{number}", b"x" * (37 * number % 3000))], actor="jo")
        writer.append([draft("template:b", LARGE), draft("template:c", SMALL)], actor="jo")
        for number in range(60, 90):
            writer.append([draft(f"template:{number}", b"x" * (37 * number % 3000))], actor="jo")
        writer.append([draft("template:d", LARGE)], actor="jo")


def redact(ledger: Ledger, *seqs: int, named: tuple[int, ...] | None = None) -> Entry:
    """Redact these entries by one that names them, or that names others."""
    document = {"seqs": list(seqs if named is None else named), "reason": "A wrong upload."}
    draft = Draft(kind="redaction", schema="redaction/1", subject="redaction:x", body=canonical(document))
    with ledger.writing() as writer:
        (entry,) = writer.append([draft], actor="operator")
        writer.redact(entry, seqs)
    return entry
