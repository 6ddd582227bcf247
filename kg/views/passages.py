"""A text cut where quotes begin and end, so that each piece knows every quote that it belongs to.

    "He said no." with "said no" and "no"  ->  "He ", "said " (1), "no" (1, 2), "."

Quotes may overlap and lie inside each other. Paragraphs stay apart: a quote that runs over two is a piece in each.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

_GAP = re.compile(r"(?:\r\n?|\n)[^\S\r\n]*(?:(?:\r\n?|\n)[^\S\r\n]*)+")
_BREAK = re.compile(r"\s")
LONGEST_PARAGRAPH = 4_000
"""Characters of one paragraph; what is longer is cut at a space."""

Stretch = tuple[int, int]
"""Where something begins in a text, and where it ends, counted in characters."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Some words of a text, the quotes that they belong to, and those among them that are met here first.

    Quotes are known by their place in the list that was given; of several, the shortest stands first.
    """

    text: str
    quotes: tuple[int, ...] = ()
    begins: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Passage:
    """A paragraph: where it stands in the text, and its pieces."""

    stretch: Stretch
    pieces: tuple[Piece, ...]

    @property
    def begins(self) -> tuple[int, ...]:
        """The quotes that are met first in this paragraph, in the order of the text."""
        return tuple(quote for piece in self.pieces for quote in piece.begins)


def paragraphs(text: str) -> tuple[Stretch, ...]:
    r"""Say where the paragraphs of a text stand: between empty lines, and none too long to be read.

    >>> paragraphs("One.\n\nTwo,\nthree.\n")
    ((0, 4), (6, 17))
    """
    edges = [0, *(edge for gap in _GAP.finditer(text) for edge in gap.span()), len(text)]
    found: list[Stretch] = []
    for start, end in zip(edges[::2], edges[1::2], strict=True):
        found += _readable(text, start, start + len(text[start:end].rstrip()))
    return tuple(found)


def _readable(text: str, start: int, end: int) -> Iterator[Stretch]:
    at = start
    while end - at > LONGEST_PARAGRAPH:
        cut = _last_space(text, at, at + LONGEST_PARAGRAPH)
        yield at, cut
        at = cut
    if at < end:
        yield at, end


def _last_space(text: str, start: int, end: int) -> int:
    at = next((at for at in range(end, start, -1) if _BREAK.match(text[at - 1])), end)
    return at if at > start + 1 else end


def passages(text: str, quotes: Sequence[Stretch], wanted: Sequence[Stretch]) -> Iterator[Passage]:
    """Cut some paragraphs of a text into pieces; `quotes` is where each quote stands.

    >>> [(p.text, p.quotes) for p in next(passages("He said no.", [(3, 10), (8, 10)], [(0, 11)])).pieces]
    [('He ', ()), ('said ', (0,)), ('no', (1, 0)), ('.', ())]
    """
    ordered = sorted((start, end, number) for number, (start, end) in enumerate(quotes) if start < end)
    seen: set[int] = set()
    for paragraph in wanted:
        yield Passage(paragraph, tuple(_pieces(text, paragraph, ordered, seen)))


def _pieces(text: str, paragraph: Stretch, quotes: Sequence[tuple[int, int, int]], seen: set[int]) -> Iterator[Piece]:
    first, last = paragraph
    here = [one for one in quotes[: bisect_left(quotes, (last, -1, -1))] if one[1] > first]
    edges = sorted({first, last, *(edge for start, end, _ in here for edge in (start, end) if first < edge < last)})
    for start, end in pairwise(edges):
        over = sorted((one[1] - one[0], *one) for one in here if one[0] < end and one[1] > start)
        numbers = tuple(number for *_, number in over)
        begins = tuple(number for number in numbers if number not in seen)
        seen.update(begins)
        yield Piece(text[start:end], numbers, begins)
