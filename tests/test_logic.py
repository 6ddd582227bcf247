"""Rules from text, materialisation with labels, and hitting sets, each on its own."""

from __future__ import annotations

from itertools import chain, combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.contradiction import CheckOptions, build_theory, check
from kg.errors import BadInput
from kg.graph import KnowledgeGraph
from kg.logic.hitting import components, maximal_consistent_sets, minimal_hitting_sets
from kg.logic.materialise import Limits, Materialisation
from kg.logic.rules import parse_rules
from kg.terms import Iri, Triple
from kg.times import Span
from tests.conftest import CASE

PREFIXES = {"ex": "http://e/", "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#"}
A, B, P, Q = (Iri(f"http://e/{name}") for name in "abpq")

Sets = st.lists(st.frozensets(st.integers(0, 6), min_size=1, max_size=4), max_size=6)


def _subsets(members: frozenset[int]) -> list[frozenset[int]]:
    every = chain.from_iterable(combinations(sorted(members), size) for size in range(len(members) + 1))
    return [frozenset(one) for one in every]


@given(Sets)
def test_minimal_hitting_sets_are_all_of_them_each_once(sets: list[frozenset[int]]) -> None:
    members = frozenset(chain.from_iterable(sets))
    hitting = [one for one in _subsets(members) if all(one & wanted for wanted in sets)]
    minimal = {one for one in hitting if not any(other < one for other in hitting)}
    found = list(minimal_hitting_sets(sets))
    assert len(found) == len(set(found))
    assert set(found) == minimal


@given(Sets)
def test_maximal_consistent_sets_hold_no_conflict_and_cannot_grow(sets: list[frozenset[int]]) -> None:
    members = frozenset(chain.from_iterable(sets))
    for kept in maximal_consistent_sets(members, sets):
        assert not any(conflict <= kept for conflict in sets)
        assert all(any(conflict <= kept | {more} for conflict in sets) for more in members - kept)


@given(Sets)
def test_components_part_the_members_and_share_none(sets: list[frozenset[int]]) -> None:
    found = components(sets)
    assert frozenset(chain.from_iterable(sets)) == frozenset(chain.from_iterable(members for members, _ in found))
    assert sum(len(members) for members, _ in found) == len(frozenset(chain.from_iterable(sets)))


def _run(text: str, *facts: tuple[Triple, int, Span], limits: Limits | None = None) -> Materialisation:
    engine = Materialisation(parse_rules(text, "t.rules", PREFIXES), {}, limits or Limits())
    for triple, mask, span in facts:
        engine.give(triple, mask=mask, span=span)
    engine.run()
    return engine


def test_a_clash_rests_on_the_assumptions_of_its_premises_while_all_hold() -> None:
    rules = "rule r ?x ex:p ?y, ?x ex:q ?y => conflict"
    engine = _run(rules, (Triple(A, P, B), 0b01, Span(0, 10)), (Triple(A, Q, B), 0b10, Span(5, 20)))
    assert [(clash.mask, clash.span) for clash in engine.clashes] == [(0b11, Span(5, 10))]
    apart = _run(rules, (Triple(A, P, B), 0b01, Span(0, 4)), (Triple(A, Q, B), 0b10, Span(5, 20)))
    assert apart.clashes == []


def test_a_clash_of_the_background_is_kept_apart_and_hides_nothing() -> None:
    rules = "rule r ?x ex:p ?y => conflict\nrule s ?x ex:q ?y => conflict"
    engine = _run(rules, (Triple(A, P, B), 0, Span(0, 9)), (Triple(A, Q, B), 0b1, Span(0, 9)))
    assert len(engine.ground_clashes) == 1
    assert [clash.mask for clash in engine.clashes] == [0b1]


def test_recursion_ends() -> None:
    rules = "rule t ?x ex:p ?y, ?y ex:p ?z => ?x ex:p ?z"
    ring = [Iri(f"http://e/n{i}") for i in range(8)]
    facts = [(Triple(one, P, other), 0, Span(0, 9)) for one, other in zip(ring, ring[1:] + ring[:1], strict=True)]
    engine = _run(rules, *facts)
    assert sum(1 for _ in engine.facts()) == 64


def test_a_limit_that_is_hit_is_said() -> None:
    rules = "rule t ?x ex:p ?y, ?y ex:p ?z => ?x ex:p ?z"
    chain_facts = [(Triple(Iri(f"http://e/n{i}"), P, Iri(f"http://e/n{i + 1}")), 0, Span(0, 9)) for i in range(30)]
    assert _run(rules, *chain_facts).complete
    assert not _run(rules, *chain_facts, limits=Limits(entries=40)).complete


def test_a_check_that_stopped_early_is_incomplete() -> None:
    graph = KnowledgeGraph.load(CASE)
    theory = build_theory(graph.ontology, graph.rules)
    result = check(graph.dossiers, theory, CheckOptions(limits=Limits(entries=50))).result
    assert not result.complete
    assert "50" in result.incomplete[0]


@pytest.mark.parametrize(
    ("text", "line", "column", "message"),
    [
        ("rule r ?x ex:p ?y => ?x ex:p ?z", 1, 6, "?z is used in rule r but never bound"),
        ("rule r ?x ex:p ?y =>", 1, 19, "the rule ends too early"),
        ("rule r ?x exx:p ?y => conflict", 1, 11, 'unknown prefix in "exx:p"; did you mean "ex"?'),
        ("rule r\n  ?x ex:p ?y, diffr(?x, ?y)\n  => conflict", 2, 15, 'unknown guard "diffr"; did you mean "differ"?'),
        ("rule r ?x ex:p $ => conflict", 1, 16, "cannot read"),
    ],
)
def test_faulty_rules_are_told_by_place(text: str, line: int, column: int, message: str) -> None:
    with pytest.raises(BadInput) as caught:
        parse_rules(text, "t.rules", PREFIXES)
    assert any(
        (fault.line, fault.column) == (line, column) and message in fault.message for fault in caught.value.faults
    ), caught.value.faults


def test_all_faults_of_a_rule_file_are_told_at_once() -> None:
    text = "rule a ?x exx:p ?y => conflict\nrule b ?x ex:p ?y => ?z ex:p ?x\nrule b ?x ex:p ?y => conflict\n"
    with pytest.raises(BadInput) as caught:
        parse_rules(text, "t.rules", PREFIXES)
    assert len(caught.value.faults) >= 2
