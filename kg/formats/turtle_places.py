"""Where subjects and literals stand in a Turtle, TriG, N-Triples or N-Quads text that parses.

A parser gives places for faults only; people want them for claims too ("ft.ttl:42:1 says the opposite").
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urljoin

from kg.formats.source import Place
from kg.terms import Blank, Iri, Node

_TOKEN = re.compile(
    r"""
    (?P<space>\s+|\#[^\n]*)
  | (?P<text>\"{3}(?:[^"\\]|\\.|"(?!""))*\"{3}|'{3}(?:[^'\\]|\\.|'(?!''))*'{3}|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')
  | (?P<iri><[^<>"{}|^`\s]*>)
  | (?P<directive>@prefix\b|@base\b|prefix\b(?=\s+[^\s:]*:)|base\b(?=\s*<)|graph\b(?=\s*[<\w:]))
  | (?P<blank>_:[^\s;,.()\[\]<>"'{}]+(?:\.[^\s;,.()\[\]<>"'{}]+)*)
  | (?P<name>(?:[^\s;,.()\[\]<>"'{}\\:@^]|\.(?=[^\s;,()\[\]<>"'{}]))*
      :(?:\\.|[^\s;,.()\[\]<>"'{}\\]|\.(?=[^\s;,()\[\]<>"'{}]))*)
  | (?P<mark>[.;,(){}\[\]])
  | (?P<other>[^\s;,.()\[\]<>"'{}]+|.)
    """,
    re.VERBOSE | re.DOTALL | re.IGNORECASE,
)
_ESCAPE = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})|\\(.)", re.DOTALL)
_LETTERS = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f"}


LONGEST = 20_000_000
"""Characters; in longer texts places are not looked for, for nobody reads those in an editor."""


class Places:
    """The first place of each subject, and of each literal text, of a parsed file."""

    def __init__(self, text: str, base: str) -> None:
        self.subjects: dict[Node, Place] = {}
        self.literals: dict[str, Place] = {}
        self._base = base
        self._prefixes: dict[str, str] = {}
        if len(text) <= LONGEST:
            self._scan(text)

    def _scan(self, text: str) -> None:
        depth = 0  # inside (...) and [...] nothing is the subject of a statement
        at_start = True
        words = _words(text)
        for kind, lexeme, place in words:
            if kind == "directive":
                self._directive(lexeme, words)
                at_start = True
            elif kind == "mark":
                depth += (lexeme in "([") - (lexeme in ")]")
                at_start = (lexeme in ".{}" and depth == 0) or (at_start and lexeme == "{")
            elif kind == "text":
                self.literals.setdefault(_unescaped(lexeme.strip("\"'")), place)
                at_start = False
            else:
                if at_start and depth == 0:
                    self._subject(kind, lexeme, place)
                at_start = False

    def _directive(self, lexeme: str, words: Iterator[tuple[str, str, Place]]) -> None:
        word = lexeme.lower().lstrip("@")
        if word == "graph":
            return
        name = next(words, ("", "", (0, 0)))[1] if word == "prefix" else None
        iri = self._resolved(next(words, ("", "<>", (0, 0)))[1])
        if name is None:
            self._base = iri
        else:
            self._prefixes[name.removesuffix(":")] = iri

    def _subject(self, kind: str, lexeme: str, place: Place) -> None:
        if kind == "iri":
            self.subjects.setdefault(Iri(self._resolved(lexeme)), place)
        elif kind == "blank":
            self.subjects.setdefault(Blank(lexeme), place)
        elif kind == "name":
            prefix, _, local = lexeme.partition(":")
            if prefix in self._prefixes:
                self.subjects.setdefault(Iri(self._prefixes[prefix] + _unescaped(local)), place)

    def _resolved(self, lexeme: str) -> str:
        iri = _unescaped(lexeme.strip("<>"))
        return iri if re.match(r"[A-Za-z][A-Za-z0-9+.-]*:", iri) else urljoin(self._base, iri)


def _words(text: str) -> Iterator[tuple[str, str, Place]]:
    line, start = 1, 0
    for match in _TOKEN.finditer(text):
        kind, lexeme = match.lastgroup or "other", match[0]
        if kind != "space":
            yield kind, lexeme, (line, match.start() - start + 1)
        breaks = lexeme.count("\n")
        if breaks:
            line += breaks
            start = match.start() + lexeme.rfind("\n") + 1


def _unescaped(text: str) -> str:
    if "\\" not in text:
        return text

    def character(match: re.Match[str]) -> str:
        code = match[1] or match[2]
        return chr(int(code, 16)) if code else _LETTERS.get(match[3], match[3])

    return _ESCAPE.sub(character, text)
