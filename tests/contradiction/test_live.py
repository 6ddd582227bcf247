"""A case kept checked: after every change it has the conflicts that a full check finds."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, event, given, settings
from hypothesis import strategies as st

from kg.contradiction.as_columns import case_of
from kg.contradiction.columnar_run import Case as Columns
from kg.contradiction.compiled import find
from kg.contradiction import Theory, build_theory
from kg.contradiction.live import Live
from kg.contradiction.live_run import Content
from kg.logic.known_sets import KnownSets
from kg.logic.tables import ConflictTable, PositionTable, TermList
from kg.terms import Iri, Literal, Triple
from kg.times import ALWAYS, Span
from kg.vocab import NEG, OWL, RDFS, TYPE
from tests.contradiction.random_worlds import RandomWorld, worlds
from tests.contradiction.test_proving import fault_in
from tests.worlds import Case, affirms, denies, ex, own_rules, rules_of, triples

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
        (verdict, frozenset(held[rows[member]] for member in members))
        for verdict, members in sets_of(found.conflicts)
    }


@settings(max_examples=settings().max_examples)
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


class Talk:
    """A live case over a small ontology, spoken to in terms."""

    def __init__(self, ontology: str, said: list[tuple[Triple, bool, Span]] | None = None, **options: int) -> None:
        self.terms = TermList()
        theory = build_theory(triples(ontology), (*rules_of("owl2rl"), *rules_of("negotiation")))
        self.case = Columns.of(theory, self.terms, table_of([self.content(*one) for one in said or []]))
        self.live = Live(self.case, **options)

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
        found = find(replace(self.case, positions=positions, conditions=self.live.conditions))
        expected = {(v, frozenset(int(numbers[m]) for m in members)) for v, members in sets_of(found.conflicts)}
        assert sets_of(self.live.conflicts()) == expected


def table_of(contents: list[Content]) -> PositionTable:
    case = Columns.of(build_theory([], []), TermList(), PositionTable.none())
    live = Live(case)
    for one in contents:
        live.add(one)
    return live.held()[1]
