"""The text of a document, a page at a time: whole paragraphs, with every quote that stands in them marked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from kg.explorer.explorer import Explorer
from kg.explorer.site import Address
from kg.model import Quote
from kg.quotes import find
from kg.terms import Iri, Node
from kg.views.passages import Passage, Stretch, paragraphs, passages

LONGEST_PAGE = 30_000
"""Characters of a text on one page; a text that is longer is shown a page at a time."""


@dataclass(frozen=True, slots=True)
class TextPage:
    """A page of a text: its paragraphs in pieces, and how many pages there are."""

    passages: tuple[Passage, ...]
    number: int
    pages: int


def page_edges(text: str) -> tuple[int, ...]:
    r"""Say at which paragraphs of a text a page begins, and where the last one ends.

    >>> page_edges("One.\n\nTwo.")
    (0, 2)
    """
    return _edges(paragraphs(text))


def _edges(found: Sequence[Stretch]) -> tuple[int, ...]:
    edges = [0]
    for number, (_, end) in enumerate(found):
        if end - found[edges[-1]][0] > LONGEST_PAGE and number > edges[-1]:
            edges.append(number)
    return (*edges, len(found))


def text_page(text: str, quotes: Sequence[Stretch], number: int) -> TextPage | None:
    """Cut one page of a text into pieces; None if there is no such page. `quotes` is where each quote stands."""
    found = paragraphs(text)
    pages = list(pairwise(_edges(found)))
    if not 1 <= number <= len(pages):
        return None
    first, last = pages[number - 1]
    return TextPage(tuple(passages(text, quotes, found[first:last])), number, len(pages))


def page_of_words(explorer: Explorer, document: Node, quote: Quote) -> Address | None:
    """Return the page of a document on which the words of a quote stand; None if they are not shown in a text."""
    text = explorer.texts.get(document)
    home = explorer.address(document) if isinstance(document, Iri) else None
    span = None if text is None else find(quote, text).span
    if text is None or home is None or span is None:
        return None
    found = paragraphs(text)
    starts = [found[at][0] for at in _edges(found)[:-1]]
    number = sum(start <= span[0] for start in starts)
    return home if number <= 1 else home.changed(page=str(number))
