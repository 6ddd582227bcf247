"""A case kept checked: after every change it has the conflicts that a full check finds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import assume, event, given, settings
from hypothesis import strategies as st

from kg.contradiction import build_theory
from kg.contradiction.columnar.as_columns import case_of
from kg.contradiction.columnar.compiled import find
from kg.contradiction.columnar.live import MOST_STEPS, Live
from kg.contradiction.columnar.live_run import Content
from kg.contradiction.columnar.run import Case as Columns
from kg.logic import relation
from kg.logic.columnar import Facts
from kg.logic.delta import decoder
from kg.logic.known_sets import KnownSets
from kg.logic.relation import Row
from kg.logic.tables import ConflictTable, PositionTable, Spans, TermList
from kg.terms import XSD, Iri, Literal, Triple
from kg.times import ALWAYS, Span
from kg.vocab import RDFS, TYPE
from tests.contradiction.random_worlds import RandomWorld, worlds
from tests.contradiction.test_proving import fault_in
from tests.worlds import Case, affirms, denies, ex, rules_of, triples

Sets = set[tuple[int, frozenset[int]]]


def contents_of(columns: Columns) -> list[Content]:
    return [Content.of(columns.positions, row, columns.conditions) for row in range(len(columns.positions))]


def sets_of(table: ConflictTable) -> Sets:
    rows = zip(table.verdict.tolist(), table.members.tolist(), strict=True)
    found = [(verdict, frozenset(member for member in row if member >= 0)) for verdict, row in rows]
    assert len(found) == len(set(found))
    return set(found)


def checked(columns: Columns, held: dict[int, int]) -> Sets:
    """Check some positions from scratch; `held` gives their rows their numbers."""
    rows = sorted(held)
    found = find(replace(columns, positions=columns.positions.take(np.array(rows, np.intp))))
    return {
        (verdict, frozenset(held[rows[member]] for member in members)) for verdict, members in sets_of(found.conflicts)
    }


@settings(max_examples=settings().max_examples // 2)
@given(worlds(most=8), st.data())
def test_after_every_change_it_is_as_a_full_check(world: RandomWorld, data: st.DataObject) -> None:
    columns = case_of(world.world, world.checked.result.positions)
    contents = contents_of(columns)
    assume(contents)
    begin = data.draw(st.sampled_from([len(contents), len(contents), len(contents) // 2, 0]))
    live = Live.open(replace(columns, positions=columns.positions.take(np.arange(begin))))
    held = {row: row for row in range(begin)}
    steps = data.draw(st.lists(st.sampled_from(range(len(contents))), max_size=6)) + list(range(begin, len(contents)))
    for row in steps:
        before = sets_of(live.conflicts())
        if row in held:
            number = held.pop(row)
            gone = live.retract(number)
            assert {(one.verdict, frozenset(one.members)) for one in gone} == {
                one for one in before if number in one[1]
            }
        else:
            added = live.add(contents[row])
            held[row] = added.position
            new = {(one.verdict, frozenset(one.members)) for one in added.conflicts}
            assert all(added.position in members for _, members in new)
            assert sets_of(live.conflicts()) == before | new
        if live.incomplete or live.ground:
            return
        assert sets_of(live.conflicts()) == checked(columns, held)
    event(f"reopened: {live.reopened}")
    event(f"conflicts: {bool(len(live.conflicts()))}")


# -- one thing at a time ---------------------------------------------------------------------------

Said = tuple[Triple, bool, Span]
LOOPLESS = "ex:p a owl:TransitiveProperty , owl:IrreflexiveProperty . ex:d a owl:FunctionalProperty . ex:A owl:disjointWith ex:B ."


class Talk:
    """A live case over a small ontology, spoken to in terms; it begins with what was said, already checked."""

    def __init__(self, ontology: str, said: Sequence[Said] = (), most_steps: int = MOST_STEPS) -> None:
        self.terms = TermList()
        theory = build_theory(triples(ontology), rules_of("owl2rl"))
        contents = [self.content(*one) for one in said]
        self.case = Columns.of(theory, self.terms, table_of(contents))
        self.live = Live(self.case, most_steps=most_steps)

    def content(self, triple: Triple, denied: bool = False, when: Span = ALWAYS) -> Content:
        s, p, o = (self.terms.number(term) for term in triple)
        return Content(s, p, o, denied, when, when)

    def says(self, triple: Triple, denied: bool = False, when: Span = ALWAYS) -> list[tuple[int, ...]]:
        """Add a position; return the new conflicts, after comparing everything with a full check."""
        added = self.live.add(self.content(triple, denied, when))
        self.compare()
        return sorted(one.members for one in added.conflicts)

    def compare(self) -> None:
        numbers, positions = self.live.held()
        found = find(replace(self.case, positions=positions))
        expected = {(v, frozenset(int(numbers[m]) for m in members)) for v, members in sets_of(found.conflicts)}
        assert sets_of(self.live.conflicts()) == expected


def table_of(contents: Sequence[Content]) -> PositionTable:
    spans = [one.certain or Span(1, 0) for one in contents]
    when = Spans(np.array([w.start for w in spans], np.int64), np.array([w.end for w in spans], np.int64))
    s, p, o = (np.array([getattr(one, name) for one in contents], np.int32) for name in "spo")
    denied = np.array([one.denied for one in contents], bool)
    return PositionTable(s, p, o, denied, when, when, np.zeros(len(s), bool), np.full(len(s), -1, np.int32))


def link(one: str, other: str, name: str = "p") -> Triple:
    return Triple(ex(one), ex(name), ex(other))


def is_a(one: str, cls: str) -> Triple:
    return Triple(ex(one), TYPE, ex(cls))


def chain(*names: str) -> list[Said]:
    return [(link(one, other), False, ALWAYS) for one, other in pairwise(names)]


def test_a_position_that_is_known_changes_nothing() -> None:
    talk = Talk(LOOPLESS, [(is_a("x", "A"), False, ALWAYS), (is_a("x", "B"), False, ALWAYS)])
    added = talk.live.add(talk.content(is_a("x", "A")))
    assert not added.is_new and added.position == 0 and not added.conflicts
    later = talk.live.add(talk.content(is_a("y", "A")))
    assert talk.live.add(talk.content(is_a("y", "A"))).position == later.position
    assert len(talk.live.conflicts()) == 1 and talk.live.reopened == 0


def test_what_was_taken_back_may_be_said_again() -> None:
    talk = Talk(LOOPLESS, [(is_a("x", "A"), False, ALWAYS), (is_a("x", "B"), False, ALWAYS)])
    gone = talk.live.retract(0)
    assert [one.members for one in gone] == [(0, 1)] and not len(talk.live.conflicts())
    assert talk.says(is_a("x", "A")) == [(1, 2)]
    with pytest.raises(KeyError):
        talk.live.retract(0)
    assert talk.live.position(talk.content(is_a("x", "A"))) == 2
    assert talk.live.reopened == 0


def test_an_edge_closes_a_circle_of_edges_that_nobody_looked_at() -> None:
    talk = Talk(LOOPLESS, chain("a", "b", "c", "d"))
    assert talk.says(link("d", "a")) == [(0, 1, 2, 3)]
    assert talk.says(link("c", "b")) == [(1, 4)]
    assert talk.says(link("b", "b")) == [(5,)]
    talk.live.retract(1)
    assert talk.says(link("b", "d")) == [(0, 3, 6)]
    assert talk.live.reopened == 0


def test_a_circle_counts_only_if_all_of_it_is_so_at_one_time() -> None:
    early, late = Span(0, 10), Span(20, 30)
    talk = Talk(LOOPLESS, [(link("a", "b"), False, early), (link("b", "c"), False, late)])
    assert talk.says(link("c", "a")) == []
    assert talk.says(link("b", "a"), when=Span(5, 25)) == [(0, 3)]


def test_a_denied_pair_meets_the_ways_from_one_end_to_the_other() -> None:
    talk = Talk(LOOPLESS, [*chain("a", "b", "c", "d"), (link("a", "z"), True, ALWAYS)])
    assert talk.says(link("a", "d"), denied=True) == [(0, 1, 2, 4)]
    assert talk.says(link("d", "z")) == [(0, 1, 2, 3, 5)]
    assert talk.says(link("b", "d")) == [(0, 3, 5, 6), (0, 4, 6)]
    assert talk.live.reopened == 0


spans = st.sampled_from([ALWAYS, ALWAYS, Span(0, 10), Span(5, 20), Span(15, 30)])
edges = st.tuples(st.sampled_from("abcde"), st.sampled_from("abcde"))


@st.composite
def said_of_links(draw: st.DrawFn) -> list[Said]:
    """Draw links, some denied, that make many ways and circles."""
    found = draw(
        st.lists(st.tuples(edges, st.integers(0, 5), spans), min_size=2, max_size=12, unique_by=lambda x: x[:1])
    )
    return [(link(*ends), chance == 0, when) for ends, chance, when in found]


@pytest.mark.parametrize("kind", ["owl:IrreflexiveProperty", "owl:AsymmetricProperty"])
@settings(max_examples=settings().max_examples // 4)
@given(said=said_of_links(), begin=st.integers(0, 6), back=st.integers(0, 5))
def test_relations_without_circles_stay_as_a_full_check_finds_them(
    kind: str, said: list[Said], begin: int, back: int
) -> None:
    every = [(is_a("x", "A"), False, ALWAYS), (link("m", "n"), False, ALWAYS), (link("m", "o"), True, ALWAYS)]
    talk = Talk(f"ex:p a owl:TransitiveProperty , {kind} .", [*every, *said[:begin]])
    for one in said[begin:]:
        talk.says(*one)
    if back < len(said):
        talk.live.retract(len(every) + back)
        talk.compare()
        talk.says(*said[back])
    assert talk.live.reopened == 0


@pytest.mark.parametrize(
    ("said", "denied"),
    [
        (Triple(ex("A"), RDFS.subClassOf, ex("C")), False),
        (link("x", "y", "never-heard-of"), False),
        (is_a("x", "A"), True),
    ],
    ids=["an axiom", "a property", "a denial"],
)
def test_what_nobody_said_before_is_checked_anew(said: Triple, denied: bool) -> None:
    talk = Talk(LOOPLESS, [(is_a("x", "A"), False, ALWAYS), (link("x", "y", "d"), False, ALWAYS)])
    talk.says(said, denied)
    assert talk.live.reopened == 1
    talk.says(is_a("y", "A"))
    assert talk.live.reopened == 1


def test_a_value_where_there_were_only_things_is_checked_anew() -> None:
    talk = Talk("ex:e rdfs:range ex:A .", [(link("x", "y", "e"), False, ALWAYS), (is_a("z", "A"), True, ALWAYS)])
    talk.says(Triple(ex("x"), ex("e"), Literal("7", Iri(f"{XSD}integer"))))
    assert talk.live.reopened == 1


def test_an_ill_typed_value_is_noticed_where_there_was_none() -> None:
    integer = Iri(f"{XSD}integer")
    talk = Talk(LOOPLESS, [(Triple(ex("x"), ex("e"), Literal("7", integer)), False, ALWAYS)])
    assert talk.says(Triple(ex("y"), ex("e"), Literal("seven", integer))) == [(1,)]


def test_hedges_conditions_and_rough_dates_open_what_was_not_needed_before() -> None:
    case = Case(
        [
            affirms("ann", "ex:x", "a", "ex:A", holds="2019-01-22"),
            denies("bob", "ex:x", "a", "ex:A", holds="2019-01-22~"),
            denies("cem", "ex:x", "a", "ex:A", holds="2019-01-22", certainty="Possible"),
            affirms("dan", "ex:x", "a", "ex:A", given=("ex:y", "a", "ex:B"), holds="2019-02-01"),
            affirms("eve", "ex:y", "a", "ex:B", holds="2019-02-01"),
            denies("fay", "ex:x", "a", "ex:A", holds="2019-02-01"),
        ],
        ontology="ex:A neg:persistence neg:State . ex:B neg:persistence neg:State .",
    )
    columns = case_of(case.world, case.checked.result.positions)
    live = Live(replace(columns, positions=columns.positions.take(np.arange(0))))
    held: dict[int, int] = {}
    for row, content in enumerate(contents_of(columns)):
        held[row] = live.add(content).position
        assert sets_of(live.conflicts()) == checked(columns, held)
    assert {verdict for verdict, _ in sets_of(live.conflicts())} == {0, 1, 2}
    assert not live.incomplete and not live.ground


def test_too_many_steps_for_one_position_mean_a_full_check() -> None:
    talk = Talk(LOOPLESS, chain(*"abcdefgh"), most_steps=5)
    assert talk.says(link("h", "a")) == [(0, 1, 2, 3, 4, 5, 6, 7)]
    assert talk.live.reopened == 1


@pytest.mark.parametrize("where", ["kg.logic.delta.Delta._join", "kg.contradiction.columnar.live.LiveVerdicts"])
def test_what_is_interrupted_was_never_said(where: str, monkeypatch: pytest.MonkeyPatch) -> None:
    talk = Talk(LOOPLESS, [(is_a("x", "A"), False, ALWAYS), (is_a("y", "B"), False, ALWAYS), *chain("a", "b", "c")])

    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    new = [is_a("x", "B"), link("c", "a")] if "delta" in where else [link("x", "y", "never-heard-of")]
    for triple in new:
        with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
            patch.setattr(where, interrupted)
            talk.live.add(talk.content(triple))
        assert talk.live.position(talk.content(triple)) is None
        talk.compare()
    assert talk.says(is_a("y", "A")) == [(1, len(talk.live.held()[0]) + len(new) - 1)]


def test_what_it_finds_can_be_proved() -> None:
    case = Case(
        [
            affirms("ann", "ex:jones", "ex:holds", "ex:office"),
            denies("bob", "ex:jones", "ex:worksIn", "ex:europe"),
            denies("bob", "ex:jones", "ex:worksIn", "ex:asia"),
        ],
        ontology="ex:worksIn owl:propertyChainAxiom ( ex:holds ex:in ) .",
        background="ex:office ex:in ex:europe .",
    )
    columns = case_of(case.world, case.checked.result.positions)
    [(_, members)] = sets_of(find(columns).conflicts)
    first, last = sorted(members)
    live = Live(columns)
    live.retract(last)
    added = live.add(Content.of(columns.positions, last))
    [conflict] = added.conflicts
    proof = live.prove(conflict)
    assert proof is not None and live.reopened == 0
    rows = {first: first, added.position: last}
    assert fault_in(proof, [rows[member] for member in conflict.members], case) is None


# -- sets ------------------------------------------------------------------------------------------

label = st.lists(st.integers(0, 20), unique=True, min_size=1, max_size=12).map(lambda members: tuple(sorted(members)))


@given(st.lists(label, max_size=8), st.lists(st.integers(0, 30), unique=True, max_size=20))
def test_known_sets_are_found_within_larger_ones(known: list[tuple[int, ...]], members: list[int]) -> None:
    expected = any(set(one) <= set(members) for one in known)
    found = KnownSets(known)
    assert found.within(tuple(sorted(members))) == expected
    for one in set(known):
        found.remove(one)
    assert not len(found) and not found.within(tuple(sorted(members)))


# -- relations -------------------------------------------------------------------------------------

numbers = st.integers(0, 3)
rows = st.tuples(numbers, numbers, st.integers(0, 9), st.integers(0, 20), st.integers(0, 12)).map(
    lambda row: (row[0], row[1], (row[2],), row[3], row[3] + row[4])
)
wanted = st.integers(-1, 3)


@pytest.mark.parametrize("many", [2, 1_000])
@given(
    columns=st.lists(rows, max_size=20),
    later=st.lists(rows, max_size=6),
    dead=st.sets(st.integers(0, 9), max_size=3),
    asked=st.tuples(wanted, wanted, st.integers(0, 30), st.integers(0, 10)),
)
def test_a_relation_gives_the_rows_asked_for(
    many: int, columns: list[Row], later: list[Row], dead: set[int], asked: tuple[int, int, int, int]
) -> None:
    s, o, start, length = asked
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(relation, "_MANY", many)
        patch.setattr(relation, "_FEW", many)
        gone: set[int] = set()
        found = relation.Relation(gone) if not columns else relation.Relation.of([facts_of(columns)], decoder(10), gone)
        for row in later:
            found.add(row)
        gone |= dead
        expected = [
            row
            for row in (*columns, *later)
            if (s < 0 or row[0] == s) and (o < 0 or row[1] == o) and row[3] <= start + length and start <= row[4]
        ]
        alive = [row for row in expected if dead.isdisjoint(row[2])]
        assert sorted(found.meeting(s, o, start, start + length)) == sorted(alive)
        assert found.count(s, o) >= len(alive)


def facts_of(rows: list[Row]) -> Facts:
    s, o = (np.array([row[at] for row in rows], np.int32) for at in (0, 1))
    times = Spans(*(np.array([row[at] for row in rows], np.int64) for at in (3, 4)))
    return Facts(s, o, np.array([row[2] for row in rows], np.int32), times)
