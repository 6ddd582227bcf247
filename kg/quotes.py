"""Find a quote in a text: in exactly one place, or not at all.

A quote that no longer matches is *orphaned* and said to be. It is never moved to a place that looks similar;
programs that do so move it to the wrong one.
"""

from __future__ import annotations

import hashlib
import os
import re
import unicodedata
from dataclasses import dataclass
from enum import Enum
from pathlib import Path, PurePosixPath, PureWindowsPath

from kg.model import Quote
from kg.terms import Node, local_name


class Found(Enum):
    """How the search for a quote ended."""

    ONCE = "found"
    NOWHERE = "orphaned"
    OFTEN = "ambiguous"


@dataclass(frozen=True, slots=True)
class Anchor:
    """The outcome of a search: where the exact words stand (character offsets), or why nowhere."""

    found: Found
    span: tuple[int, int] | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Orphan:
    """A quote that does not stand where its claim says; `claim` is None if the text as a whole has changed."""

    claim: Node | None
    document: Node
    quote: Quote | None
    reason: str
    line: int = 0

    def __str__(self) -> str:
        """Say it on one line, the line of the file first.

        >>> from kg.terms import Iri
        >>> str(Orphan(Iri("http://e/c1"), Iri("http://e/paper"), Quote("called off"), "not in the text", 7))
        'line 7: c1: “called off” in paper: not in the text'
        """
        where = [f"line {self.line}"] if self.line else []
        who = [local_name(self.claim)] if self.claim is not None else []
        words = f"“{self.quote.exact}” in " if self.quote is not None else ""
        return ": ".join([*where, *who, f"{words}{local_name(self.document)}", self.reason])


class UnsafePath(ValueError):
    """The name of a text file that leads out of the folder of its dossier."""


def find(quote: Quote, text: str) -> Anchor:
    """Search a text for a quote, letter by letter; what stands before and after it must match too.

    >>> find(Quote("no", prefix="says "), "no: he says no").span
    (12, 14)
    >>> find(Quote("no"), "no: he says no").reason
    'the words stand in 2 places; say what is before or after them'
    """
    if not quote.exact:
        return Anchor(Found.NOWHERE, reason="the quote is empty")
    places = [at for at in _occurrences(quote.exact, text) if _fits(quote, text, at)]
    if len(places) == 1:
        return Anchor(Found.ONCE, (places[0], places[0] + len(quote.exact)))
    if places:
        return Anchor(Found.OFTEN, reason=f"the words stand in {len(places)} places; say what is before or after them")
    return Anchor(Found.NOWHERE, reason=_why_not(quote, text))


def _occurrences(words: str, text: str) -> list[int]:
    found: list[int] = []
    at = text.find(words)
    while at >= 0:
        found.append(at)
        at = text.find(words, at + 1)
    return found


def _fits(quote: Quote, text: str, at: int) -> bool:
    before = text[max(0, at - len(quote.prefix)) : at]
    after = text[at + len(quote.exact) :]
    return before == quote.prefix and after.startswith(quote.suffix)


def _why_not(quote: Quote, text: str) -> str:
    if _occurrences(quote.exact, text):
        return "the words stand in the text, but not with the words given before and after them"
    if plain(quote.exact) in plain(text):
        return (
            "the words are not in the text letter for letter; they would match but for "
            "spaces, line breaks, dashes or the shape of quotation marks"
        )
    if plain(quote.exact).casefold() in plain(text).casefold():
        return "the words are not in the text letter for letter; they would match but for capital letters"
    return "the words are not in the text"


_TYPOGRAPHY = str.maketrans(
    {
        **dict.fromkeys("\u2018\u2019\u201a\u201b\u2032\u0060\u00b4", "'"),
        **dict.fromkeys("\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb", '"'),
        **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212", "-"),
        **dict.fromkeys("\u00ad\u200b\u200c\u200d\ufeff", ""),
    }
)


def plain(text: str) -> str:
    """Level what differs only in typography; for the reason of a failure, never for a match.

    >>> plain("\u201cno\u201d  talks")
    '"no" talks'
    """
    return re.sub(r"\s+", " ", unicodedata.normalize("NFKC", text.translate(_TYPOGRAPHY))).strip()


def text_file(name: str, folder: Path) -> Path:
    """Return the path of a text that a dossier names, if it lies inside the dossier's folder.

    A dossier may come from anybody: it must not make the program read files elsewhere.
    """
    parts = PurePosixPath(name)
    if parts.is_absolute() or PureWindowsPath(name).drive or "\\" in name or "\x00" in name:
        raise UnsafePath(f'"{name}" must be the name of a file beside the dossier, with / between folders')
    if ".." in parts.parts:
        raise UnsafePath(f'"{name}" leads out of the folder of the dossier')
    path = folder / name
    if not Path(os.path.realpath(path)).is_relative_to(os.path.realpath(folder)):  # `resolve` ends at links in a circle
        raise UnsafePath(f'"{name}" is a link out of the folder of the dossier')
    return path


def sha256(data: bytes) -> str:
    """Return the hash by which a dossier knows a text.

    >>> sha256(b"")[:8]
    'e3b0c442'
    """
    return hashlib.sha256(data).hexdigest()
