"""XML as a stream of events, read so that no document can do harm: workbooks and DHIS2 come in it.

The reader is expat of the standard library. A document that declares a type or an entity is refused at once, so that there
is no entity to multiply (billion laughs) and none to fetch from elsewhere; elements are nested ``DEEPEST`` deep at most;
nothing is held but what the caller keeps. openpyxl and ElementTree without defusedxml refuse none of that.
Tests: ``tests/adapters/test_hostile_files.py``.

>>> import io
>>> [event.name for event in events(io.BytesIO(b"<a><b c='1'>x</b></a>")) if event.what == "start"]
['a', 'b']
"""

from collections.abc import Iterator
from typing import IO, Literal
from xml.parsers import expat

import msgspec

from registry.adapters.tables.rows import CannotRead, Misread

CHUNK = 1 << 16
DEEPEST = 100


class Event(msgspec.Struct, frozen=True):
    """An element starts (with its attributes) or ends, or text stands in it. Names are without their namespace's prefix."""

    what: Literal["start", "end", "text"]
    name: str = ""
    attributes: dict[str, str] = {}
    text: str = ""


def events(stream: IO[bytes]) -> Iterator[Event]:
    """The events of a document, as they come. Raises CannotRead where it is no XML, or not safe."""
    reader = _Reader()
    while chunk := stream.read(CHUNK):
        reader.feed(chunk, last=False)
        yield from reader.taken()
    reader.feed(b"", last=True)
    yield from reader.taken()


class _Reader:
    """Expat with what it found since it was last asked."""

    def __init__(self) -> None:
        self._parser = expat.ParserCreate(namespace_separator=" ")
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._text
        self._parser.StartDoctypeDeclHandler = self._unsafe
        self._parser.EntityDeclHandler = self._unsafe
        self._found: list[Event] = []
        self._depth = 0

    def feed(self, chunk: bytes, *, last: bool) -> None:
        try:
            self._parser.Parse(chunk, last)
        except expat.ExpatError as fault:
            detail = f"The document is no XML: {fault}."
            raise CannotRead(Misread("file-damaged", detail, "Fetch or export it again.")) from fault

    def taken(self) -> list[Event]:
        found, self._found = self._found, []
        return found

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > DEEPEST:
            raise CannotRead(_unsafe(f"its elements are nested more than {DEEPEST} deep"))
        own: dict[str, str] = {}
        for key, text in attributes.items():
            own.setdefault(_local(key), text)
        self._found.append(Event("start", _local(name), own))

    def _end(self, name: str) -> None:
        self._depth -= 1
        self._found.append(Event("end", _local(name)))

    def _text(self, text: str) -> None:
        self._found.append(Event("text", text=text))

    def _unsafe(self, *_: object) -> None:
        raise CannotRead(_unsafe("it declares a document type or entities"))


def _local(name: str) -> str:
    return name.rpartition(" ")[2]


def _unsafe(why: str) -> Misread:
    detail = f"The document is not read: {why}, which no table needs."
    return Misread("xml-unsafe", detail, "Ask where the file comes from; export it again.")
