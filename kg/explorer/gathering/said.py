"""Claims, as a line each: who says what, when, in which words, and whether it is disputed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from kg.contradiction.results import Position
from kg.explorer.cards import orphans, outline_ref
from kg.explorer.catalog import Outline
from kg.explorer.explorer import Explorer
from kg.explorer.page import Ref
from kg.model import Claim
from kg.views.claims import ClaimView, Orphans, claim_view, contents
from kg.wording import capital

MOST_DISPUTES = 3
"""How many disputes of one claim are linked on its line."""


@dataclass(frozen=True, slots=True)
class ClaimLine:
    """One claim on a few lines. `says` are its positions in words; `taken_back`: it takes none any more."""

    claim: Claim
    ref: Ref
    speaker: Ref
    says: tuple[str, ...]
    view: ClaimView
    documents: tuple[Ref, ...]
    conflicts: Sequence[Outline]
    disputes: tuple[Ref, ...]
    taken_back: bool

    @property
    def disputed(self) -> bool:
        """Whether the claim is on a side of some dispute."""
        return bool(self.conflicts)

    @property
    def facts(self) -> tuple[str, ...]:
        """The short facts of the claim; a document that is named anyway is not named twice."""
        named = {str(document) for document in self.documents}
        return tuple(fact for fact in self.view.facts if fact not in named)

    @property
    def more(self) -> int:
        """How many of its disputes are not linked."""
        return len(self.conflicts) - len(self.disputes)


def claim_lines(explorer: Explorer, claims: Iterable[Claim]) -> tuple[ClaimLine, ...]:
    """Say claims on a few lines each."""
    orphaned = orphans(explorer.graph.orphans)
    return tuple(_line(explorer, claim, orphaned) for claim in claims)


def _line(explorer: Explorer, claim: Claim, orphaned: Orphans) -> ClaimLine:
    positions = explorer.catalog.positions_of(claim, bare=True)
    # What is in no conflict needs no search for its conflicts.
    contested = any(explorer.catalog.is_contested(position) for position in positions)
    conflicts = explorer.catalog.outlines_of(claim.iri) if contested else ()
    return ClaimLine(
        claim=claim,
        ref=explorer.claim_ref(claim.iri),
        speaker=explorer.ref(claim.speaker, start=True),
        says=_says(explorer, claim, positions),
        view=claim_view(claim, explorer.prose, explorer.graph.places, orphaned),
        documents=tuple(explorer.ref(node) for node in dict.fromkeys(m.document for m in claim.mentions)),
        conflicts=conflicts,
        disputes=tuple(outline_ref(explorer, one) for one in conflicts[:MOST_DISPUTES]),
        taken_back=not positions and bool(claim.commitments),
    )


def _says(explorer: Explorer, claim: Claim, positions: Iterable[Position]) -> tuple[str, ...]:
    said = tuple(capital(explorer.prose.position(position)) for position in positions)
    return said or ((capital(contents(claim, explorer.prose)),) if claim.commitments else ())
