"""What servers answer, turned into terms row by row: SPARQL JSON results, read as they come.

Before: `{"head": {"vars": ["s"]}, "results": {"bindings": [{"s": {"type": "uri", "value": "http://e/s"}}]}}`.
After: the columns ("s",), then the rows, one at a time; no more than one row is held.
"""

from __future__ import annotations

import codecs
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, TypeAlias

from kg.errors import StoreError
from kg.terms import RDF_LANG_STRING, XSD_STRING, Blank, Iri, Literal, Term

MOST_OF_A_ROW = 64 << 20
"""Characters of one row; a longer one is taken for a fault of the server."""

Row: TypeAlias = tuple[Term | None, ...]
_DECODE = json.JSONDecoder().raw_decode
_SPACE = " \t\r\n"
_VIRTUOSO_BLANK = "nodeID://"


class BadAnswer(StoreError):
    """What a server sent is not in the form that it says it is in."""


class Solutions:
    """The answer to a SELECT or ASK as it comes: `variables` first, then the rows.

    `truth` is the answer to an ASK; None for a SELECT.
    """

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self._text = _Text(pieces)
        self.variables: tuple[str, ...] = ()
        self.truth: bool | None = None
        self._read_head()

    def _read_head(self) -> None:
        """Read up to the first row."""
        text, seen = self._text, False
        text.expect("{")
        while not text.meets("}"):
            key = text.value()
            text.expect(":")
            if key == "results":
                self._open_rows()
                return
            value = text.value()
            if key == "head" and isinstance(value, dict):
                self.variables, seen = _names(value), True
            elif key == "boolean" and isinstance(value, bool):
                self.truth = value
            text.meets(",")
        if self.truth is None:
            raise BadAnswer("it has neither rows nor a truth value" if seen else "it is no SPARQL answer")

    def _open_rows(self) -> None:
        text = self._text
        text.expect("{")
        while True:
            key = text.value()
            text.expect(":")
            if key == "bindings":
                text.expect("[")
                return
            text.value()
            text.expect(",")

    def rows(self, read: Callable[[Term], Term]) -> Iterator[Row]:
        """Yield the rows; `read` turns each term into what it stands for."""
        text, names = self._text, self.variables
        while not text.meets("]"):
            row = text.value()
            if not isinstance(row, dict):
                raise BadAnswer("a row of it is no object")
            yield tuple(None if (cell := row.get(name)) is None else read(_term(cell)) for name in names)
            if not text.meets(","):
                text.expect("]")
                break
        text.finish()


class _Text:
    """Text that comes in pieces, read value by value."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self._pieces = codecs.iterdecode(pieces, "utf-8-sig")
        self._held = ""
        self._at = 0

    def value(self) -> Any:
        """Read one JSON value."""
        needed = 0
        while True:
            self._skip()
            try:
                value, end = _DECODE(self._held, self._at)
            except (ValueError, RecursionError) as error:
                # Not whole yet, or not JSON: more text tells. Twice as much each time, so that no text is read often.
                needed = max(2 * (len(self._held) - self._at), 1)
                if isinstance(error, RecursionError) or needed > 2 * MOST_OF_A_ROW or not self._grow(needed):
                    raise BadAnswer("it is not JSON, or ends in the middle") from None
                continue
            if end == len(self._held) and self._grow(end - self._at + 1):
                continue  # a number may go on
            self._at = end
            return value

    def meets(self, mark: str) -> bool:
        """Read a mark if it comes next."""
        self._skip()
        found = self._held.startswith(mark, self._at)
        self._at += len(mark) if found else 0
        return found

    def expect(self, mark: str) -> None:
        """Read a mark that must come next."""
        if not self.meets(mark):
            raise BadAnswer(f'it is not JSON, or ends in the middle ("{mark}" is missing)')

    def finish(self) -> None:
        """Read the rest, so that an answer that breaks off in its last words is not taken for a whole one."""
        depth = 2  # of `results` and of the whole
        while depth:
            if self.meets("}"):
                depth -= 1
            else:
                self.expect(",")
                self.value()
                self.expect(":")
                self.value()

    def _skip(self) -> None:
        while True:
            while self._at < len(self._held) and self._held[self._at] in _SPACE:
                self._at += 1
            if self._at < len(self._held) or not self._grow(1):
                return

    def _grow(self, needed: int) -> bool:
        """Take in more text, so that at least so many characters are there to be read, if there are."""
        parts = [self._held[self._at :]]
        length, before = len(parts[0]), len(parts[0])
        self._at = 0
        try:
            while length < needed:
                parts.append(next(self._pieces))
                length += len(parts[-1])
        except StopIteration:
            self._held = "".join(parts)
            return length > before
        except UnicodeDecodeError:
            raise BadAnswer("it is not UTF-8") from None
        self._held = "".join(parts)
        return True


def _names(head: Mapping[str, Any]) -> tuple[str, ...]:
    names = head.get("vars", [])
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise BadAnswer("the names of its columns cannot be read")
    return tuple(names)


def _term(cell: Any) -> Term:
    """Turn one cell into a term; `typed-literal` is an older name of a literal."""
    if not isinstance(cell, dict) or not isinstance(value := cell.get("value"), str):
        if isinstance(cell, dict) and cell.get("type") == "triple":
            raise StoreError("triples about triples (RDF 1.2) are not supported")
        raise BadAnswer("a cell of it is no term")
    if not value.isascii() and any("\ud800" <= letter <= "\udfff" for letter in value):
        raise BadAnswer("a text in it is not Unicode")
    match cell.get("type"):
        case "uri" if value.startswith(_VIRTUOSO_BLANK):
            return Blank("_:" + value.removeprefix(_VIRTUOSO_BLANK))
        case "uri":
            return Iri(value)
        case "bnode":
            return Blank("_:" + value.removeprefix(_VIRTUOSO_BLANK))
        case "literal" | "typed-literal":
            language, datatype = cell.get("xml:lang"), cell.get("datatype")
            if isinstance(language, str) and language:
                return Literal(value, RDF_LANG_STRING, language.lower())
            return Literal(value, Iri(datatype) if isinstance(datatype, str) else XSD_STRING)
        case other:
            raise BadAnswer(f"it has a cell of the unknown type {str(other)[:40]!r}")
