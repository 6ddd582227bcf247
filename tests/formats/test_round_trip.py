"""What is written can be read, and nothing is lost on the way: YAML and every RDF syntax."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from rdflib import Graph
from rdflib.compare import isomorphic

from kg.formats import GraphSource, read, read_text, write_dossier, write_graph, write_graphs
from kg.formats.rdf_files import keep_apart
from kg.ids import digest
from kg.model import Dossier
from kg.rdf import dossier_triples, read_dossier
from kg.resources import folder
from kg.terms import Quad, Triple, n3
from tests.formats.dossiers import dossiers

HERE = Path(__file__).parent
SMALL = HERE / "small.yaml"
CASES = sorted(folder("examples").rglob("*.yaml"))


def same_graph(left: GraphSource, right: GraphSource) -> bool:
    """Compare with an independent implementation of graph isomorphism."""
    one, two = Graph(), Graph()
    for graph, source in ((one, left), (two, right)):
        graph.parse(data="".join(f"{n3(s)} {n3(p)} {n3(o)} .\n" for s, p, o in source.triples), format="nt")
    return isomorphic(one, two)


def apart(dossier: Dossier) -> set[Triple]:
    return set(keep_apart(dossier_triples(dossier), digest([dossier.iri], 10)))


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(dossiers())
def test_any_dossier_survives_yaml(dossier: Dossier) -> None:
    dossier = read_dossier(dossier.iri, apart(dossier))
    (source,) = read_text(write_dossier(dossier), format="yaml")
    assert read_dossier(source.graph, source.triples) == dossier


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(dossiers())
def test_writing_yaml_twice_gives_the_same_text(dossier: Dossier) -> None:
    text = write_dossier(read_dossier(dossier.iri, apart(dossier)))
    (source,) = read_text(text, format="yaml")
    assert write_dossier(read_dossier(source.graph, source.triples)) == text


@pytest.mark.parametrize("case", [SMALL, *CASES], ids=lambda path: path.stem)
def test_yaml_to_rdf_to_yaml_to_rdf_loses_nothing(case: Path, tmp_path: Path) -> None:
    (first,) = read(case)
    for text in case.parent.glob("*.txt"):
        (tmp_path / text.name).write_bytes(text.read_bytes())
    written = tmp_path / "again.yaml"
    written.write_text(write_dossier(read_dossier(first.graph, first.triples)), encoding="utf-8")
    (second,) = read(written)
    assert second.graph == first.graph
    assert same_graph(first, second)


@pytest.mark.parametrize("syntax", ["ttl", "trig", "nt", "nq", "jsonld"])
@pytest.mark.parametrize("case", [SMALL, *CASES], ids=lambda path: path.stem)
def test_every_rdf_syntax_keeps_the_graph(case: Path, syntax: str) -> None:
    (first,) = read(case)
    text = write_graphs((Quad(*triple, first.graph) for triple in first.triples), syntax)
    (second,) = read_text(text, format=syntax)
    assert second.graph == first.graph
    assert same_graph(first, second)


def test_turtle_is_written_with_the_well_known_prefixes() -> None:
    (source,) = read(SMALL)
    text = write_graph(source.triples, "ttl", {"": "https://example.org/harbour/"})
    assert "@prefix neg: <https://w3id.org/parley/ns#> ." in text
    assert ":ada-quill a neg:Official" in text


def test_writing_is_the_same_whatever_the_order_of_the_triples() -> None:
    (source,) = read(SMALL)
    assert write_graph(source.triples, "ttl") == write_graph(reversed(source.triples), "ttl")


def test_an_unknown_syntax_is_refused_with_the_nearest_one() -> None:
    with pytest.raises(ValueError, match='did you mean "trig"'):
        write_graph([], "trigg")


def test_a_dossier_of_plain_rdf_becomes_readable_yaml() -> None:
    (source,) = read_text(
        """
        @prefix neg: <https://w3id.org/parley/ns#> .
        @prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
        @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
        @prefix prov: <http://www.w3.org/ns/prov#> .
        @prefix ex: <http://example.org/> .
        ex:Ann a neg:Person ; rdfs:label "Ann" .
        ex:c1 a neg:Claim ; prov:wasAttributedTo ex:Ann ; neg:affirms
          [ rdf:subject ex:m ; rdf:predicate rdf:type ; rdf:object neg:Cancelled ] .
        """,
        format="ttl",
    )
    text = write_dossier(read_dossier(source.graph, source.triples))
    assert "ann: {name: Ann, iri: http://example.org/Ann}" in text or "iri: http://example.org/Ann" in text
    assert "by: ann" in text
    assert "names: open" in text
    assert "turtle:" not in text
