"""Proofs rebuilt for conflicts of columns: there is one for each, and the independent checker accepts it."""

from __future__ import annotations

import numpy as np
from hypothesis import event, given, settings

from kg.contradiction import build_theory
from kg.contradiction.columnar.as_columns import case_of
from kg.contradiction.columnar.compiled import UNDECIDED, find
from kg.contradiction.columnar.proving import HOT, Prover
from kg.contradiction.columnar.run import Case as Columns
from kg.contradiction.snapshots import guard_tests
from kg.logic.limits import Limits
from kg.logic.tables import PositionTable, Spans, TermList
from kg.logic.trace import Proof, check_proof
from kg.terms import Iri
from kg.vocab import TYPE
from tests.contradiction.random_worlds import RandomWorld, worlds
from tests.oracle_bruteforce import contents
from tests.worlds import Case, affirms, denies, ex, rules_of, triples

LISTS = (Iri("urn:list#member"), Iri("urn:list#twice"))


def proofs_of(columns: Columns) -> list[tuple[list[int], Proof | None]]:
    """Find the conflicts and prove each; a proof comes with the positions that its bits stand for."""
    found, prover = find(columns), Prover(columns)
    rows = zip(found.conflicts.members.tolist(), found.conflicts.verdict.tolist(), strict=True)
    proved = []
    for at, (row, verdict) in enumerate(rows):
        members = [member for member in row if member >= 0]
        same = found.same.get(at, ())
        proved.append((members, prover.prove(members, possible=verdict == UNDECIDED, same=same)))
    return proved


def fault_in(proof: Proof, members: list[int], case: RandomWorld | Case) -> str | None:
    """Check a proof against what was given, found out anew from the records."""
    world, positions = case.world, case.checked.result.positions
    truths = {*world.theory.axioms, *world.background}

    def given_by_somebody(leaf: Proof) -> bool:
        if leaf.triple is None:
            return False
        if leaf.mask == 0:
            return leaf.triple in truths or leaf.triple.p in LISTS
        bit = leaf.mask.bit_length() - 1
        if leaf.mask != 1 << bit:
            return False
        if bit >= len(members):
            return frozenset((leaf.triple.s, leaf.triple.o)) in world.maybe_same
        position = positions[members[bit]]
        said = {fact[:4] for fact in contents(position, world, possible=True)[0]}
        conditional = position.condition is not None and str(leaf.triple.s).startswith("urn:position:")
        return conditional or (leaf.denied, *leaf.triple) in said or str(leaf.triple.s).startswith("urn:some:")

    return check_proof(proof, given_by_somebody, guard_tests(world))


@settings(max_examples=settings().max_examples)
@given(worlds())
def test_every_conflict_is_proved_from_its_positions(world: RandomWorld) -> None:
    columns = case_of(world.world, world.checked.result.positions)
    if find(columns).ground:
        return  # with background that contradicts itself anything may clash
    for members, proof in proofs_of(columns):
        event("proved")
        assert proof is not None
        assert proof.triple is None and (1 << len(members)) - 1 & ~proof.mask == 0
        assert fault_in(proof, members, world) is None


def the_proof(case: Case, **about: bool) -> tuple[list[int], Proof]:
    columns = case_of(case.world, case.checked.result.positions)
    [(members, proof)] = proofs_of(columns)
    assert proof is not None
    assert fault_in(proof, members, case) is None
    return members, proof


def test_background_is_found_along_what_leads_to_it() -> None:
    case = Case(
        [affirms("ann", "ex:jones", "ex:holds", "ex:office"), denies("bob", "ex:jones", "ex:worksIn", "ex:europe")],
        ontology="ex:worksIn owl:propertyChainAxiom ( ex:holds ex:in ex:partOf ) . ex:partOf a owl:TransitiveProperty .",
        background="ex:office ex:in ex:city . ex:city ex:partOf ex:country . ex:country ex:partOf ex:europe .",
    )
    _, proof = the_proof(case)
    assert sum(1 for leaf in proof.leaves() if leaf.mask == 0 and leaf.triple in case.world.background) == 3


def test_a_thing_with_very_many_facts_does_not_drag_them_all_in() -> None:
    visits = " ".join(f"ex:m{number} ex:place ex:city ." for number in range(3 * HOT))
    case = Case(
        [affirms("ann", "ex:talks", "ex:place", "ex:city"), affirms("bob", "ex:talks", "ex:place", "ex:village")],
        ontology="ex:place a owl:FunctionalProperty . ex:partOf neg:hierarchy true .",
        background=f"ex:city a ex:City . ex:village a ex:Village . ex:city owl:differentFrom ex:village . {visits}",
        unique=False,
    )
    columns = case_of(case.world, case.checked.result.positions)
    prover = Prover(columns, Limits(entries=HOT))
    assert prover.prove([0, 1]) is not None


