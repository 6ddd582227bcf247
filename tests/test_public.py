"""What may be shown of a graph: itself where nothing is marked, else a copy without what is."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest

from kg.contradiction import CheckOptions
from kg.errors import QueryError
from kg.graph import KnowledgeGraph
from kg.store import OxigraphStore
from kg.terms import Iri, Literal, Triple
from kg.vocab import NEG
from tests.conftest import CASE

LARGE = CheckOptions(columns_from=0)
MARKED = Triple(Iri("urn:somebody"), NEG.note, Literal("met in the car park"))


def graph_of(place: Path, *, marked: bool, options: CheckOptions | None = None) -> KnowledgeGraph:
    loaded = KnowledgeGraph.load(CASE, store=OxigraphStore.at(place))
    if marked:
        loaded.store.put(Iri("urn:more"), [MARKED])
    return KnowledgeGraph(loaded.store, options=options)


def notes(graph: KnowledgeGraph) -> Iterable[Iri]:
    return [quad.p for quad in graph.store.quads() if quad.p == NEG.note]


@pytest.mark.parametrize("options", [None, LARGE])
def test_nothing_is_copied_where_nothing_is_marked(tmp_path: Path, options: CheckOptions | None) -> None:
    graph = graph_of(tmp_path / "store", marked=False, options=options)
    assert graph.public() is graph


def test_what_is_marked_is_left_out_of_a_copy(tmp_path: Path) -> None:
    graph = graph_of(tmp_path / "store", marked=True)
    assert notes(graph)
    shown = graph.public()
    assert shown is not graph
    assert not notes(shown)


def test_a_large_graph_is_copied_only_on_demand(tmp_path: Path) -> None:
    graph = graph_of(tmp_path / "store", marked=True, options=LARGE)
    with pytest.raises(QueryError, match=r"--confidential.*kg export"):
        graph.public()
    assert not notes(graph.public(copy_large=True))
