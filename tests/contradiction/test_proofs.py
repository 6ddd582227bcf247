"""Every minimal proof of a conflict: against brute force, under limits, and on the first case."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from itertools import count, pairwise, permutations

import pytest
from hypothesis import assume, event, given, settings
from hypothesis import strategies as st

from kg.contradiction import Verdict
from kg.contradiction.proofs import proofs
from kg.errors import QueryError
from kg.graph import KnowledgeGraph
from kg.logic.hitting import minimal_hitting_sets
from kg.logic.justifications import Leaf, minimal_proofs, used
from kg.logic.limits import Limits
from kg.logic.materialise import Materialisation
from kg.logic.rules import Rule, parse_rules
from kg.logic.trace import Proof, check_proof, prove
from kg.terms import Iri, Triple
from kg.times import ALWAYS, Span
from kg.vocab import OWL, RDFS, TYPE
from tests.contradiction.random_worlds import CLASSES, PROPERTIES, RandomWorld, worlds
from tests.contradiction.test_against_bruteforce import all_found, fault_of
from tests.oracle_bruteforce import Item, Reference, closure, reference, write_out
from tests.worlds import Case, affirms, denies

Set = frozenset[int]


def all_minimal(everything: Set, clashes: Callable[[Set], bool]) -> set[Set]:
    """Find all minimal sets that clash, by asking about sets only: what hits all those known, left out, clashes no more.

    If it still does, there is one more (the duality of Reiter 1987, as in Liffiton and Sakallah 2008).
    """
    found: set[Set] = set()
    searching = clashes(everything)
    while searching:
        searching = False
        for hit in minimal_hitting_sets(sorted(found, key=sorted)):
            left = everything - hit
            if clashes(left):
                for one in sorted(left):
                    left = left - {one} if clashes(left - {one}) else left
                found.add(left)
                searching = True
                break
    return found


# -- pure reasoning --------------------------------------------------------------------------------

PREFIXES = {"ex": "http://e/"}
RULES = parse_rules(
    """
    rule trans ?x ex:p ?y, ?y ex:p ?z => ?x ex:p ?z
    rule sym   ?x ex:q ?y => ?y ex:q ?x
    rule mix   ?x ex:p ?y, ?y ex:q ?z => ?x ex:r ?z
    rule up    ?x ex:r ?y => ?x ex:p ?y
    rule loop  ?x ex:p ?x => conflict
    rule both  ?x ex:p ?y, denied ?x ex:p ?y => conflict
    rule two   ?x ex:r ?y, ?x ex:q ?y => conflict
    """,
    "test.rules",
    PREFIXES,
)
THINGS = [Iri(f"http://e/{name}") for name in "abc"]
LINKS = [Iri(f"http://e/{name}") for name in "pppqr"]
SPANS = [ALWAYS, ALWAYS, Span(0, 10), Span(5, 20), Span(15, 30)]


@st.composite
def given_leaves(draw: st.DrawFn) -> list[Leaf]:
    """Draw facts, some of them contents of one of two assumptions, which may have more than one."""
    number = draw(st.integers(4, 11))
    found = []
    for _ in range(number):
        triple = Triple(draw(st.sampled_from(THINGS)), draw(st.sampled_from(LINKS)), draw(st.sampled_from(THINGS)))
        mask = draw(st.sampled_from([0, 0, 0, 0, 1, 2]))
        found.append(Leaf(triple, draw(st.integers(0, 4)) == 0, mask, draw(st.sampled_from(SPANS))))
    spans = {leaf.mask: leaf.span for leaf in found if leaf.mask}  # an assumption holds at one time
    return list(dict.fromkeys(replace(leaf, span=spans.get(leaf.mask, leaf.span)) for leaf in found))


@settings(max_examples=5 * settings().max_examples)
@given(given_leaves(), st.sampled_from([0, 0, 1, 3]), st.lists(st.sampled_from(RULES), min_size=4, unique=True))
def test_the_proofs_are_the_minimal_sets_of_leaves(leaves: list[Leaf], wanted: int, rules: list[Rule]) -> None:
    units: dict[object, list[Leaf]] = {}
    for leaf in leaves:
        units.setdefault(leaf.mask or leaf, []).append(leaf)
    by_number = dict(enumerate(units.values()))
    ground = write_out(rules, {(leaf.denied, *leaf.triple) for leaf in leaves}, {})

    def clashes(chosen: Set) -> bool:
        held = [leaf for number in chosen for leaf in by_number[number]]
        return any(
            closure([(x.denied, *x.triple) for x in held if x.span.start <= at <= x.span.end], ground) is None
            for at in {edge for x in held for edge in (x.span.start, x.span.end)}
        )

    expected = {
        one
        for one in all_minimal(frozenset(by_number), clashes)
        if wanted & ~sum({leaf.mask for number in one for leaf in by_number[number]}) == 0
    }
    found = minimal_proofs(rules, {}, leaves, wanted)
    event(f"proofs: {len(expected)}")
    numbers = {leaf: number for number, together in by_number.items() for leaf in together}
    assert found.complete
    assert {frozenset(numbers[leaf] for leaf in used(proof)) for proof in found.proofs} == expected
    assert len(found.proofs) == len(expected)
    for proof in found.proofs:
        assert (
            check_proof(proof, lambda leaf: Leaf(leaf.triple, leaf.denied, leaf.mask, leaf.span) in leaves, {}) is None
        )  # type: ignore[arg-type]  # a leaf has a triple


def chain(length: int) -> list[Leaf]:
    """Links from each stop to the next by two ways, a circle: a proof takes one way or the other at each stop."""
    stops = [Iri(f"http://e/s{number}") for number in range(length)]
    links = []
    for here, there in zip(stops, [*stops[1:], stops[0]], strict=True):
        links.append(Leaf(Triple(here, Iri("http://e/p"), there), False, 0, ALWAYS))
        links.append(Leaf(Triple(here, Iri("http://e/r"), there), False, 0, ALWAYS))
    return links


def test_every_way_round_is_a_proof_of_its_own() -> None:
    assert len(minimal_proofs(RULES, {}, chain(3), 0).proofs) == 8


def test_more_proofs_than_wanted_are_said_to_be_left_out() -> None:
    found = minimal_proofs(RULES, {}, chain(3), 0, Limits(proofs=5))
    assert len(found.proofs) == 5 and not found.complete
    assert found.incomplete == "only 5 proofs are listed; there are more"


def test_a_limit_leaves_minimal_proofs_and_says_so() -> None:
    leaves = [*chain(4), Leaf(Triple(THINGS[0], Iri("http://e/p"), THINGS[0]), False, 0, ALWAYS)]
    whole = {frozenset(used(proof)) for proof in minimal_proofs(RULES, {}, leaves, 0).proofs}
    for entries in (30, 60, 90):
        cut = minimal_proofs(RULES, {}, leaves, 0, Limits(entries=entries))
        assert cut.incomplete == f"the search for proofs stopped after {entries} derived facts; there may be more"
        assert {frozenset(used(proof)) for proof in cut.proofs} <= whole


def test_time_runs_out_by_the_clock_given() -> None:
    ticks = count()
    found = minimal_proofs(RULES, {}, chain(9), 0, Limits(seconds=3, clock=lambda: float(next(ticks))))
    assert "stopped after 3 seconds" in found.incomplete


def test_a_deep_proof_is_built_without_recursion() -> None:
    [step] = parse_rules("rule step ?x ex:at ?n, ?n ex:next ?m => ?x ex:at ?m", "r", PREFIXES)
    [end] = parse_rules("rule end ?x ex:at ?n, denied ?x ex:at ?n => conflict", "r", PREFIXES)
    stops = [Iri(f"http://e/{number}") for number in range(3_000)]
    engine = Materialisation([step, end], {})
    for here, there in pairwise(stops):
        engine.give(Triple(here, Iri("http://e/next"), there))
    engine.give(Triple(THINGS[0], Iri("http://e/at"), stops[0]), mask=1)
    engine.give(Triple(THINGS[0], Iri("http://e/at"), stops[-1]), mask=2, denied=True)
    engine.run()
    [clash] = engine.clashes
    proof = prove(engine, clash)
    assert sum(1 for _ in proof.leaves()) == 3_001
    assert check_proof(proof, lambda _: True, {}) is None


# -- worlds ----------------------------------------------------------------------------------------


def trial_of(one: RandomWorld, members: Iterable[int], verdict: Verdict) -> Reference:
    """Set up the trial in which each axiom and each background triple may be left out as well."""
    loose = verdict is Verdict.UNDECIDED
    held = [p for p in one.checked.result.positions if p.index in members]
    start = reference(one.world, held, possible=loose, identities=loose)
    facts = dict.fromkeys([*start.background, *((fact, ALWAYS) for fact in start.always)])
    free = max((item.index for item in start.items), default=-1) + 1
    leaves = [Item(number, span, [fact]) for number, (fact, span) in enumerate(facts, free)]
    return Reference(one.world, [*start.items, *leaves], promises=start.promises, ground=start.ground)


MORE = [
    *(Triple(one, RDFS.subClassOf, other) for one, other in permutations(CLASSES, 2)),
    *(Triple(prop, RDFS.domain, one) for prop in PROPERTIES for one in CLASSES),
    *(Triple(prop, TYPE, OWL.TransitiveProperty) for prop in PROPERTIES),
    *(Triple(prop, TYPE, OWL.SymmetricProperty) for prop in PROPERTIES),
    *(Triple(one, RDFS.subPropertyOf, other) for one, other in permutations(PROPERTIES, 2)),
]
"""Axioms that make second ways to what follows already."""


@settings(max_examples=settings().max_examples // 2)
@given(worlds(), st.lists(st.sampled_from(MORE), min_size=3, max_size=8, unique=True), st.data())
def test_the_proofs_of_a_conflict_are_all_its_justifications(
    start: RandomWorld, more: list[Triple], data: st.DataObject
) -> None:
    world = replace(start, ontology=(*start.ontology, *more))
    assume(all_found(world) and not world.checked.result.background_conflicts)
    conflict = data.draw(st.sampled_from(all_found(world)))
    members = frozenset(side.position.index for side in conflict.sides)
    trial = trial_of(world, members, conflict.verdict)
    assume(not trial.inconsistent(frozenset(i.index for i in trial.items if i.index not in members)))
    everything = frozenset(item.index for item in trial.items)
    expected = all_minimal(everything, trial.inconsistent)
    event(f"proofs: {len(expected)}")
    numbers = {
        (fact, item.span): item.index for item in trial.items if item.index not in members for fact in item.facts
    }
    found = proofs(conflict, world.world)

    def rests_on(proof: Proof) -> Set:
        return frozenset(
            conflict.sides[leaf.mask.bit_length() - 1].position.index
            if 0 < leaf.mask.bit_length() <= len(conflict.sides)
            else numbers[(leaf.denied, *leaf.triple), leaf.span]
            for leaf in used(proof)
        )

    assert found.complete
    assert {rests_on(proof) for proof in found.proofs} == expected
    for proof in found.proofs:
        assert fault_of(conflict, proof, world) is None


def test_two_participants_are_two_proofs() -> None:
    case = Case(
        [
            affirms("ann", "[ a owl:Restriction ; owl:onProperty ex:with ; owl:hasValue ex:china ]", "rdfs:subClassOf", "owl:Nothing"),
            affirms("bob", "ex:talks", "ex:held", "ex:yes"),
        ],
        ontology="ex:attends rdfs:subPropertyOf ex:with . ex:hosts rdfs:subPropertyOf ex:with . ex:held rdfs:domain ex:Held .",
        background="ex:talks ex:attends ex:china ; ex:hosts ex:china .",
    )  # fmt: skip
    [conflict] = case.result.conflicts
    assert len(conflict.sides) == 1  # what is recorded is enough
    found = proofs(conflict, case.world)
    assert found.complete and len(found.proofs) == 2
    told = ["\n".join(map(str, case.prose.lines(proof, conflict.sides))) for proof in found.proofs]
    assert sorted("attends" in text for text in told) == [False, True]
    assert sorted("hosts" in text for text in told) == [False, True]


def test_a_shortcut_is_a_second_proof_only_where_it_is_stated() -> None:
    claims = [affirms("ann", "ex:x", "a", "ex:A"), denies("bob", "ex:x", "a", "ex:C")]
    steps = "ex:A rdfs:subClassOf ex:B . ex:B rdfs:subClassOf ex:C ."
    derived = Case(claims, ontology=steps)
    assert len(proofs(derived.the_conflict(), derived.world).proofs) == 1
    stated = Case(claims, ontology=f"{steps} ex:A rdfs:subClassOf ex:C .")
    assert len(proofs(stated.the_conflict(), stated.world).proofs) == 2


def test_a_background_that_contradicts_itself_leaves_the_proof_of_the_check() -> None:
    case = Case(
        [affirms("ann", "ex:x", "ex:p", "ex:y")],
        ontology="ex:A owl:disjointWith ex:B .",
        background="ex:x a ex:A, ex:B .",
        rules="rule odd ?x ex:p ?y, ?c owl:disjointWith ?d, ?x a ?c, ?x a ?d => conflict",
    )
    found = proofs(case.the_conflict(), case.world)
    assert found.proofs == (case.the_conflict().proof,)
    assert found.incomplete == "each proof rests on background that contradicts itself; one is shown"


def test_the_first_case_has_two_vice_ministers_and_two_ways_for_each(first_case: KnowledgeGraph) -> None:
    universal = next(c for c in first_case.conflicts() if c.kind == "universal-denial")
    found = first_case.proofs(universal.id)
    assert found.complete and len(found.proofs) == 4
    texts = [" ".join(map(str, first_case.prose.lines(proof, universal.sides))) for proof in found.proofs]
    assert [("Liao Min" in text, "Wang Shouwen" in text) for text in texts].count((True, False)) == 2
    assert not first_case.proofs(universal.id[:6], limit=1).complete
    with pytest.raises(QueryError, match="no conflict"):
        first_case.proofs("zzz")
