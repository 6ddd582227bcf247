"""The check where the data is, on servers: what is spoken is SPARQL 1.1, and nothing is known of what stands behind it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import NoReturn

import pytest

from benchmarks.workload.heavy_tailed import hot_proposition
from benchmarks.workload.records import dossier
from benchmarks.workload.six_rules import VALUES, six_rules
from benchmarks.workload.tables import tables
from benchmarks.workload.theories import part_theory, six_rules_theory
from kg.contradiction import Theory, build_theory, check
from kg.logic.tables import FactTable
from kg.model import Claim, Commitment, Dossier, Polarity, Proposition
from kg.pushed import disputed
from kg.rdf import dossier_triples
from kg.store.addresses import open_store
from kg.store.remote import RemoteStore
from kg.terms import XSD, Iri, Literal, Triple
from kg.vocab import EDTF, NEG, OWL, RDF, TYPE
from tests.pushed.whole import assert_equal, conflicts, dossiers_of, of_extract, store_of
from tests.stores.servers import Server
from tests.worlds import ex, rules_of


@contextmanager
def emptied(server: Server) -> Iterator[RemoteStore]:
    """Open a server that other tests may have left something on, without it."""
    with open_store(server.address, writable=True) as store:
        assert isinstance(store, RemoteStore)
        for graph in store.graphs():
            store.remove(graph)
        yield store


def test_oxigraph_is_asked_in_the_same_words(oxigraph: Server) -> None:
    part = hot_proposition(20)
    one = dossier(part.claims, part.terms, part.background)
    with emptied(oxigraph) as store:
        store.put(one.iri, list(dossier_triples(one)))
        try:
            assert_equal(store, part_theory(part))
        finally:
            store.remove(one.iri)


VALUES_KEPT = [
    *(Literal(text, Iri(XSD + kind)) for text, kind in (
        ("05", "integer"), ("5.00", "decimal"), ("1", "boolean"), ("1.0E1", "double"), ("abc", "integer"),
        ("12345678901234567890123", "integer"), ("2019-01-02T12:00:00+02:00", "dateTime"), ("P1D", "duration"),
    )),
    Literal('hé "q" \n x'), Literal("hello", language="en"), Literal("~10 %", NEG.Quantity),
]  # fmt: skip
"""Values that a server may keep otherwise than they are written, or not at all."""


def values_world() -> tuple[Dossier, Theory]:
    """Everything with a value is said to have another, to have none, and to be no such thing; two things share each."""
    d, key, thing = ex("d"), ex("key"), ex("Thing")
    axioms = [Triple(d, TYPE, OWL.FunctionalProperty), Triple(thing, OWL.hasKey, ex("keys"))]
    axioms += [Triple(ex("keys"), RDF.first, key), Triple(ex("keys"), RDF.rest, RDF.nil)]
    said = []
    for at, value in enumerate(VALUES_KEPT):
        one, other, same, having = ex(f"x{at}"), ex(f"y{at}"), ex(f"z{at}"), ex(f"H{at}")
        axioms += [Triple(having, OWL.onProperty, d), Triple(having, OWL.hasValue, value)]
        said += [(Triple(one, d, value), False), (Triple(one, d, VALUES_KEPT[at - 1]), False)]
        said += [(Triple(one, d, value), True), (Triple(one, TYPE, having), True)]
        said += [(Triple(x, key, value), False) for x in (other, same)]
        said += [(Triple(x, TYPE, thing), False) for x in (other, same)]
        said += [(Triple(other, OWL.differentFrom, same), False)]
    claims = tuple(
        Claim(ex(f"c{at}"), ex("ann"), Literal("2019-01-22", EDTF), (Commitment(polarity(denied), Proposition(*what)),))
        for at, (what, denied) in enumerate(said)
    )
    return Dossier(Iri("urn:values"), claims, frozenset()), build_theory(axioms, rules_of("owl2rl"))


def polarity(denied: bool) -> Polarity:
    return Polarity.DENIES if denied else Polarity.AFFIRMS


def not_copied(store: RemoteStore, graphs: Mapping[Iri, Iterable[Triple]]) -> NoReturn:
    pytest.fail(f"{store} was copied for a question, with {len(graphs)} graphs more")


def test_virtuoso_answers_by_itself(virtuoso: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is copied to be asked here, and its own graphs are not seen."""
    monkeypatch.setenv("PARLEY_SPARQL_USER", virtuoso.user)
    monkeypatch.setenv("PARLEY_SPARQL_PASSWORD", virtuoso.password)
    workload = six_rules(600)
    claims, terms = tables(workload.claims, workload.entities, VALUES)
    one = dossier(claims, terms, FactTable.none())
    with emptied(virtuoso) as store:
        store.put(one.iri, list(dossier_triples(one)))
        try:
            whole = check(dossiers_of(store), six_rules_theory()).result
            with monkeypatch.context() as patch:
                patch.setattr(RemoteStore, "copy_with", not_copied)
                found = disputed(store, six_rules_theory(), batch=200)
            assert conflicts(of_extract(found, six_rules_theory())) == conflicts(whole)
            assert whole.conflicts
            assert not found.incomplete
            assert not any(
                "openlinksw" in str(term) for triples in found.graphs.values() for t in triples for term in t
            )
        finally:
            store.remove(one.iri)


def test_virtuoso_is_asked_for_values_as_it_keeps_them(virtuoso: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PARLEY_SPARQL_USER", virtuoso.user)
    monkeypatch.setenv("PARLEY_SPARQL_PASSWORD", virtuoso.password)
    one, theory = values_world()
    with emptied(virtuoso) as store:
        store.put(one.iri, list(dossier_triples(one)))
        try:
            found = assert_equal(store, theory)
        finally:
            store.remove(one.iri)
    here = assert_equal(store_of([one]), theory)
    assert conflicts(of_extract(found, theory)) == conflicts(of_extract(here, theory))
