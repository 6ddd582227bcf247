"""Reasoning without any journalism: rule files, derivations with labels and times, proofs, hitting sets."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations, islice
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.errors import BadInput
from kg.logic.hitting import components, maximal_consistent_sets, minimal_hitting_sets
from kg.logic.limits import Limits
from kg.logic.materialise import Materialisation
from kg.logic.nogoods import Nogoods
from kg.logic.rules import Rule, Var, expand, parse_rules
from kg.logic.trace import Proof, check_proof, prove
from kg.resources import folder
from kg.terms import Iri, Literal, Term, Triple
from kg.times import ALWAYS, Span

PREFIXES = {"ex": "http://e/", "rdf": "http://r/", "xsd": "http://www.w3.org/2001/XMLSchema#"}
GUARDS = {
    "differ": lambda x, y: x != y,
    "distinct": lambda x, y: x != y,
    "incompatible": lambda x, y: False,
    "apart": lambda x, y: True,
    "individuals": lambda x, y: True,
    "relation": lambda x, y: True,
}


def rules(text: str) -> list[Rule]:
    return parse_rules(text, "test.rules", PREFIXES)


def e(name: str) -> Iri:
    return Iri("http://e/" + name)


def fact(text: str) -> Triple:
    s, p, o = text.split()
    return Triple(e(s), e(p), e(o))


def run(text: str, *given_facts: tuple[str, int, Span] | str, limits: Limits | None = None) -> Materialisation:
    """Run rules over facts such as "x p y", with a mask and a span where they are not background."""
    engine = Materialisation(rules(text), GUARDS, limits or Limits())
    for one in given_facts:
        if isinstance(one, str):
            engine.give(fact(one.removeprefix("not ")), denied=one.startswith("not "))
        else:
            engine.give(fact(one[0].removeprefix("not ")), mask=one[1], span=one[2], denied=one[0].startswith("not "))
    engine.run()
    return engine


def known(engine: Materialisation) -> dict[str, list[tuple[int, Span]]]:
    return {
        " ".join(str(t).removeprefix("http://e/") for t in triple): [(entry.mask, entry.span) for entry in entries]
        for triple, denied, entries in engine.facts()
        if not denied
    }


# -- rule files ----------------------------------------------------------------------------------


def test_a_rule_is_read_with_all_its_parts() -> None:
    [rule] = rules(
        """
        # a comment
        rule r-1
          ?x a ex:A, denied ?x ex:p "say \\"no\\"", differ(?x, ?y), <http://full/iri> ex:q ?y
          => ?x ex:r ?y
          says "One sentence."
          kind ex:Kind
        """
    )
    assert rule.id == "r-1" and rule.says == "One sentence." and rule.kind == e("Kind")
    assert [atom.denied for atom in rule.body] == [False, True, False]
    assert rule.body[1].o == Literal('say "no"') and rule.body[2].s == Iri("http://full/iri")
    assert rule.guards[0].name == "differ" and rule.head is not None and rule.head.o == Var("y")


def test_literals_are_read_by_value() -> None:
    [one, other] = rules('rule a ?x ex:n "1"^^xsd:integer => conflict rule b ?x ex:n "01"^^xsd:int => conflict')
    assert one.body[0].o == other.body[0].o


def test_a_list_rule_is_written_out_for_a_list() -> None:
    [rule] = rules("rule k ?c ex:key ?l, ?x a ?c, ?y a ?c, each ?p in ?l ( ?x ?p ?z, ?y ?p ?z ) => ?x ex:same ?y")
    ready = expand(rule, Var("l"), e("list"), [e("p"), e("q")])
    assert not ready.is_template and len(ready.body) == 3 + 4
    assert ready.body[3].p == ready.body[4].p == e("p") and ready.body[3].o == ready.body[4].o
    assert ready.body[3].o != ready.body[5].o  # each member has a value of its own


def test_a_path_rule_is_written_out_as_a_chain() -> None:
    [rule] = rules("rule c ?p ex:chain ?l, path ?l ( ?x ?y ) => ?x ?p ?y")
    ready = expand(rule, Var("l"), e("list"), [e("p"), e("q"), e("r")])
    chain = ready.body[1:]
    assert [atom.p for atom in chain] == [e("p"), e("q"), e("r")]
    assert chain[0].s == Var("x") and chain[-1].o == Var("y")
    assert chain[0].o == chain[1].s and chain[1].o == chain[2].s


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("rule r ?x ex:p ?y => ?x ex:p ?z", "?z is used in rule r but never bound in its body"),
        ("rule r ?x ex:p ?y, differ(?x, ?z) => conflict", "?z is used in rule r but never bound"),
        ("rule r ?x ex:p ?y, difer(?x, ?y) => conflict", 'unknown guard "difer"; did you mean "differ"?'),
        ("rule r ?x foo:p ?y => conflict", 'unknown prefix in "foo:p"'),
        ("rule r ?x ex:p => conflict", 'expected a term, found "=>"'),
        ("rule r ?x ex:p ?y", "the rule ends too early"),
        ("rule r ?x ex:p ?y => conflict\nrule r ?x ex:q ?y => conflict", 'two rules are called "r"'),
        ("rule r ?x ex:p § => conflict", "cannot read"),
    ],
)
def test_a_fault_of_a_rule_file_is_named(text: str, said: str) -> None:
    with pytest.raises(BadInput) as caught:
        rules(text)
    assert said in str(caught.value)


def test_all_faults_of_a_rule_file_are_told_at_once_with_their_places() -> None:
    with pytest.raises(BadInput) as caught:
        rules("rule a ?x ex:p ?y => ?x ex:p ?z\nrule ok ?x ex:p ?y => conflict\nrule b\n  ?x foo:p ?y => conflict")
    assert [(fault.line, fault.column) for fault in caught.value.faults] == [(1, 6), (4, 6)]


def test_the_shipped_rule_files_name_each_rule_once() -> None:
    text = "".join(
        path.read_text(encoding="utf-8") for path in sorted(Path(folder("ontology") / "rules").glob("*.rules"))
    )
    names = [line.split()[1] for line in text.splitlines() if line.startswith("rule ")]
    assert len(names) == len(set(names)) > 70


# -- derivations ---------------------------------------------------------------------------------

TRANSITIVE = "rule t ?x ex:p ?y, ?y ex:p ?z => ?x ex:p ?z"
DENIAL = "rule d ?x ?p ?y, denied ?x ?p ?y => conflict "


def test_what_follows_rests_on_all_that_it_used() -> None:
    engine = run(TRANSITIVE, ("a p b", 1, ALWAYS), ("b p c", 2, ALWAYS), "c p d")
    assert known(engine)["a p d"] == [(3, ALWAYS)]
    assert known(engine)["b p d"] == [(2, ALWAYS)]


def test_what_follows_holds_only_while_all_of_it_does() -> None:
    engine = run(TRANSITIVE, ("a p b", 1, Span(0, 10)), ("b p c", 2, Span(5, 20)), ("c p d", 4, Span(15, 30)))
    assert known(engine)["a p c"] == [(3, Span(5, 10))]
    assert "a p d" not in known(engine)


def test_a_fact_known_from_less_or_for_longer_replaces_the_other() -> None:
    engine = run(TRANSITIVE, ("a p b", 3, Span(0, 10)), ("a p b", 1, Span(0, 20)))
    assert known(engine)["a p b"] == [(1, Span(0, 20))]


def test_facts_known_from_less_but_for_shorter_are_both_kept() -> None:
    engine = run(TRANSITIVE, ("a p b", 1, Span(0, 10)), ("a p b", 3, Span(0, 20)))
    assert sorted(known(engine)["a p b"]) == [(1, Span(0, 10)), (3, Span(0, 20))]


def test_clashes_are_the_minimal_sets() -> None:
    engine = run(
        DENIAL + TRANSITIVE, ("a p b", 1, ALWAYS), ("b p c", 2, ALWAYS), ("not a p c", 4, ALWAYS), ("a p c", 8, ALWAYS)
    )
    assert sorted(clash.mask for clash in engine.clashes) == [7, 12]


def test_a_clash_without_assumptions_is_kept_apart() -> None:
    engine = run(DENIAL, "a p b", "not a p b", ("x p y", 1, ALWAYS))
    assert not engine.clashes and len(engine.ground_clashes) == 1


def test_denials_at_another_time_do_not_clash() -> None:
    assert not run(DENIAL, ("a p b", 1, Span(0, 10)), ("not a p b", 2, Span(11, 20))).clashes
    assert run(DENIAL, ("a p b", 1, Span(0, 10)), ("not a p b", 2, Span(10, 20))).clashes


def test_the_same_set_is_shown_where_it_clashes_longest() -> None:
    engine = run(
        DENIAL + "rule q ?x ex:q ?y => ?x ex:p ?y",
        ("a p b", 1, Span(0, 1)), ("a q b", 1, Span(0, 9)), ("not a p b", 2, Span(0, 9)),
    )  # fmt: skip
    assert [clash.span for clash in engine.clashes] == [Span(0, 9)]


def test_the_shallowest_proof_is_the_one_shown() -> None:
    text = "rule s ?p ex:sub ?q, ?x ?p ?y => ?x ?q ?y rule t ?p ex:sub ?q, ?q ex:sub ?r => ?p ex:sub ?r " + DENIAL
    engine = run(text, "p sub q", "q sub r", "p sub r", ("a p b", 1, ALWAYS), ("not a r b", 2, ALWAYS))
    proof = prove(engine, engine.clashes[0])
    assert [node.rule.id for node in proof.nodes() if node.rule is not None] == ["s", "d"]


def test_a_rule_may_be_tried_again_after_more_was_given() -> None:
    engine = run(DENIAL, ("a p b", 1, ALWAYS))
    engine.give(fact("a p b"), mask=2, denied=True)
    engine.run()
    assert [clash.mask for clash in engine.clashes] == [3]


def test_a_limit_that_is_hit_is_told() -> None:
    chain = [(f"n{i} p n{i + 1}", 1 << i, ALWAYS) for i in range(12)]
    assert run(TRANSITIVE, *chain).complete
    assert not run(TRANSITIVE, *chain, limits=Limits(entries=20)).complete


def test_a_rule_may_ask_for_some_time_and_conclude_for_good() -> None:
    [rule] = rules("rule met ?x ex:p ?y => ?x ex:done ?y")
    for during, follows in ((Span(5, 6), True), (Span(11, 12), False)):
        engine = Materialisation([replace(rule, during=during)], GUARDS)
        engine.give(fact("a p b"), mask=1, span=Span(0, 10))
        engine.run()
        assert ("a done b" in known(engine)) == follows
        if follows:
            assert known(engine)["a done b"] == [(1, ALWAYS)]


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), max_size=8, unique=True))
def test_transitivity_finds_what_walking_finds(edges: list[tuple[int, int]]) -> None:
    engine = run(TRANSITIVE, *((f"n{a} p n{b}", 1 << at, ALWAYS) for at, (a, b) in enumerate(edges)))
    reached = {(a, b) for a in range(5) for b in range(5) if _walk(edges, a, b)}
    assert set(known(engine)) == {f"n{a} p n{b}" for a, b in reached}
    for key, labels in known(engine).items():
        a, b = (int(name[1]) for name in (key.split()[0], key.split()[2]))
        assert {mask for mask, _ in labels} == _least_edge_sets(edges, a, b)


def _walk(edges: list[tuple[int, int]], a: int, b: int) -> bool:
    seen: set[int] = set()
    todo = [y for x, y in edges if x == a]
    while todo:
        node = todo.pop()
        if node not in seen:
            seen.add(node)
            todo += [y for x, y in edges if x == node]
    return b in seen


def _least_edge_sets(edges: list[tuple[int, int]], a: int, b: int) -> set[int]:
    found: list[set[int]] = []
    for size in range(1, len(edges) + 1):
        for some in combinations(range(len(edges)), size):
            if not any(one <= set(some) for one in found) and _walk([edges[i] for i in some], a, b):
                found.append(set(some))
    return {sum(1 << i for i in one) for one in found}


# -- proofs --------------------------------------------------------------------------------------


def proof_of_a_clash() -> Proof:
    engine = run(DENIAL + TRANSITIVE, ("a p b", 1, ALWAYS), ("b p c", 2, ALWAYS), ("not a p c", 4, Span(0, 5)))
    return prove(engine, engine.clashes[0])


def any_leaf(_: Proof) -> bool:
    return True


def test_a_proof_goes_from_what_was_given_to_the_clash() -> None:
    proof = proof_of_a_clash()
    assert proof.triple is None and proof.mask == 7 and proof.span == Span(0, 5)
    assert [leaf.mask for leaf in proof.leaves()] == [1, 2, 4]
    assert [node.rule.id for node in proof.nodes() if node.rule is not None] == ["t", "d"]
    assert check_proof(proof, any_leaf, GUARDS) is None


def test_a_step_shared_by_many_is_looked_at_once() -> None:
    layers = "".join(
        f" rule l{n} ?x ex:p{n} ?y => ?x ex:q{n} ?y rule r{n} ?x ex:p{n} ?y => ?x ex:r{n} ?y"
        f" rule j{n} ?x ex:q{n} ?y, ?x ex:r{n} ?y => ?x ex:p{n + 1} ?y"
        for n in range(40)
    )
    engine = run(layers + " rule end ?x ex:p40 ?y => conflict", ("a p0 b", 1, ALWAYS))
    proof = prove(engine, engine.clashes[0])
    assert sum(1 for _ in proof.nodes()) == 1 + 40 * 3 + 1  # and not two to the fortieth
    assert check_proof(proof, any_leaf, GUARDS) is None


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda p: replace(p, premises=p.premises[:1]), "takes 2 premises, not 1"),
        (lambda p: replace(p, mask=3), "does not account for all the assumptions"),
        (lambda p: replace(p, span=ALWAYS), "for longer than its premises hold"),
        (lambda p: replace(p, span=Span(5, 0)), "holds at no time"),
        (lambda p: replace(p, triple=fact("a p c")), "does not conclude"),
        (lambda p: replace(p, premises=p.premises[::-1]), "does not fit"),
        (lambda p: replace(p, premises=(replace(p.premises[0], triple=fact("a p d")), p.premises[1])), "does not"),
        (lambda p: replace(p, premises=(replace(p.premises[0], rule=None, mask=8), p.premises[1])), "never given"),
    ],
)
def test_a_spoiled_proof_is_found_out(spoil: object, said: str) -> None:
    proof = proof_of_a_clash()
    spoiled = spoil(proof)  # type: ignore[operator]  # the list above holds functions of one proof
    wrong = check_proof(spoiled, lambda leaf: leaf.mask in (1, 2, 4), GUARDS)
    assert wrong is not None and said in wrong


def test_a_guard_is_tried_again_by_the_checker() -> None:
    engine = run("rule g ?x ex:p ?y, differ(?x, ?y) => conflict", ("a p b", 1, ALWAYS))
    proof = prove(engine, engine.clashes[0])
    assert check_proof(proof, any_leaf, GUARDS) is None
    never = {**GUARDS, "differ": lambda x, y: False}
    assert "differ" in (check_proof(proof, any_leaf, never) or "")


# -- hitting sets --------------------------------------------------------------------------------

families = st.lists(st.frozensets(st.integers(0, 6), min_size=1, max_size=3), max_size=7)


def by_trying(sets: list[frozenset[int]]) -> set[frozenset[int]]:
    members = sorted(frozenset().union(*sets))
    every = [frozenset(c) for size in range(len(members) + 1) for c in combinations(members, size)]
    hitting = [one for one in every if all(one & s for s in sets)]
    return {one for one in hitting if not any(other < one for other in hitting)}


@given(families)
def test_hitting_sets_are_those_that_trying_all_finds(sets: list[frozenset[int]]) -> None:
    found = list(minimal_hitting_sets(sets))
    assert len(found) == len(set(found)) and set(found) == by_trying(sets)


@given(families)
def test_hitting_the_hitting_sets_gives_back_the_minimal_sets(sets: list[frozenset[int]]) -> None:
    minimal = {one for one in sets if not any(other < one for other in sets)}
    assert set(minimal_hitting_sets(list(minimal_hitting_sets(sets)))) == minimal


@given(families)
def test_a_consistent_set_holds_no_conflict_and_takes_no_member_more(sets: list[frozenset[int]]) -> None:
    members = frozenset().union(*sets)
    for one in maximal_consistent_sets(members, sets):
        assert not any(s <= one for s in sets)
        assert all(any(s <= one | {more} for s in sets) for more in members - one)


@given(families)
def test_components_share_no_member_and_lose_no_set(sets: list[frozenset[int]]) -> None:
    found = components(sets)
    assert sorted(m for members, _ in found for m in members) == sorted(frozenset().union(*sets))
    assert sorted(sorted(s) for _, inside in found for s in inside) == sorted(sorted(s) for s in sets)
    assert all(s <= members for members, inside in found for s in inside)


def test_a_set_that_cannot_be_hit_leaves_nothing() -> None:
    assert not list(minimal_hitting_sets([frozenset({1}), frozenset()]))
    assert list(minimal_hitting_sets([])) == [frozenset()]


def test_one_against_thousands_is_two_choices() -> None:
    star = [frozenset({0, n}) for n in range(1, 5_000)]
    assert sorted(map(len, minimal_hitting_sets(star))) == [1, 4_999]


def test_many_against_many_is_two_choices() -> None:
    both = [frozenset({n, 1_000 + m}) for n in range(200) for m in range(200)]
    assert sorted(map(len, minimal_hitting_sets(both))) == [200, 200]


def test_a_long_chain_is_walked_lazily_and_not_by_recursion() -> None:
    path = [frozenset({n, n + 1}) for n in range(3_000)]
    for one in islice(minimal_hitting_sets(path), 50):
        assert all(one & s for s in path)


def test_terms_are_numbered_in_the_order_they_come() -> None:
    engine = Materialisation([], {})
    numbers: list[Term] = [e("a"), Literal("x"), e("a")]
    assert [engine.number(term) for term in numbers] == [0, 1, 0]


# -- nogoods -------------------------------------------------------------------------------------


@given(st.lists(st.integers(1, 2**14 - 1), max_size=30))
def test_nogoods_keep_the_minimal_masks(masks: list[int]) -> None:
    nogoods = Nogoods()
    for mask in masks:
        if not nogoods.within(mask):
            nogoods.add(mask)
    assert set(nogoods) == {m for m in masks if not any(other & ~m == 0 and other != m for other in masks)}
    for mask in range(0, 2**14, 97):
        assert nogoods.within(mask) == any(m & ~mask == 0 for m in masks)


def test_a_clash_seen_from_two_sides_is_one() -> None:
    engine = run("rule f ?x ex:p ?y, ?x ex:p ?z, differ(?y, ?z) => conflict", "a p b", "a p c")
    assert len(engine.ground_clashes) == 1
