"""What many pages show of claims and disputes, as values with links: a claim as a card or line, a dispute as a row."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from kg.contradiction.results import Conflict, Side
from kg.explorer.catalog import Outline
from kg.explorer.explorer import DISPUTE, Explorer
from kg.explorer.page import Json, Ref
from kg.explorer.site import Address
from kg.model import Claim
from kg.quotes import Orphan
from kg.views.claims import ClaimView, Orphans, QuoteView, claim_view, contents
from kg.views.contract import conflict_head, position_name
from kg.views.dispute import GLYPHS, clash_words, letter
from kg.views.timeline import in_words
from kg.wording import capital

MOST_SPEAKERS = 3
"""How many speakers of a side are named in a row before "and n more"."""


@dataclass(frozen=True, slots=True)
class ClaimCard:
    """One claim with its links: `view` has the words; `quotes` each with the document it stands in.

    `says` is all that it commits its speaker to, as a sentence; `disputed` says whether a position of it is contested.
    """

    view: ClaimView
    claim: Ref
    speaker: Ref
    says: str
    quotes: tuple[tuple[QuoteView, Ref], ...]
    documents: tuple[Ref, ...]
    disputed: bool


@dataclass(frozen=True, slots=True)
class RowSide:
    """One side of a dispute in a row: its letter, what it holds, who says so, and how many more do."""

    letter: str
    text: str
    speakers: tuple[Ref, ...]
    more: int
    hedged: bool
    quote: str
    said: str


@dataclass(frozen=True, slots=True)
class DisputeRow:
    """One dispute in a list; `glyph` never stands without `verdict`, its word."""

    id: str
    ref: Ref
    glyph: str
    verdict: str
    clash: str
    kinds: tuple[str, ...]
    between: str
    sides: tuple[RowSide, ...]
    when: str


@dataclass(frozen=True, slots=True)
class DisputeLink:
    """One dispute on one line: its question, and who stands against whom."""

    ref: Ref
    glyph: str
    verdict: str
    versus: str


def claim_card(explorer: Explorer, claim: Claim, *, says: str = "") -> ClaimCard:
    """Show a claim; `says` replaces the sentence of all that it says."""
    view = claim_view(claim, explorer.prose, explorer.graph.places, orphans(explorer.graph.orphans))
    quoted = [mention for mention in claim.mentions if mention.quote is not None]
    return ClaimCard(
        view=view,
        claim=explorer.claim_ref(claim.iri),
        speaker=explorer.ref(claim.speaker, start=True),
        says=capital(says or contents(claim, explorer.prose)),
        quotes=tuple(
            (quote, explorer.ref(mention.document)) for quote, mention in zip(view.quotes, quoted, strict=True)
        ),
        documents=tuple(explorer.ref(one) for one in dict.fromkeys(mention.document for mention in claim.mentions)),
        disputed=bool(explorer.catalog.is_disputed(claim)),
    )


def orphans(found: Iterable[Orphan]) -> Orphans:
    """Return the quotes that do not stand where their claim says, by claim."""
    return frozenset((one.claim, one.quote) for one in found if one.claim and one.quote)


def dispute_ref(explorer: Explorer, conflict: Conflict) -> Ref:
    """Link to the card of a dispute by its question."""
    return Ref(explorer.prose.title(conflict), Address.of(DISPUTE, conflict.id))


def outline_ref(explorer: Explorer, outline: Outline) -> Ref:
    """Link to the card of a dispute by its question, which takes the proof for few disputes only."""
    asked = explorer.prose.title_of(outline.contents)
    if asked is None:
        return dispute_ref(explorer, explorer.catalog.conflict(outline.id))
    return Ref(asked, Address.of(DISPUTE, outline.id))


def dispute_link(explorer: Explorer, conflict: Conflict) -> DisputeLink:
    """Show a dispute on one line."""
    who = (capital(explorer.prose.speakers(side.claims)[0]) for side in conflict.sides)
    return DisputeLink(
        ref=dispute_ref(explorer, conflict),
        glyph=GLYPHS[conflict.verdict],
        verdict=conflict.verdict.value,
        versus=" / ".join(dict.fromkeys(who)),
    )


def dispute_row(explorer: Explorer, conflict: Conflict) -> DisputeRow:
    """Show a dispute in a list."""
    return DisputeRow(
        id=conflict.id,
        ref=dispute_ref(explorer, conflict),
        glyph=GLYPHS[conflict.verdict],
        verdict=conflict.verdict.value,
        clash=clash_words(conflict, explorer.prose),
        kinds=tuple(kind_words(kind) for kind in conflict.kinds),
        between=conflict.between.replace("-", " "),
        sides=row_sides(explorer, conflict.sides),
        when=in_words(conflict.span),
    )


def row_sides(explorer: Explorer, sides: Iterable[Side]) -> tuple[RowSide, ...]:
    """Show the sides of a dispute, or of a change of position, each in a line."""
    found = []
    for number, side in enumerate(sides):
        speakers = list(dict.fromkeys(claim.speaker for claim in side.claims))
        shown = speakers if len(speakers) <= MOST_SPEAKERS else speakers[: MOST_SPEAKERS - 1]
        quotes = (m.quote.exact for claim in side.claims for m in claim.mentions if m.quote is not None)
        dates = [claim.said_on for claim in side.claims if claim.said_on is not None]
        found.append(
            RowSide(
                letter=letter(number),
                text=capital(explorer.prose.position(side.position)),
                speakers=tuple(explorer.ref(speaker, start=not at) for at, speaker in enumerate(shown)),
                more=len(speakers) - len(shown),
                hedged=side.position.hedged,
                quote=next(quotes, ""),
                said=explorer.prose.name(min(dates, key=lambda date: date.value)) if dates else "",
            )
        )
    return tuple(found)


def kind_words(kind: str) -> str:
    """Say a kind of conflict, with its sign where it has one.

    >>> kind_words("presupposition"), kind_words("direct-denial")
    ('⇒ presupposition', 'direct denial')
    """
    return ("⇒ " if kind == "presupposition" else "") + kind.replace("-", " ")


def dispute_json(explorer: Explorer, conflict: Conflict) -> Json:
    """Write a dispute of a list as JSON: what `kg check` says of it, without the proof."""
    prose = explorer.prose
    return {
        **conflict_head(conflict, prose),
        "sides": [
            {
                "position": position_name(side.position),
                "says": prose.position(side.position),
                "claims": [claim.iri for claim in side.claims],
                "speakers": list(dict.fromkeys(claim.speaker for claim in side.claims)),
            }
            for side in conflict.sides
        ],
    }
