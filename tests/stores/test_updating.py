"""SPARQL Update on the embedded store: one transaction, nothing fetched, and looked at before it is done."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kg.errors import QueryError, StoreError
from kg.store import updating
from kg.store.oxigraph import OxigraphStore
from kg.store.updating import changes
from kg.terms import Iri, Literal, Triple

G, H = Iri("http://e/g"), Iri("http://e/h")
S, P = Iri("http://e/s"), Iri("http://e/p")
ONE, TWO = Triple(S, P, Literal("1")), Triple(S, P, Literal("2"))


@pytest.fixture(params=["memory", "folder"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[OxigraphStore]:
    opened = OxigraphStore.in_memory() if request.param == "memory" else OxigraphStore.at(tmp_path / "store")
    with opened as empty:
        empty.put_all({G: [ONE], H: [TWO]})
        yield empty


def content(store: OxigraphStore) -> dict[Iri, set[Triple]]:
    return {graph: {quad.triple for quad in store.quads(graph)} for graph in store.graphs()}


def test_several_operations_are_one_transaction(store: OxigraphStore) -> None:
    before, state = content(store), store.state()
    with pytest.raises(QueryError, match="2:"):
        store.update("DROP ALL ;\n INSERT DATA { nonsense")
    assert content(store) == before
    with pytest.raises(QueryError):  # found out only when it runs
        store.update(f"DELETE WHERE {{ GRAPH <{G}> {{ ?s ?p ?o }} }} ; CREATE GRAPH <{H}>")
    assert content(store) == before
    store.update(f"DELETE WHERE {{ GRAPH <{G}> {{ ?s ?p ?o }} }} ; INSERT DATA {{ GRAPH <{H}> {{ <{S}> <{P}> '1' }} }}")
    assert content(store)[H] == {ONE, TWO}
    assert not content(store).get(G)
    assert store.state() is None or store.state() != state


@pytest.mark.parametrize(
    "text",
    [
        "LOAD <file:///etc/passwd>",
        "load silent <http://127.0.0.1:9/> into graph <http://e/g>",
        "PREFIX e: <http://e/> DROP GRAPH e:g ; LOAD <http://127.0.0.1:9/>",
        "INSERT { GRAPH <http://e/g> { ?s ?p ?o } } WHERE { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }",
        "SELECT * { ?s ?p ?o }",
        "ASK { ?drop ?all 'DROP ALL' }",
        "",
        "# DROP ALL",
    ],
)
def test_what_is_refused(store: OxigraphStore, text: str) -> None:
    before = content(store)
    for refused in (store.update, lambda text: changes(store, text)):
        with pytest.raises(QueryError):
            refused(text)
    assert content(store) == before


def test_words_in_names_and_texts_are_no_commands(store: OxigraphStore) -> None:
    store.update("PREFIX load: <http://e/> INSERT DATA { GRAPH load:g { load:load load:service 'LOAD <x> SERVICE' } }")
    assert len(content(store)[G]) == 2


def test_a_store_that_is_only_read(tmp_path: Path) -> None:
    with OxigraphStore.at(tmp_path / "store") as made:
        made.put(G, [ONE])
    with OxigraphStore.read_only(tmp_path / "store") as store, pytest.raises(StoreError, match="reading only"):
        store.update("DROP ALL")


def test_changes_are_found_out_without_changing(store: OxigraphStore) -> None:
    before = content(store)
    new = Iri("http://e/new")
    found = changes(
        store,
        f"DROP GRAPH <{G}> ; INSERT DATA {{ GRAPH <{new}> {{ <{S}> <{P}> '1' }} }} ;"
        f"DELETE DATA {{ GRAPH <{H}> {{ <{S}> <{P}> 'not there' }} }}",
    )
    assert found.dropped == {G}
    assert found.graphs == {new: {ONE}}
    assert content(store) == before


def test_statements_outside_graphs_are_refused(store: OxigraphStore) -> None:
    with pytest.raises(QueryError, match="outside named graphs"):
        changes(store, "INSERT DATA { <http://e/s> <http://e/p> 1 }")


def test_a_large_store_is_refused(store: OxigraphStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(updating, "LARGEST", 1)
    with pytest.raises(QueryError, match="more than 1 statements"):
        changes(store, "DROP ALL")
