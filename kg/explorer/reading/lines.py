"""A claim in one line of a list: who says what, when, and whether anything contradicts it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from kg.explorer.explorer import Explorer
from kg.explorer.page import Json, Ref
from kg.model import Claim, Withdrawal
from kg.prose import is_unnamed_source
from kg.terms import Node
from kg.views.claims import contents
from kg.wording import capital, listed

TAKES_BACK = {Withdrawal.RETRACTS: "takes back", Withdrawal.CORRECTS: "corrects", Withdrawal.SUPERSEDES: "replaces"}
"""What a claim does to an earlier one, in words."""


@dataclass(frozen=True, slots=True)
class ClaimLine:
    """One claim of a list. `said` is when, in English, `date` as it was written (EDTF).

    `gone`: its content no longer counts, for it was taken back.
    """

    node: Node
    ref: Ref
    speaker: Ref
    unnamed: bool
    said: str
    date: str
    says: str
    documents: tuple[Ref, ...]
    disputed: bool
    gone: bool

    def data(self) -> Json:
        """Write it for the JSON twin."""
        return {
            "claim": str(self.node),
            "speaker": ref_json(self.speaker),
            "said_on": self.date or None,
            "says": self.says,
            "documents": [ref_json(one) for one in self.documents],
            "disputed": self.disputed,
            "taken_back": self.gone,
        }


def claim_line(explorer: Explorer, claim: Claim) -> ClaimLine:
    """Say a claim in one line."""
    prose, catalog = explorer.prose, explorer.catalog
    standing = catalog.is_disputed(claim)
    return ClaimLine(
        node=claim.iri,
        ref=explorer.claim_ref(claim.iri),
        speaker=explorer.ref(claim.speaker, start=True),
        unnamed=is_unnamed_source(prose.wording, claim.speaker),
        said=prose.name(claim.said_on) if claim.said_on else "",
        date=claim.said_on.value if claim.said_on else "",
        says=says(explorer, claim),
        documents=tuple(explorer.ref(node) for node in dict.fromkeys(m.document for m in claim.mentions)),
        disputed=bool(standing),
        gone=bool(claim.commitments) and standing is None,
    )


def claim_lines(explorer: Explorer, claims: Iterable[Claim]) -> tuple[ClaimLine, ...]:
    """Say claims in one line each."""
    return tuple(claim_line(explorer, claim) for claim in claims)


def says(explorer: Explorer, claim: Claim) -> str:
    """Say what a claim commits its speaker to, or what it takes back."""
    prose = explorer.prose
    parts = [said] if (said := contents(claim, prose)) else []
    if parts and claim.condition is not None:
        parts = [f"if {prose.sentence(claim.condition.triple)}, then {said}"]
    parts += [f"{TAKES_BACK[how]} the claim {explorer.claim_ref(node)}" for how, node in claim.withdraws]
    return capital(listed(parts)) or "Nothing that can be read as a statement"


def ref_json(ref: Ref) -> Json:
    """Write a link for a JSON twin: the name, and the IRI of what has one."""
    return {"iri": ref.iri or None, "name": ref.text}
