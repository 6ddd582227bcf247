"""The first case: what must be found, what must not, and how it reads."""

from __future__ import annotations

import pytest

from kg.contradiction import Conflict, Verdict
from kg.contradiction.oracle import Opinion, confirm_all
from kg.contradiction.snapshots import guard_tests
from kg.graph import KnowledgeGraph
from kg.logic.trace import Proof, check_proof
from kg.prose import claim_name
from kg.views.dispute import ways_out


def _named(conflict: Conflict) -> frozenset[str]:
    return frozenset(claim_name(claim) for side in conflict.sides for claim in side.claims)


def _find(graph: KnowledgeGraph, *claims: str) -> Conflict:
    found = [conflict for conflict in graph.conflicts() if _named(conflict) == set(claims)]
    assert len(found) == 1, [sorted(_named(conflict)) for conflict in graph.conflicts()]
    return found[0]


def _lines(graph: KnowledgeGraph, conflict: Conflict) -> list[str]:
    return [str(line) for line in graph.prose.lines(conflict.proof, conflict.sides)]


def test_exactly_five_contradictions_are_found(first_case: KnowledgeGraph) -> None:
    assert {_named(conflict) for conflict in first_case.conflicts()} == {
        frozenset({"briefed-cancelled", "kudlow-no-cancellation"}),
        frozenset({"briefed-cancelled", "kudlow-none-scheduled"}),
        frozenset({"ft-talks-planned", "kudlow-none-scheduled"}),
        frozenset({"briefed-cancelled", "ft-offer-declined"}),
        frozenset({"ft-talks-planned", "ft-offer-declined"}),
    }
    assert {conflict.verdict for conflict in first_case.conflicts()} == {Verdict.CONTRADICTION}
    assert first_case.check().complete


def test_the_denial_of_a_cancellation_meets_the_cancellation(first_case: KnowledgeGraph) -> None:
    conflict = _find(first_case, "briefed-cancelled", "kudlow-no-cancellation")
    assert conflict.kinds == ("direct-denial",)
    assert conflict.between == "on-record-vs-unnamed"
    assert _lines(first_case, conflict) == [
        "1. People briefed on the negotiations say: the preparatory talks were cancelled (by 22 January 2019).",
        "2. Larry Kudlow says: the preparatory talks were not cancelled (up to 22 January 2019).",
        "3. ✕ 1 and 2 cannot both hold.",
    ]


def test_the_universal_denial_meets_what_a_cancellation_presupposes(first_case: KnowledgeGraph) -> None:
    conflict = _find(first_case, "briefed-cancelled", "kudlow-none-scheduled")
    assert conflict.kinds == ("universal-denial", "presupposition")
    lines = _lines(first_case, conflict)
    assert lines[0] == (
        "1. Larry Kudlow says: no intermediate meeting that involves China was scheduled (up to 22 January 2019)."
    )
    assert any("Only what had been scheduled can be cancelled." in line for line in lines)
    assert any("So the preparatory talks were scheduled." in line for line in lines)
    assert lines[-1].endswith("cannot all hold.")
    assert first_case.prose.title(conflict) == "Were the preparatory talks ever scheduled?"


def test_the_universal_denial_meets_the_planned_trip_on_a_stated_reading(first_case: KnowledgeGraph) -> None:
    conflict = _find(first_case, "ft-talks-planned", "kudlow-none-scheduled")
    assert conflict.kinds == ("universal-denial",)
    readings = [claim.reading for side in conflict.sides for claim in side.claims]
    assert any(reading and '"Planned" is read as scheduled' in reading for reading in readings)


def test_a_declined_offer_excludes_a_cancelled_meeting(first_case: KnowledgeGraph) -> None:
    conflict = _find(first_case, "briefed-cancelled", "ft-offer-declined")
    assert conflict.kinds == ("exclusive-alternatives", "presupposition")
    assert _lines(first_case, conflict) == [
        "1. The offer to travel to Washington proposes the preparatory talks.",
        "2. The Financial Times says: the offer to travel to Washington was declined (by 22 January 2019).",
        "3. To decline an offer is to decline the meeting or trip that it proposed.",
        "4. So the preparatory talks were declined. (1, 2 and 3)",
        "5. People briefed on the negotiations say: the preparatory talks were cancelled (by 22 January 2019).",
        "6. Only what had been scheduled can be cancelled.",
        "7. So the preparatory talks were scheduled. (5 and 6)",
        "8. What was declined when it was offered was never scheduled.",
        "9. ✕ 4 and 7 cannot both hold.",
    ]
    # That the offer was for those talks is the recorder's own statement, and named as a way out.
    ways = list(ways_out(conflict, first_case.prose, first_case.prose.lines(conflict.proof, conflict.sides)))
    assert any("The record is corrected in line 1" in way for way in ways)


@pytest.mark.parametrize(
    "harmless",
    [
        "ft-high-level-meeting",
        "kudlow-still-preparing",
        "kudlow-meeting-planned",
        "kudlow-unchanged",
        "trump-tariff-rise",
        "ft-rate-today",
        "us-allege-forced",
        "us-believe-discriminate",
        "us-demand-transfers",
        "us-want-subsidies-scrapped",
        "us-want-written-offer",
        "ft-two-issues",
        "ft-hard-to-agree",
    ],
)
def test_what_contradicts_nothing_is_in_no_conflict(first_case: KnowledgeGraph, harmless: str) -> None:
    claims = {claim_name(claim) for dossier in first_case.dossiers for claim in dossier.claims}
    assert harmless in claims
    assert not [conflict for conflict in first_case.conflicts() if harmless in _named(conflict)]


def test_three_accounts_remain(first_case: KnowledgeGraph) -> None:
    [component] = first_case.accounts()
    kept = [{claim_name(c) for position in account.keeps for c in position.claims} for account in component.accounts]
    assert sorted(map(sorted, kept)) == [
        ["briefed-cancelled", "ft-talks-planned"],
        ["ft-offer-declined", "kudlow-no-cancellation", "kudlow-none-scheduled"],
        ["ft-talks-planned", "kudlow-no-cancellation"],
    ]
    assert component.complete


def test_every_proof_passes_the_independent_checker(first_case: KnowledgeGraph) -> None:
    world = first_case.checked.world

    def given(leaf: Proof) -> bool:
        if leaf.mask:
            return leaf.mask.bit_length() <= len(conflict.sides)
        # The engine's own list-membership facts stand for lists that are given.
        return leaf.triple in world.background or leaf.triple in world.theory.axioms or "list#" in str(leaf.triple)

    for conflict in first_case.conflicts():
        assert check_proof(conflict.proof, given, guard_tests(world)) is None


def test_the_year_is_recorded_as_an_inference(first_case: KnowledgeGraph) -> None:
    notes = [str(t.o) for d in first_case.dossiers for t in d.background if t.p.endswith("description")]
    assert any("inference" in note for note in notes)


def test_quotes_are_short(first_case: KnowledgeGraph) -> None:
    # The report is somebody's work: facts in our own words, and only a few words quoted.
    quotes = [m.quote.exact for d in first_case.dossiers for c in d.claims for m in c.mentions if m.quote]
    assert quotes
    assert all(len(quote.split()) <= 10 for quote in quotes)


@pytest.mark.reasoner
def test_hermit_confirms_every_conflict(first_case: KnowledgeGraph) -> None:
    verdicts = confirm_all(first_case.check(), first_case.checked.world)
    assert {name: verdict.opinion for name, verdict in verdicts.items()} == {
        conflict.id: Opinion.CONFIRMED for conflict in first_case.conflicts()
    }
