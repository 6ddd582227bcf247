"""Claims and positions made from columns are those that are read one by one."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings

from kg.columns.case import hold
from kg.columns.opening import open_columns
from kg.columns.reading import read_records
from kg.columns.statements import of_store
from kg.columns.views import ColumnViews
from kg.contradiction.positions import positions, standing
from kg.contradiction.snapshots import build_world
from kg.graph import KnowledgeGraph
from kg.store import OxigraphStore
from kg.terms import Iri, Quad, Triple
from tests.columns.mess import graphs
from tests.columns.reference import dossiers_of
from tests.columns.test_reading import THEORY


@settings(deadline=None)
@given(graphs())
def test_claims_and_positions_are_the_same_objects(quads: list[Quad]) -> None:
    by_graph: dict[Iri, list[Triple]] = {}
    for quad in quads:
        by_graph.setdefault(quad.g, []).append(quad.triple)  # type: ignore[arg-type]
    with OxigraphStore.in_memory() as store:
        store.put_all(by_graph)
        dossiers = dossiers_of(store.quads())
        views = ColumnViews(hold(read_records(of_store(store)), THEORY), store)
        claims = [claim for dossier in dossiers for claim in dossier.claims]
        assert {c.iri: c for c in claims} == {
            c.iri: c
            for c in map(views.claim, range(len(claims)))
            if c.graph == max(o.graph for o in claims if o.iri == c.iri)
        }
        held = positions(standing(claims).claims, THEORY, build_world(dossiers, THEORY).properties)
        made = {p.key: p for p in map(views.position, range(len(held)))}
        assert set(made) == {p.key for p in held}
        for position in held:
            other = made[position.key]
            assert set(other.claims) == set(position.claims)
            assert replace(other, claims=(), index=0) == replace(position, claims=(), index=0)


def test_a_hot_position_shows_as_many_claims_as_are_asked_for(first_case: KnowledgeGraph) -> None:
    held = open_columns(first_case.store, first_case.theory)  # type: ignore[arg-type]  # in memory
    views = ColumnViews(held, first_case.store)
    hot = max(range(len(held.case.positions)), key=lambda number: len(views.claims_of(number)))
    assert len(views.claims_of(hot)) > 1
    assert len(views.position(hot, most=1).claims) == 1
    assert {views.position(n) for n in range(len(held.case.positions))} >= {
        replace(p, index=views_index(views, p.key)) for p in first_case.check().positions
    }


def views_index(views: ColumnViews, key: str) -> int:
    return next(n for n in range(len(views.held.case.positions)) if views.key(n) == key)