def test_among_very_many_facts_of_one_thing_only_those_of_the_time_are_looked_at() -> None:
    terms_of_office = "".join(
        f'ex:t{number} ex:of ex:jones ; ex:in ex:P{number} ; neg:during "{1000 + number // 2}"^^edtf:EDTF .\n'
        for number in range(3 * HOT)
    )
    case = Case(
        [denies("ann", "ex:jones", "ex:served", "ex:P900", holds="1450")],
        ontology="ex:served owl:propertyChainAxiom ( ex:had ex:in ) . ex:had owl:inverseOf ex:of .",
        background=terms_of_office,
    )
    columns = case_of(case.world, case.checked.result.positions)
    proof = Prover(columns, Limits(entries=HOT)).prove([0])
    assert proof is not None and fault_in(proof, [0], case) is None


def test_a_claimed_axiom_is_proved_against_what_is_only_recorded() -> None:
    case = Case(
        [affirms("ann", "[ owl:intersectionOf ( ex:Talks ex:Secret ) ]", "rdfs:subClassOf", "owl:Nothing")],
        ontology="ex:Hidden rdfs:subClassOf ex:Secret . ex:opens rdfs:domain ex:Talks .",
        background="ex:m ex:opens ex:n . ex:m a ex:Hidden .",
    )
    members, proof = the_proof(case)
    assert members == [0] and proof.mask == 1


def test_a_condition_is_a_step_of_the_proof() -> None:
    case = Case(
        [
            affirms("ann", "ex:rate", "a", "ex:High", given=("ex:deal", "a", "ex:Failed"), given_holds="2019-01"),
            affirms("bob", "ex:deal", "a", "ex:Failed", holds="2019-01-22"),
            denies("cem", "ex:rate", "a", "ex:High"),
        ],
        ontology="",
    )
    members, proof = the_proof(case)
    assert len(members) == 3
    assert {node.rule.id for node in proof.nodes() if node.rule} >= {"condition", "condition-met"}


def test_what_one_proof_brought_in_is_gone_before_the_next() -> None:
    case = Case(
        [affirms("ann", "ex:x", "a", "ex:A"), denies("bob", "ex:x", "a", "ex:B"), denies("cem", "ex:x", "a", "ex:C")],
        ontology="ex:A rdfs:subClassOf ex:B . ex:B rdfs:subClassOf ex:C .",
    )
    columns = case_of(case.world, case.checked.result.positions)
    rows = [[m for m in row if m >= 0] for row in find(columns).conflicts.members.tolist()]
    prover = Prover(columns)
    first = [prover.prove(row) for row in rows]
    assert [prover.prove(row) for row in rows] == first == [Prover(columns).prove(row) for row in rows]
    others = [row for row in ([0], [1], [2], [1, 2]) if row not in rows]
    assert [prover.prove(row) for row in others] == [None] * len(others)


def test_a_limit_leaves_no_proof() -> None:
    case = Case([affirms("ann", "ex:x", "a", "ex:A"), denies("bob", "ex:x", "a", "ex:A")], ontology="")
    columns = case_of(case.world, case.checked.result.positions)
    assert Prover(columns, Limits(entries=1)).prove([0, 1]) is None


def test_a_long_hierarchy_is_climbed_step_by_step() -> None:
    steps = " ".join(f"ex:C{number} rdfs:subClassOf ex:C{number + 1} ." for number in range(300))
    theory = build_theory(triples(steps), rules_of("owl2rl"))
    terms = TermList()
    s, p, low, high = (terms.number(term) for term in (ex("x"), TYPE, ex("C0"), ex("C300")))
    always = Spans.always(2)
    two = np.array([False, True])
    o = np.array([low, high], np.int32)
    positions = PositionTable(
        np.full(2, s, np.int32), np.full(2, p, np.int32), o, two, always, always, two & False, np.full(2, -1, np.int32)
    )
    proof = Prover(Columns.of(theory, terms, positions)).prove([0, 1])
    assert proof is not None and sum(1 for _ in proof.nodes()) > 300
    assert check_proof(proof, lambda leaf: leaf.triple in theory.axioms or leaf.mask > 0, {}) is None
