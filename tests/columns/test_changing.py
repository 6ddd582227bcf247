"""Columns brought up to date are those of a full reading."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from kg.columns import opening
from kg.columns.case import hold
from kg.columns.changing import JOURNAL, bound_together, up_to_date
from kg.columns.opening import FOLDER, note_change, open_columns
from kg.columns.reading import read_records
from kg.columns.records import Records
from kg.columns.statements import of_quads
from kg.store import OxigraphStore
from kg.terms import Iri, Quad, Triple
from tests.columns.mess import GRAPHS, graphs
from tests.columns.reference import dossiers_of, expected, found
from tests.columns.test_opening import GRAPH, said, subjects
from tests.columns.test_reading import THEORY
from tests.worlds import ex


@settings(deadline=None, max_examples=2 * settings().max_examples)
@given(graphs(), graphs(), st.sampled_from([[GRAPHS[0]], [GRAPHS[1]], GRAPHS]))
def test_replacing_graphs_is_reading_everything_anew(old: list[Quad], new: list[Quad], changed: list[Iri]) -> None:
    now = [q for q in old if q.g not in changed] + [q for q in new if q.g in changed]
    read: list[Collection[Iri]] = []

    def reading(wanted: Collection[Iri]) -> Records:
        read.append(wanted)
        return read_records(of_quads(q for q in now if q.g in wanted))

    records = up_to_date(read_records(of_quads(old)), changed, reading)
    event(f"graphs read: {len(changed)} -> {len(read[-1])}")
    wanted, got = expected(dossiers_of(now), THEORY), found(records, hold(records, THEORY))
    for part, value in wanted.items():
        assert got[part] == value, part


def test_a_graph_with_a_withdrawn_claim_is_read_again() -> None:
    withdrawal = Triple(ex("c2"), Iri("https://w3id.org/parley/ns#retracts"), ex("c1"))
    old = [Quad(*t, GRAPHS[0]) for t in said(1, "x")]
    new = [Quad(*t, GRAPHS[1]) for t in [*said(2, "y"), withdrawal]]
    assert bound_together(read_records(of_quads(old)), read_records(of_quads(new)), [GRAPHS[1]]) == {GRAPHS[0]}


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A store with columns, whose graphs must not be read again all together."""
    with OxigraphStore.at(tmp_path / "store") as written:
        written.put(GRAPH, [*said(1, "x"), *said(2, "x")])
    assert subjects(tmp_path / "store") == ["x", "x"]
    monkeypatch.setattr(opening, "of_store", lambda *_: pytest.fail("everything was read again"))
    return tmp_path / "store"


def put(store: Path, graph: Iri, triples: list[Triple], *, noted: bool = True) -> None:
    with OxigraphStore.at(store) as written:
        before = written.state()
        written.put(graph, triples)
        if noted:
            note_change(written, before, [graph])


def test_only_the_graphs_that_changed_are_read_again(store: Path) -> None:
    put(store, ex("h"), said(3, "y"))
    assert sorted(subjects(store)) == ["x", "x", "y"]
    put(store, ex("i"), said(4, "z"))
    put(store, GRAPH, said(1, "w"))
    assert sorted(subjects(store)) == ["w", "y", "z"]
    assert sorted(subjects(store)) == ["w", "y", "z"]
    assert len(list((store / FOLDER).glob("records-*"))) == 1
    assert not (store / FOLDER / JOURNAL).exists()


def test_a_store_that_stays_open_is_followed_too(store: Path) -> None:
    with OxigraphStore.at(store) as written:
        for number, thing in enumerate("uvw", 3):
            before = written.state()
            written.put(ex(thing), said(number, thing))
            note_change(written, before, [ex(thing)])
            held = open_columns(written, THEORY)
            assert len(held.records.claims) == number == len(held.tables.rows)


@pytest.mark.parametrize("way", ["not noted", "journal cut", "journal gone"])
def test_a_change_that_is_not_known_leads_to_a_full_reading(store: Path, way: str) -> None:
    put(store, ex("h"), said(3, "y"), noted=way != "not noted")
    journal = store / FOLDER / JOURNAL
    if way == "journal cut":
        journal.write_text(journal.read_text()[:-20])
    elif way == "journal gone":
        journal.unlink()
    with pytest.raises(pytest.fail.Exception, match="everything was read again"):
        subjects(store)
