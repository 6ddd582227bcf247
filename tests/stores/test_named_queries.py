"""Named queries, the check and the accounts give the same through every store, and with every engine."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path

import pytest

from kg.contradiction.computed import conflict_triples
from kg.graph import KnowledgeGraph
from kg.queries import NamedQuery, named_queries, prepare
from kg.store import OxigraphStore, Rows, Store
from kg.terms import Iri, Term, Triple
from kg.vocab import COMPUTED_GRAPH
from tests.conftest import CASE
from tests.stores.conftest import KINDS, opened

TESTS = Path(__file__).resolve().parents[1]
CASES = {"first": CASE, "harbour": TESTS / "views" / "cases" / "harbour.yaml"}
NAMES = sorted(named_queries())


@cache
def graph(case: str) -> KnowledgeGraph:
    return KnowledgeGraph.load(CASES[case])


@cache
def graphs(case: str) -> Mapping[Iri, Sequence[Triple]]:
    """Everything in the store of a case, and its conflicts as a graph of their own."""
    loaded = graph(case)
    kinds = {notation: iri for iri, notation in loaded.theory.notations.items()}
    because = {conflict.id: loaded.prose.because(conflict) for conflict in loaded.conflicts()}
    found = {name: [quad.triple for quad in loaded.store.quads(name)] for name in loaded.store.graphs()}
    return {**found, COMPUTED_GRAPH: list(conflict_triples(loaded.conflicts(), because, kinds))}


@cache
def in_memory(case: str) -> OxigraphStore:
    store = OxigraphStore.in_memory()
    store.put_all(graphs(case))
    return store


@pytest.fixture(scope="module", params=KINDS)
def first(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """Each store with the first case and its conflicts in it."""
    with pytest.MonkeyPatch.context() as patch, opened(request, tmp_path_factory.mktemp("first"), patch) as store:
        store.put_all(graphs("first"))
        yield store


def parameters() -> Iterator[tuple[str, dict[str, str]]]:
    """Every named query as the tables of `tests/queries` ask it, and without any parameter where it needs none."""
    for name in NAMES:
        if not any(parameter.required for parameter in named_queries()[name].params):
            yield name, {}
    for file in sorted((TESTS / "queries").glob("*.csv")):
        head = file.read_text(encoding="utf-8").splitlines()[0]
        if head.startswith("#"):
            yield file.stem.split(".")[0], dict(re.findall(r"(\w+)=(.*?)(?=\s+\w+=|$)", head))


ASKED = list(parameters())


@pytest.mark.parametrize(("name", "params"), ASKED, ids=[" ".join([name, *params]) for name, params in ASKED])
def test_a_named_query_has_one_answer(first: Store, name: str, params: Mapping[str, str]) -> None:
    query = named_queries()[name]
    bindings = prepare(query, params, graph("first").resolve)
    assert comparable(first, query, bindings) == comparable(in_memory("first"), query, bindings)


def comparable(store: Store, query: NamedQuery, bindings: Mapping[str, Term]) -> object:
    """An answer with its order, where the query gives it one: all SELECTs do."""
    found = store.query(query.text, bindings, name=query.name)
    if isinstance(found, Rows):
        assert "ORDER BY" in query.text
        return found
    assert isinstance(found, tuple)
    return set(found)


def test_the_facade_gives_the_same_through_every_store(store: Store) -> None:
    """`kg check`, `kg accounts` and `kg query` rest on these."""
    store.put_all({name: triples for name, triples in graphs("harbour").items() if name != COMPUTED_GRAPH})
    here, there = graph("harbour"), KnowledgeGraph(store)
    assert [conflict.id for conflict in there.conflicts()] == [conflict.id for conflict in here.conflicts()]
    assert [there.prose.because(one) for one in there.conflicts()] == [
        here.prose.because(one) for one in here.conflicts()
    ]
    assert list(there.accounts()) == list(here.accounts())
    for name in ("who-contradicts-whom", "claims-by-speaker", "attribution-chain"):
        assert there.query(name) == here.query(name)
