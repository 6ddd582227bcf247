"""The parts of the columnar evaluator against what they say in plain Python."""

from __future__ import annotations

from itertools import product

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.contradiction.columnar.case import Names
from kg.contradiction.columnar.grouping import positions_of
from kg.contradiction.columnar.guards import Groups, Inclusions, Pairs
from kg.contradiction.columnar.literals import LiteralColumns
from kg.logic import labels, overlap
from kg.logic.cycles import relevant_edges
from kg.logic.tables import ClaimTable, PositionTable, Spans, TermList
from kg.terms import XSD, Iri, Literal
from kg.values import incompatible
from kg.vocab import EDTF, NEG

sets = st.frozensets(st.integers(0, 6), max_size=4)


def matrix(rows: list[frozenset[int]]) -> np.ndarray:
    width = max((len(row) for row in rows), default=0)
    found = np.full((len(rows), width), labels.PAD, np.int32)
    for at, row in enumerate(rows):
        found[at, : len(row)] = sorted(row)
    return found


def rows_of(found: np.ndarray) -> list[frozenset[int]]:
    return [frozenset(int(m) for m in row if m != labels.PAD) for row in found]


# -- sets of assumptions ---------------------------------------------------------------------------


@given(st.lists(st.tuples(sets, sets), max_size=8))
def test_sets_unite_row_by_row(pairs: list[tuple[frozenset[int], frozenset[int]]]) -> None:
    left, right = matrix([one for one, _ in pairs]), matrix([other for _, other in pairs])
    found = labels.union(left, right)
    assert rows_of(found) == [one | other for one, other in pairs]
    assert all(list(row) == sorted(row) for row in found)


@given(st.lists(sets.filter(bool), max_size=12))
def test_the_minimal_sets_are_those_that_include_no_other(rows: list[frozenset[int]]) -> None:
    kept = [rows[at] for at in labels.minimal(matrix(rows))]
    assert len(kept) == len(set(kept))
    assert set(kept) == {one for one in rows if not any(other < one for other in rows)}


@given(st.lists(sets.filter(bool), max_size=6), st.lists(st.frozensets(st.integers(0, 9), max_size=8), max_size=6))
def test_sets_that_include_a_known_one_are_told(known: list[frozenset[int]], asked: list[frozenset[int]]) -> None:
    found = labels.Known()
    for one in known:
        found.add(matrix([one]))
    wanted = [any(one <= row for one in known) for row in asked]
    assert found.within(matrix(asked)).tolist() == wanted


# -- joins -----------------------------------------------------------------------------------------

keyed = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 9), st.integers(0, 9)), max_size=12)


def spans_of(rows: list[tuple[int, int, int]]) -> Spans:
    ends = [tuple(sorted(row[1:])) for row in rows]
    return Spans(np.array([a for a, _ in ends], np.int64), np.array([b for _, b in ends], np.int64))


@pytest.mark.parametrize("roomy", [0, 4])
@given(left=keyed, right=keyed)
def test_rows_join_where_keys_are_equal_and_times_meet(
    left: list[tuple[int, int, int]], right: list[tuple[int, int, int]], roomy: int
) -> None:
    """Both ways to join: by hash, and by a sweep."""
    keys = [np.array([row[0] for row in rows], np.int64) for rows in (left, right)]
    one, other = spans_of(left), spans_of(right)
    if roomy:
        found = overlap.meeting_pairs(keys[0], one, keys[1], other)
    else:
        found = overlap._sweep(keys[0], one, keys[1], other, None)
    wanted = {
        (i, j)
        for i, j in product(range(len(left)), range(len(right)))
        if left[i][0] == right[j][0] and one.start[i] <= other.end[j] and other.start[j] <= one.end[i]
    }
    pairs = list(zip(found[0].tolist(), found[1].tolist(), strict=True))
    assert sorted(pairs) == sorted(wanted)


def test_a_key_with_very_many_times_is_swept_not_squared() -> None:
    size = 100_000
    keys, starts = np.zeros(size, np.int64), np.arange(size, dtype=np.int64) * 10
    found = overlap.meeting_pairs(keys, Spans(starts, starts + 9), keys, Spans(starts, starts + 9), most=200_000)
    assert len(found[0]) == size  # each only with itself; all pairs would be ten thousand million


def test_a_join_that_is_too_large_is_refused() -> None:
    keys, always = np.zeros(2_000, np.int64), Spans.always(2_000)
    with pytest.raises(overlap.TooLarge, match="4,000,000 rows"):
        overlap.meeting_pairs(keys, always, keys, always, most=1_000_000)


@given(st.lists(st.tuples(*[st.integers(0, 2**31 - 2)] * 3), min_size=1, max_size=8))
def test_packed_keys_are_equal_where_all_columns_are(rows: list[tuple[int, int, int]]) -> None:
    columns = [np.array(column, np.int32) for column in zip(*rows, strict=True)]
    left, right = overlap.pack(columns, columns)
    for i, j in product(range(len(rows)), repeat=2):
        assert (left[i] == right[j]) == (rows[i] == rows[j])


# -- graphs ----------------------------------------------------------------------------------------

nodes = st.integers(0, 7)


