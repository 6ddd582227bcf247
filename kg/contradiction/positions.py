"""Claims become positions: what is held to be so, when, and by whom.

Two claims take the same position when they say the same of the same thing for the same time. A
claim that was withdrawn holds nothing; a claim that something is only possible is kept apart.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from kg.contradiction.results import Position, Withdrawn
from kg.contradiction.theory import Theory, persistence_of
from kg.ids import Properties, digest, proposition_iri
from kg.model import Claim, Commitment, Polarity, Proposition
from kg.terms import Iri, Node, n3
from kg.times import Persistence, Window, parse, since, throughout, window
from kg.values import canonical
from kg.vocab import NEG, OWL, RDFS, TYPE


@dataclass(frozen=True, slots=True)
class Standing:
    """The claims that still stand, and those that were taken back."""

    claims: tuple[Claim, ...]
    withdrawn: tuple[Withdrawn, ...]


def standing(claims: Iterable[Claim]) -> Standing:
    """Part the claims that stand from those that their own speaker withdrew.

    A withdrawal counts only from the same speaker or from a reporter in the earlier claim's chain, and
    only if it stands itself: what withdraws a withdrawal brings the first claim back. Claims that
    withdraw each other in a circle settle nothing and all stand.
    """
    all_claims = tuple(claims)
    by_iri = {claim.iri: claim for claim in all_claims}
    withdrawers: dict[Node, dict[Node, Withdrawn]] = {}
    for claim in all_claims:
        for how, target in claim.withdraws:
            earlier = by_iri.get(target)
            if earlier is not None and earlier is not claim and _may_withdraw(claim, earlier):
                withdrawers.setdefault(target, {})[claim.iri] = Withdrawn(earlier, claim, how)
    gone = _gone(by_iri, withdrawers)
    withdrawn = [
        withdrawers[iri][min(later for later in withdrawers[iri] if later not in gone)] for iri in by_iri if iri in gone
    ]
    return Standing(tuple(claim for claim in all_claims if claim.iri not in gone), tuple(withdrawn))


def _gone(claims: Iterable[Node], withdrawers: Mapping[Node, Mapping[Node, Withdrawn]]) -> set[Node]:
    """Say which claims a standing claim withdraws.

    The grounded labelling of Dung (1995): what nothing withdraws stands, what a standing claim
    withdraws is gone, what only gone claims withdraw stands; the rest is in a circle or hangs on one.
    """
    withdraws: dict[Node, list[Node]] = {}
    for target, later_claims in withdrawers.items():
        for later in later_claims:
            withdraws.setdefault(later, []).append(target)
    waiting = {target: len(later_claims) for target, later_claims in withdrawers.items()}
    standing_claims = [iri for iri in claims if iri not in waiting]
    gone: set[Node] = set()
    for stands in standing_claims:  # grows while it is read
        for target in withdraws.get(stands, ()):
            if target in gone:
                continue
            gone.add(target)
            for freed in withdraws.get(target, ()):
                waiting[freed] -= 1
                if not waiting[freed] and freed not in gone:
                    standing_claims.append(freed)
    return gone


def _may_withdraw(later: Claim, earlier: Claim) -> bool:
    return later.speaker == earlier.speaker or later.speaker in earlier.chain


def positions(claims: Iterable[Claim], theory: Theory, properties: Properties) -> tuple[Position, ...]:
    """Group the commitments of standing claims into positions, in a fixed order."""
    grouped: dict[str, tuple[Commitment, Window, bool, Proposition | None, list[Claim]]] = {}
    for claim in claims:
        hedged = claim.certainty == NEG.Possible
        for commitment in claim.commitments:
            when = window_of(commitment, claim, theory, properties)
            key = key_of(commitment, when, claim.condition, hedged=hedged)
            entry = grouped.setdefault(key, (commitment, when, hedged, claim.condition, []))
            if iri_of(commitment.proposition) < iri_of(entry[0].proposition):
                # Two ways to state one time; which of them stands for the position is not left to the order.
                entry = grouped[key] = (commitment, *entry[1:])
            if claim not in entry[4]:
                entry[4].append(claim)
    found = []
    for index, (key, (commitment, when, hedged, condition, holders)) in enumerate(sorted(grouped.items())):
        proposition = commitment.proposition
        found.append(
            Position(
                key=key,
                index=index,
                proposition=proposition,
                proposition_iri=iri_of(proposition),
                polarity=commitment.polarity,
                window=when,
                claims=tuple(sorted(holders, key=lambda claim: claim.iri)),
                hedged=hedged,
                condition=condition,
            )
        )
    return tuple(found)


def iri_of(proposition: Proposition) -> Iri:
    """Name a proposition by its content."""
    holds = n3(proposition.holds) if proposition.holds else ""
    return proposition_iri(n3(proposition.subject), n3(proposition.predicate), n3(proposition.object), holds)


def key_of(commitment: Commitment, when: Window, condition: Proposition | None, *, hedged: bool) -> str:
    """Name a position by its content."""
    parts = [n3(canonical(term)) for term in commitment.proposition.triple]
    parts += [commitment.polarity.value, repr(when), "hedged" if hedged else ""]
    if condition is not None:
        parts += [n3(term) for term in condition.triple]
        parts.append(n3(condition.holds) if condition.holds else "")
    return digest(parts, 16)


def window_of(commitment: Commitment, claim: Claim, theory: Theory, properties: Properties) -> Window:
    """Say when a claim's content holds (docs/semantics.md, "Time").

    A universal denial ("none of these ever") is a denial of a pattern: it holds throughout the time
    it states, else up to the day it was said, as any denial.
    """
    proposition = commitment.proposition
    holds = proposition.holds.value if proposition.holds else None
    said_on = claim.said_on.value if claim.said_on else None
    affirmed = commitment.polarity is Polarity.AFFIRMS
    if proposition.predicate == RDFS.subClassOf and proposition.object == OWL.Nothing:
        lasting = persistence_of(theory, TYPE, proposition.subject, properties)
        if holds is not None and (affirmed or lasting is not Persistence.PERMANENT):
            return throughout(parse(holds))
        if holds is not None:  # there was one, some time within: from then on there has been one
            return since(parse(holds))
        return window(None, said_on, lasting or Persistence.TIMELESS, affirmed=not affirmed)
    lasting = persistence_of(theory, proposition.predicate, proposition.object, properties)
    if lasting is None:  # nothing declared: as long as stated, and always if nothing is stated
        lasting = Persistence.TIMELESS if holds is None else Persistence.STATE
    return window(holds, said_on, lasting, affirmed=affirmed)
