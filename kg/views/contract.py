"""The JSON of `kg check`, `kg explain` and `kg accounts`: the public contract, one place.

Interval ends are EDTF; ids of claims are IRIs; a position is the IRI of its proposition, with `~`
behind it when it is denied.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Any

from kg.contradiction.results import (
    Account,
    Advantage,
    CheckResult,
    Component,
    Conflict,
    Grain,
    Position,
    PositionChange,
    Side,
    Verdict,
    Withdrawn,
)
from kg.logic.justifications import Proofs
from kg.logic.trace import Proof
from kg.model import Polarity
from kg.prose import Prose
from kg.terms import Node, Term, n3
from kg.times import Span, as_text
from kg.views.accounts import why_before

Json = dict[str, Any]
Places = Mapping[Node, str]
"""Where a claim stands in the files read: `file:line` by claim."""


def check_json(result: CheckResult, prose: Prose, places: Places, most: int | None = None) -> Json:
    """Write a whole check as one JSON object.

    `most` is how many conflicts, changes of position and withdrawals are listed, each; `found` counts all of them.
    """
    verdicts = result.verdicts()
    conflicts, changes, withdrawn = result.conflicts[:most], result.changes[:most], result.withdrawn[:most]
    return {
        "claims": len(result.claims),
        "positions": len(result.positions),
        "found": {
            **{verdict.value: verdicts[verdict] for verdict in Verdict},
            "changes": len(result.changes),
            "withdrawn": len(result.withdrawn),
        },
        "listed": {"conflicts": len(conflicts), "changes": len(changes), "withdrawn": len(withdrawn)},
        "conflicts": [conflict_json(conflict, prose, places) for conflict in conflicts],
        "changes": [_change(change, prose, places) for change in changes],
        "withdrawn": [withdrawn_json(one) for one in withdrawn],
        "background_conflicts": [_background(proof, prose) for proof in result.background_conflicts],
        "complete": result.complete,
        "incomplete": list(result.incomplete),
    }


def conflict_json(conflict: Conflict, prose: Prose, places: Places) -> Json:
    """Write one conflict with its proof, as lines and as a tree."""
    return {
        **conflict_head(conflict, prose),
        "sides": [_side(side, prose, places) for side in conflict.sides],
        "lines": [str(line) for line in prose.lines(conflict.proof, conflict.sides)],
        "proof": _proof(conflict.proof, prose, dict(enumerate(conflict.sides))),
        "rules": list(conflict.rules),
        "supposes_same": [_pair(pair) for pair in conflict.same],
        "supposes_different": [_pair(pair) for pair in conflict.distinct],
    }


def conflict_head(conflict: Conflict, prose: Prose) -> Json:
    """Write what a conflict is, without its sides and its proof."""
    return {
        "id": conflict.id,
        "title": prose.title(conflict),
        "kind": conflict.kind,
        "kinds": list(conflict.kinds),
        "between": conflict.between,
        "verdict": conflict.verdict.value,
        "interval": as_text(conflict.span),
        "because": prose.because(conflict),
    }


def proofs_json(found: Proofs, conflict: Conflict, prose: Prose) -> Json:
    """Write several proofs of one conflict, each as lines and as a tree, and whether these are all."""
    sides = dict(enumerate(conflict.sides))
    return {
        "proofs": [
            {
                "lines": [str(line) for line in prose.lines(proof, conflict.sides)],
                "proof": _proof(proof, prose, sides),
            }
            for proof in found.proofs
        ],
        "complete": found.complete,
        "incomplete": [found.incomplete] if found.incomplete else [],
    }


def accounts_json(
    result: CheckResult,
    components: Iterable[Component],
    prose: Prose,
    grain: Grain = Grain.POSITION,
    most: int | None = None,
) -> Json:
    """Write the accounts, component by component; `more` says that there are more than the `most` that are listed."""
    found = list(islice(components, None if most is None else most + 1))
    more = most is not None and len(found) > most
    found = found[:most]
    return {
        "grain": grain.value,
        "components": [
            {
                "number": component.number,
                "conflicts": list(component.conflicts),
                "accounts": [_account(account, prose) for account in component.accounts],
                "complete": component.complete,
                "incomplete": [component.incomplete] if component.incomplete else [],
            }
            for component in found
        ],
        "more": more,
        "complete": result.complete and all(component.complete for component in found),
        "incomplete": list(result.incomplete),
    }


def _account(account: Account, prose: Prose) -> Json:
    return {
        "number": account.number,
        "keeps": [_position(position, prose) for position in account.keeps],
        "leaves_out": [_position(position, prose) for position in account.leaves_out],
        "leaves_unsaid": [[claim.iri for claim in utterance.claims] for utterance in account.leaves_unsaid],
        "support": {
            "roots": list(account.roots),
            "on_record": account.on_record,
            "unnamed": account.unnamed,
        },
        "ahead": None if account.ahead is None else _advantage(account, account.ahead),
    }


def _advantage(account: Account, ahead: Advantage) -> Json:
    return {
        "criterion": ahead.criterion.value,
        "grade": ahead.grade or None,
        "ours": ahead.ours,
        "theirs": ahead.theirs,
        "says": why_before(account),
    }


def position_name(position: Position) -> str:
    """Name a position: its proposition, with `~` behind it when denied."""
    return position.proposition_iri + ("~" if position.polarity is Polarity.DENIES else "")


def _position(position: Position, prose: Prose) -> Json:
    return {
        "position": position_name(position),
        "says": prose.position(position),
        "claims": [claim.iri for claim in position.claims],
    }


def _side(side: Side, prose: Prose, places: Places) -> Json:
    position = side.position
    return {
        **_position(position, prose),
        "polarity": position.polarity.value,
        "proposition": [n3(term) for term in position.proposition.triple],
        "holds": position.proposition.holds.value if position.proposition.holds else None,
        "certain": _span(position.window.certain),
        "possible": _span(position.window.possible),
        "hedged": position.hedged,
        "speakers": list(dict.fromkeys(prose.speaker(claim) for claim in side.claims)),
        "places": [places[claim.iri] for claim in side.claims if claim.iri in places],
    }


def _span(span: Span | None) -> str | None:
    return None if span is None else as_text(span)


def _pair(pair: tuple[Term, Term]) -> list[str]:
    return [str(term) for term in pair]


def _proof(proof: Proof, prose: Prose, sides: Mapping[int, Side]) -> Json:
    claims: list[str] = []
    if proof.rule is None and proof.mask:
        side = sides.get(proof.mask.bit_length() - 1)
        claims = [claim.iri for claim in side.claims] if side else []
    return {
        "says": "cannot all hold" if proof.triple is None else prose.sentence(proof.triple, denied=proof.denied),
        "triple": None if proof.triple is None else [n3(term) for term in proof.triple],
        "denied": proof.denied,
        "rule": proof.rule.id if proof.rule else None,
        "claims": claims,
        "premises": [_proof(premise, prose, sides) for premise in proof.premises],
    }


def _change(change: PositionChange, prose: Prose, places: Places) -> Json:
    return {
        "id": change.id,
        "speaker": change.speaker,
        "sides": [_side(side, prose, places) for side in change.sides],
    }


def withdrawn_json(one: Withdrawn) -> Json:
    """Write which claim was taken back, by which, and how."""
    return {"claim": one.claim.iri, "by": one.by.iri, "how": one.how.value}


def _background(proof: Proof, prose: Prose) -> Json:
    return {"lines": [str(line) for line in prose.lines(proof, ())], "proof": _proof(proof, prose, {})}