@given(st.lists(st.tuples(nodes, nodes), max_size=16), st.lists(nodes, max_size=3), st.lists(nodes, max_size=3))
def test_edges_on_cycles_and_on_the_way_are_kept(
    edges: list[tuple[int, int]], froms: list[int], tos: list[int]
) -> None:
    graph = nx.DiGraph(edges)
    component = {node: at for at, part in enumerate(nx.strongly_connected_components(graph)) for node in part}
    reach = {node: {node, *nx.descendants(graph, node)} for node in graph}
    wanted = [
        component[a] == component[b] or (any(a in reach.get(f, ()) for f in froms) and any(t in reach[b] for t in tos))
        for a, b in edges
    ]
    tail, head = (np.array([edge[at] for edge in edges], np.int32) for at in (0, 1))
    found = relevant_edges(tail, head, np.array(froms, np.int32), np.array(tos, np.int32))
    assert found.tolist() == wanted


# -- names and values ------------------------------------------------------------------------------


@given(st.lists(st.tuples(nodes, st.integers(0, 2)), max_size=12), st.lists(st.tuples(nodes, nodes), max_size=12))
def test_terms_of_one_group_are_told(rows: list[tuple[int, int]], pairs: list[tuple[int, int]]) -> None:
    both = np.array(rows, np.int32).reshape(-1, 2)
    left, right = (np.array([pair[at] for pair in pairs], np.int32) for at in (0, 1))
    wanted = [any((a, g) in rows and (b, g) in rows for g in range(3)) for a, b in pairs]
    assert Groups.of(both[:, 0], both[:, 1]).together(left, right).tolist() == wanted
    assert Pairs.of(pairs).have(left, right).tolist() == [a != b for a, b in pairs]


@given(st.lists(st.tuples(nodes, nodes), max_size=10), st.lists(st.tuples(nodes, nodes), max_size=6))
def test_values_that_include_each_other_are_not_apart(
    edges: list[tuple[int, int]], pairs: list[tuple[int, int]]
) -> None:
    finer, coarser = (np.array([edge[at] for edge in edges], np.int32) for at in (0, 1))
    left, right = (np.array([pair[at] for pair in pairs], np.int32) for at in (0, 1))
    closed = nx.transitive_closure(nx.DiGraph(edges), reflexive=None)
    wanted = [not (closed.has_edge(a, b) or closed.has_edge(b, a)) or a == b for a, b in pairs]
    assert (Inclusions(finer, coarser).apart(left, right) | (left == right)).tolist() == wanted


LITERALS = [
    *(Literal(text, NEG.Quantity) for text in ("10 %", "~10 %", "10..12 %", "12 %", ">= 12 %", "< 12 %", "10 t", "odd")),
    *(Literal(text, EDTF) for text in ("2019-01", "2019-01-30", "2019-02", "no date")),
    *(Literal(text, Iri(XSD + "integer")) for text in ("1", "2", "1" + "0" * 400, "1" + "0" * 400 + "1", "x")),
    *(Literal("0." + "1" * 30 + digit, Iri(XSD + "decimal")) for digit in "12"),
    Literal("yes"),
    Literal("no"),
    Literal("no", language="en", datatype=Iri("http://www.w3.org/1999/02/22-rdf-syntax-ns#langString")),
    Literal("true", Iri(XSD + "boolean")),
    Literal("1", Iri(XSD + "boolean")),
]  # fmt: skip


def test_literals_in_columns_are_compared_exactly() -> None:
    terms = TermList.of(LITERALS)
    columns = LiteralColumns(terms)

    def exactly(left: np.ndarray, right: np.ndarray) -> np.ndarray:
        return np.array([incompatible(terms.terms[a], terms.terms[b]) for a, b in zip(left, right, strict=True)])

    pairs = np.array(list(product(range(len(LITERALS)), repeat=2)), np.int32)
    left, right = np.ascontiguousarray(pairs[:, 0]), np.ascontiguousarray(pairs[:, 1])
    assert (columns.incompatible(left, right, exactly) == exactly(left, right)).all()


# -- grouping --------------------------------------------------------------------------------------


def table(rows: list[tuple[int, ...]]) -> PositionTable:
    def column(at: int, kind: type = np.int32) -> np.ndarray:
        return np.array([row[at] for row in rows], kind)

    certain = Spans(column(4, np.int64), column(5, np.int64))
    possible = Spans(column(6, np.int64), column(5, np.int64))
    return PositionTable(
        column(0), column(1), column(2), column(3, bool), certain, possible, column(7, bool), column(8)
    )  # fmt: skip


small = st.integers(0, 1)
contents = st.lists(st.tuples(small, small, small, small, small, small, small, small, st.integers(-1, 1)), max_size=12)


@pytest.mark.parametrize("mixed", [True, False])
@given(rows=contents)
def test_claims_of_one_content_take_one_position(rows: list[tuple[int, ...]], mixed: bool) -> None:
    content = table(rows)
    zeros = np.zeros(len(rows), np.int32)
    patch = pytest.MonkeyPatch()
    if not mixed:  # every hash the same: grouped by the content itself
        patch.setattr("kg.contradiction.columnar.grouping._mixed", lambda keys: np.zeros(len(keys[0]), np.uint64))
    with patch.context():
        found, sides = positions_of(ClaimTable(np.arange(len(rows), dtype=np.int32), zeros, content))
    patch.undo()
    assert len(found) == len(set(rows))
    position = sides.positions()
    for at, row in enumerate(rows):
        number = int(position[at])
        again = (found.s, found.p, found.o, found.denied, found.certain.start, found.certain.end)
        assert tuple(int(column[number]) for column in again) == row[:6]
        assert (int(found.possible.start[number]), int(found.hedged[number]), int(found.condition[number])) == row[6:]
        assert at in sides.of(number).tolist()


def test_nobody_has_a_unique_name_unless_it_is_said() -> None:
    assert len(Names.none().term) == 0
