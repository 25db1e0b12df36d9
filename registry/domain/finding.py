"""A fault or doubt found in a document or a file is a value, never an exception.

All findings of a document are collected, in order, and shown at once: where, what, how to mend.
The same type is a line of a load report, a message beside a form field and an entry of an API problem's ``errors``.

>>> from registry.domain.finding import Finding
>>> Finding(rule="unknown-field", severity="error", pointer="/directon", detail="There is no such field.").severity
'error'
"""

from collections.abc import Iterable
from typing import Literal

import msgspec

Severity = Literal["error", "warning"]


class Finding(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
    """One fault (``error``, blocks) or doubt (``warning``, does not block) and where it stands.

    A document's finding has a ``pointer`` (RFC 6901); a file's has ``file``, ``sheet``, ``row`` (lines count from 1),
    ``column`` (its name) and ``cell`` (the text as it stood).
    """

    rule: str
    severity: Severity
    pointer: str | None = None
    file: str | None = None
    sheet: str | None = None
    row: int | None = None
    column: str | None = None
    cell: str | None = None
    detail: str
    hint: str = ""


def has_errors(findings: Iterable[Finding]) -> bool:
    """Whether any of the findings blocks."""
    return any(finding.severity == "error" for finding in findings)
