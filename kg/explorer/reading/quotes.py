"""The quotes of a document: where each stands in the text at hand, or why it does not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from kg.explorer.explorer import Explorer
from kg.ids import digest
from kg.model import Claim, Quote
from kg.quotes import find
from kg.store.texts import text_in
from kg.terms import Blank, Iri, Node
from kg.views.claims import Orphans
from kg.views.passages import Stretch
from kg.vocab import NEG

_ORPHANED = Path(__file__).with_name("orphaned.rq")
Reasons: TypeAlias = Mapping[tuple[Node, Quote], str]
"""Why words do not stand in a text, by the claim and the words."""
NOT_THERE = "the words did not stand in the text when it was read into the store"


@dataclass(frozen=True, slots=True)
class Quoted:
    """The words of one place where a claim stands. `number` counts the places of the claim, as its record does.

    `stretch` is where they stand in the text; `reason` says why they stand nowhere; with no text at hand, neither.
    """

    claim: Claim
    number: int
    quote: Quote
    stretch: Stretch | None = None
    reason: str = ""

    @property
    def id(self) -> str:
        """What the place is called within its page."""
        return words_id(self.claim.iri, self.number)


def words_id(claim: Node, number: int) -> str:
    """Name the place of some words within the page of their document.

    >>> words_id(Iri("https://e/c1"), 2).endswith("-2")
    True
    """
    return f"words-{digest([claim], 10)}-{number}"


def quoted(explorer: Explorer, document: Node, claims: Iterable[Claim]) -> tuple[Quoted, ...]:
    """Find the quotes of claims in a document: in the order of the text, then those that stand nowhere in it."""
    text = explorer.texts.get(document)
    known = _known(explorer, document) if text is not None else _marked_in_store(explorer, document=document)
    found = [
        _place(claim, number, mention.quote, text, known)
        for claim in claims
        for number, mention in enumerate(claim.mentions, 1)
        if mention.document == document and mention.quote is not None
    ]
    return tuple(sorted(found, key=_order))


def _place(claim: Claim, number: int, quote: Quote, text: str | None, known: Reasons) -> Quoted:
    reason = known.get((claim.iri, quote), "")
    if text is None or reason:
        return Quoted(claim, number, quote, None, reason)
    anchor = find(quote, text)
    return Quoted(claim, number, quote, anchor.span, anchor.reason)


def _order(one: Quoted) -> tuple[bool, Stretch]:
    return one.stretch is None, one.stretch or (0, 0)


def _known(explorer: Explorer, document: Node) -> Reasons:
    """Return what reading the text has found out already: to say why words are not in a long text takes time."""
    if explorer.texts.get(document) is not explorer.graph.texts.get(document):
        return {}
    orphans = [one for one in explorer.graph.orphans if one.document == document]
    return {(one.claim, one.quote): one.reason for one in orphans if one.claim and one.quote}


def _marked_in_store(explorer: Explorer, **about: Node) -> Reasons:
    """Return the quotes that the store marks as orphaned, of a document or a claim: a store has no texts to look in."""
    if not explorer.graph.store.has_more_than(0, [NEG.orphaned]):
        return {}
    rows = explorer.graph.store.select(text_in(_ORPHANED), about, name="quotes that were not found")
    return {
        (claim, Quote(str(exact), str(prefix or ""), str(suffix or ""))): NOT_THERE
        for claim, exact, prefix, suffix in rows
        if isinstance(claim, (Iri, Blank))
    }


def orphans_of(explorer: Explorer, claim: Claim) -> Orphans:
    """Return the quotes of a claim that do not stand in the text of their document."""
    known = frozenset((one.claim, one.quote) for one in explorer.graph.orphans if one.claim and one.quote)
    quotes = any(one.quote is not None and one.document not in explorer.texts for one in claim.mentions)
    return known | frozenset(_marked_in_store(explorer, claim=claim.iri)) if quotes else known


def changed(explorer: Explorer, document: Node) -> tuple[str, ...]:
    """Say what is wrong with a text as a whole, such as a hash that is not the one recorded."""
    return tuple(one.reason for one in explorer.graph.orphans if one.document == document and one.claim is None)


def count_orphans(explorer: Explorer, document: Node) -> int:
    """Count the quotes of a document that do not stand in its text."""
    if document not in explorer.texts:
        return len(_marked_in_store(explorer, document=document))
    return sum(one.document == document and one.claim is not None for one in explorer.graph.orphans)
