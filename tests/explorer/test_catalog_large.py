"""The catalog of a large graph answers as that of a small one, on the same data."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import cast

import pytest
from hypothesis import given, settings

from kg.columns.browsing.describing import MOST_CLAIMS
from kg.columns.browsing.kinds import count_kinds, kinds_in
from kg.columns.checking import ColumnResult
from kg.contradiction import CheckOptions, Verdict
from kg.contradiction.results import Component, Conflict, Position
from kg.errors import QueryError
from kg.explorer.catalog import Catalog, Facet, Filter, Slice
from kg.explorer.large import LargeCatalog
from kg.explorer.opening import catalog_of
from kg.explorer.small import SmallCatalog
from kg.graph import KnowledgeGraph
from kg.rdf.writing import dossier_triples
from kg.store import OxigraphStore
from kg.terms import Iri, Node
from tests.conftest import CASE
from tests.contradiction.random_worlds import RandomWorld, worlds

ALL = 10_000
PAGES = ("actor", "institution", "meeting", "issue", "document", "thing")


def both(store: OxigraphStore) -> tuple[SmallCatalog, LargeCatalog]:
    small = catalog_of(KnowledgeGraph(store))
    large = catalog_of(KnowledgeGraph(store, options=CheckOptions(columns_from=0)))
    assert isinstance(small, SmallCatalog)
    assert isinstance(large, LargeCatalog)
    return small, large


def nodes_of(catalog: SmallCatalog) -> list[Node]:
    """Every node that a method could be asked about, and one that is nowhere."""
    triples = [t for dossier in catalog.graph.dossiers for t in dossier.background]
    claims = catalog.claims(0, ALL).items
    found: set[Node] = {Iri("urn:nowhere"), *(c.iri for c in claims), *(c.speaker for c in claims)}
    found |= {one.document for c in claims for one in c.mentions}
    found |= {node for t in triples for node in (t.s, t.o) if isinstance(node, Iri)}
    found |= {c.proposition.subject for one in claims for c in one.commitments}
    return sorted(found)


def told(found: Slice[Conflict]) -> tuple[int, set[object]]:
    """Conflicts without their order, and with as many claims on a side as any catalog lists."""
    return found.total, {_told(one) for one in found.items}


def _told(one: Conflict) -> object:
    sides = frozenset((side.position.key, side.claims[:MOST_CLAIMS]) for side in one.sides)
    # The rules are those of one proof; where there are several as short, the two may show different ones.
    return one.id, one.verdict, one.kinds, one.between, sides, one.same, one.distinct


def keys(positions: tuple[Position, ...]) -> list[str]:
    return [position.key for position in positions]


def knots(found: Slice[Component]) -> tuple[int, set[object]]:
    return found.total, {_knot(one) for one in found.items}


def _knot(one: Component | None) -> object:
    if one is None:
        return None
    accounts = frozenset((frozenset(keys(a.keeps)), a.roots, a.on_record, a.unnamed) for a in one.accounts)
    return one.conflicts, frozenset(keys(one.positions)), accounts, one.incomplete


def countable(facets: tuple[Facet, ...]) -> list[Facet]:
    return [facet for facet in facets if facet.name != "kind"]


def filters(catalog: Catalog) -> Iterator[Filter]:
    """Nothing chosen, every listed choice, and pairs of them."""
    yield Filter()
    chosen = [Filter(verdict=verdict) for verdict in Verdict]
    for facet in catalog.facets(Filter()):
        if facet.name == "month":
            chosen += [Filter(month=choice.value) for choice in facet.choices]
    assert isinstance(catalog, SmallCatalog)
    chosen += [Filter(actor=node) for page in ("actor", "institution") for node, _ in catalog.busiest(page, 4)]
    chosen += [Filter(issue=node) for node, _ in catalog.busiest("issue", 4)]
    yield from chosen
    yield Filter(actor=Iri("urn:nowhere"), month="1066-01")
    for one, other in pairwise(chosen):
        yield Filter(
            actor=one.actor or other.actor, issue=one.issue or other.issue, verdict=one.verdict, month=other.month
        )


def assert_same(small: SmallCatalog, large: LargeCatalog) -> None:
    assert large.counts() == small.counts()
    for wanted in filters(small):
        assert told(large.disputes(wanted, 0, ALL)) == told(small.disputes(wanted, 0, ALL)), wanted
        assert countable(large.facets(wanted)) == countable(small.facets(wanted)), wanted
    assert knots(large.components(0, ALL)) == knots(small.components(0, ALL))
    assert set(large.conflict_ids(ALL)) == set(small.conflict_ids(ALL))
    for identifier in small.conflict_ids(ALL):
        assert _told(large.conflict(identifier)) == _told(small.conflict(identifier))
        assert _knot(large.component(large.conflict(identifier))) == _knot(small.component(small.conflict(identifier)))
    assert_same_claims(small, large)
    for page in PAGES:
        assert large.things(page, 0, ALL) == small.things(page, 0, ALL)
        assert large.busiest(page) == small.busiest(page)
    assert list(large.all_things()) == list(small.all_things())
    for node in nodes_of(small):
        assert_same_about(small, large, node)


def assert_same_claims(small: SmallCatalog, large: LargeCatalog) -> None:
    assert large.claims(0, ALL) == small.claims(0, ALL)
    assert large.claims(1, 2) == small.claims(1, 2)
    contested: list[Position] = []
    for claim in small.claims(0, ALL).items:
        ours, theirs = small.positions_of(claim), large.positions_of(claim)
        assert keys(theirs) == keys(ours)
        for one, other in zip(ours, theirs, strict=True):
            assert large.is_contested(other) == small.is_contested(one)
            assert large.claims_of(other, 0, ALL) == small.claims_of(one, 0, ALL)
            contested += [one] if small.is_contested(one) else []
    changes = {(c.id, c.speaker, c.verdict) for c in small.changes(0, ALL).items}
    assert {(c.id, c.speaker, c.verdict) for c in large.changes(0, ALL).items} == changes
    for change in small.changes(0, ALL).items:
        assert large.change(change.id[:8]).id == small.change(change.id[:8]).id == change.id
        assert _knot(large.component(large.change(change.id))) == _knot(small.component(change))
    for catalog in (small, large):
        for unknown in ("", "0", "é", "no-such-id"):
            with pytest.raises(QueryError, match="no change of position is called"):
                catalog.change(unknown)
    withdrawn = {(w.claim.iri, w.by.iri, w.how) for w in small.withdrawn(0, ALL).items}
    assert {(w.claim.iri, w.by.iri, w.how) for w in large.withdrawn(0, ALL).items} == withdrawn


def assert_same_about(small: SmallCatalog, large: LargeCatalog, node: Node) -> None:
    assert large.claim(node) == small.claim(node)
    assert large.claims_by(node, 0, ALL) == small.claims_by(node, 0, ALL)
    assert large.claims_about(node, 0, ALL) == small.claims_about(node, 0, ALL)
    assert large.claims_in(node, 0, ALL) == small.claims_in(node, 0, ALL)
    assert keys(large.positions_about(node)) == keys(small.positions_about(node))
    assert keys(large.positions_about(node, 1)) == keys(small.positions_about(node, 1))
    assert told(large.conflicts_about(node, 0, ALL)) == told(small.conflicts_about(node, 0, ALL))
    assert {c.id for c in large.conflicts_of(node)} == {c.id for c in small.conflicts_of(node)}
    assert large.opponents(node) == small.opponents(node)
    assert {c.id for c in large.changes_by(node)} == {c.id for c in small.changes_by(node)}
    assert large.facts(node) == small.facts(node)
    assert large.referring(node, 0, ALL) == small.referring(node, 0, ALL)
    assert large.role(node) == small.role(node)


# -- the same answers ----------------------------------------------------------------------------


@pytest.mark.parametrize("case", ["us-china-2019", "harbour-table"])
def test_a_case_taken_for_a_large_one(case: str) -> None:
    assert_same(*both_of(CASE.parent / case))


def both_of(path: Path) -> tuple[SmallCatalog, LargeCatalog]:
    store = KnowledgeGraph.load(path).store
    assert isinstance(store, OxigraphStore)
    return both(store)


@settings(max_examples=max(8, settings().max_examples // 10), deadline=None)
@given(worlds())
def test_generated_worlds(world: RandomWorld) -> None:
    with OxigraphStore.in_memory() as store:
        store.put(Iri("urn:g"), dossier_triples(world.dossier))
        graphs = [KnowledgeGraph(store, options=CheckOptions(columns_from=n)) for n in (ALL, 0)]
        for graph in graphs:
            graph.ontology, graph.rules = tuple(world.ontology), tuple(world.rules)
        if not graphs[1].is_large or not all(graph.check().complete for graph in graphs):
            return
        small, large = map(catalog_of, graphs)
        assert isinstance(small, SmallCatalog)
        assert isinstance(large, LargeCatalog)
        assert_same(small, large)
        assert_same_kinds(*graphs)


def assert_same_kinds(small: KnowledgeGraph, large: KnowledgeGraph) -> None:
    """The kinds that are counted beside are those of the conflicts, read one by one."""
    check = cast(ColumnResult, large.check()).columns
    kinds = kinds_in(count_kinds(check))
    ids = check.ids[check.ranked]
    found = {name: {ids[place].decode() for place in kinds.having(name).tolist()} for name in kinds.names}
    conflicts = small.conflicts()
    assert found == {kind: {c.id for c in conflicts if kind in c.kinds} for c in conflicts for kind in c.kinds}
