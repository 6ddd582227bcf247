"""A document as it is read: its text with every quote marked, notes beside it, and quotes that stand nowhere in it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from kg.explorer.catalog import PAGE, Slice
from kg.explorer.explorer import Explorer
from kg.explorer.gathering.facts import FactGroup, facts_of, groups_of, kinds_of, title_of
from kg.explorer.page import Json
from kg.explorer.reading.lines import ClaimLine, claim_line
from kg.explorer.reading.quotes import Quoted, changed, quoted
from kg.explorer.reading.texts import TextPage, text_page
from kg.model import Claim
from kg.terms import Iri, Node, Triple
from kg.views.passages import Passage, Piece

MOST_MARKED = 1_000
"""How many claims of a document are marked in its text."""


@dataclass(frozen=True, slots=True)
class Note:
    """A claim beside the text: its number there, what it says, and what its words are called on the page."""

    number: int
    id: str
    line: ClaimLine


@dataclass(frozen=True, slots=True)
class Part:
    """Some words of the text, the notes that they belong to (the shortest quote first), those first met here."""

    text: str
    notes: tuple[Note, ...]
    begins: tuple[Note, ...]

    @property
    def disputed(self) -> bool:
        """Whether something said here is in a dispute."""
        return any(note.line.disputed for note in self.notes)


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of the text, and the notes on what is first met in it."""

    parts: tuple[Part, ...]
    notes: tuple[Note, ...]


@dataclass(frozen=True, slots=True)
class Orphaned:
    """Words that do not stand in the text, the claim that quotes them, and why they were not found."""

    words: str
    line: ClaimLine
    reason: str


@dataclass(frozen=True, slots=True)
class Extract:
    """Words with those around them, where the text itself is not at hand."""

    exact: str
    prefix: str
    suffix: str
    orphaned: bool
    line: ClaimLine


@dataclass(frozen=True)
class DocumentValues:
    """Everything that the page of a document shows. Without a text, `extracts` are listed, a page at a time."""

    node: Iri
    title: str
    kinds: tuple[str, ...]
    facts: tuple[Triple, ...]
    groups: tuple[FactGroup, ...]
    claims: int
    has_text: bool
    changed: tuple[str, ...]
    orphans: tuple[Orphaned, ...]
    paragraphs: tuple[Paragraph, ...]
    pages: Slice[int]
    unmarked: int
    extracts: tuple[Extract, ...]
    wordless: tuple[ClaimLine, ...]
    listed: Slice[Claim]
    nodes: tuple[Claim, ...]
    """The claims that stand on this page."""

    def data(self) -> Json:
        """Write them for the JSON twin."""
        notes = {note.number: note for paragraph in self.paragraphs for part in paragraph.parts for note in part.notes}
        return {
            "document": str(self.node),
            "title": self.title,
            "kinds": list(self.kinds),
            "facts": [{"property": str(fact.p), "value": str(fact.o)} for fact in self.facts],
            "claims": self.claims,
            "has_text": self.has_text,
            "changed": list(self.changed),
            "orphans": [{"words": one.words, "reason": one.reason, **one.line.data()} for one in self.orphans],
            "text": [
                [{"text": part.text, "notes": [note.number for note in part.notes]} for part in paragraph.parts]
                for paragraph in self.paragraphs
            ],
            "notes": [{"number": number, **note.line.data()} for number, note in sorted(notes.items())],
            "quotes": [
                {"exact": one.exact, "prefix": one.prefix, "suffix": one.suffix, **one.line.data()}
                for one in self.extracts
            ],
            "without_words": [line.data() for line in self.wordless],
        }


def document_values(explorer: Explorer, node: Iri, page: int) -> DocumentValues | None:
    """Gather what a page of a document shows; None if there is no such page."""
    text = explorer.texts.get(node)
    start, count = (0, MOST_MARKED) if text is not None else ((page - 1) * PAGE, PAGE)
    claims = explorer.catalog.claims_in(node, start, count)
    places = quoted(explorer, node, claims.items)
    standing = [one for one in places if one.stretch is not None]
    shown = None if text is None else text_page(text, [one.stretch for one in standing if one.stretch], page)
    if page > 1 and shown is None and not (text is None and claims.items):
        return None
    facts = facts_of(explorer, node)
    title = title_of(explorer, node, facts)
    lines = {claim.iri: claim_line(explorer, claim) for claim in claims.items}
    paragraphs = () if shown is None else _paragraphs(shown, standing, lines)
    with_words = {one.claim.iri for one in places}
    wordless = [claim for claim in claims.items if claim.iri not in with_words]
    orphans = [one for one in places if one.reason]
    return DocumentValues(
        node=node,
        title=title,
        kinds=kinds_of(explorer, facts),
        facts=facts,
        groups=groups_of(explorer, facts, title),
        claims=claims.total,
        has_text=text is not None,
        changed=changed(explorer, node),
        orphans=tuple(Orphaned(one.quote.exact, lines[one.claim.iri], one.reason) for one in orphans),
        paragraphs=paragraphs,
        pages=_pages(shown),
        unmarked=claims.total - len(claims.items) if text is not None else 0,
        extracts=() if text is not None else tuple(_extract(one, lines) for one in places),
        wordless=tuple(lines[claim.iri] for claim in wordless),
        listed=claims if text is None else Slice((), 0),
        nodes=_shown_claims(claims.items, standing, paragraphs) if text is not None else claims.items,
    )


def _pages(shown: TextPage | None) -> Slice[int]:
    return Slice((), 0) if shown is None else Slice((shown.number,), shown.pages, shown.number - 1)


def _paragraphs(shown: TextPage, standing: Sequence[Quoted], lines: dict[Node, ClaimLine]) -> tuple[Paragraph, ...]:
    """Put notes beside paragraphs. Quotes are numbered through the whole text, also through its other pages."""
    notes = [Note(at, one.id, lines[one.claim.iri]) for at, one in enumerate(standing, 1)]

    def part(piece: Piece) -> Part:
        return Part(piece.text, tuple(notes[at] for at in piece.quotes), tuple(notes[at] for at in piece.begins))

    def paragraph(passage: Passage) -> Paragraph:
        return Paragraph(tuple(map(part, passage.pieces)), tuple(notes[at] for at in sorted(passage.begins)))

    return tuple(map(paragraph, shown.passages))


def _shown_claims(
    claims: Iterable[Claim], standing: Iterable[Quoted], paragraphs: Iterable[Paragraph]
) -> tuple[Claim, ...]:
    """Return the claims whose words stand on this page, and those that stand nowhere in the text."""
    elsewhere = {one.claim.iri for one in standing}
    here = {note.line.node for paragraph in paragraphs for part in paragraph.parts for note in part.notes}
    return tuple(claim for claim in claims if claim.iri in here or claim.iri not in elsewhere)


def _extract(one: Quoted, lines: dict[Node, ClaimLine]) -> Extract:
    quote = one.quote
    return Extract(quote.exact, quote.prefix, quote.suffix, bool(one.reason), lines[one.claim.iri])
