"""Proofs as RDF: read back they are the same trees, their names come from content, and nothing confidential is in them."""

from __future__ import annotations

import re
from pathlib import Path

import rdflib
from click.testing import CliRunner
from hypothesis import given, settings
from rdflib import RDFS

from kg.cli import main
from kg.formats import write_graph
from kg.graph import KnowledgeGraph
from kg.ids import canonical, class_iri
from kg.logic.justifications import Proofs
from kg.logic.trace import Proof
from kg.prose import Prose
from kg.terms import Blank, Iri, Term, n3
from kg.times import as_text
from kg.views.proof_rdf import AIF, AIF_PREFIX, RULE_BASE, proofs_rdf
from kg.vocab import NEG, PROV, RDF, SCHEMA, TYPE
from kg.wording import build_wording
from tests.conftest import CASE
from tests.contradiction.random_worlds import RandomWorld, worlds

Tree = tuple[object, ...]
"""Triple in N-Triples or None, denied, when, rule or None, premises."""


def uri(iri: str) -> rdflib.URIRef:
    return rdflib.URIRef(iri)


def read(text: str) -> list[Tree]:
    """Read every proof of a Turtle text: from each conflict to what it was derived from."""
    graph = rdflib.Graph().parse(data=text, format="turtle")
    roots = graph.objects(None, uri(PROV.wasDerivedFrom))
    return sorted((node(graph, root) for root in roots), key=repr)


def node(graph: rdflib.Graph, name: rdflib.term.Node) -> Tree:
    terms = [graph.value(name, uri(p)) for p in (RDF.subject, RDF.predicate, RDF.object)]
    triple = None if terms[0] is None else tuple(term.n3() for term in terms if term is not None)
    denied = graph.value(name, uri(NEG.polarity)) == rdflib.Literal("denies")
    step = graph.value(name, uri(PROV.wasGeneratedBy))
    rule, premises = None, []
    if step is not None:
        plan = graph.value(graph.value(step, uri(PROV.qualifiedAssociation)), uri(PROV.hadPlan))
        rule = str(graph.value(plan, RDFS.label))
        usages = sorted(
            graph.objects(step, uri(PROV.qualifiedUsage)), key=lambda one: int(graph.value(one, uri(SCHEMA.position)))
        )
        premises = [node(graph, graph.value(usage, uri(PROV.entity))) for usage in usages]
        assert {graph.value(usage, uri(PROV.entity)) for usage in usages} == set(graph.objects(step, uri(PROV.used)))
    return triple, denied, str(graph.value(name, uri(NEG.holds))), rule, tuple(premises)


def tree(proof: Proof, prose: Prose) -> Tree:
    """Write a proof as the same plain values; class descriptions are named by their content."""

    def named(term: Term) -> str:
        if isinstance(term, Blank) and canonical(term, prose.wording.properties) != n3(term):
            return n3(class_iri(canonical(term, prose.wording.properties)))
        return rdflib.util.from_n3(n3(term)).n3()  # as the reader of the file writes it

    triple = None if proof.triple is None else tuple(map(named, proof.triple))
    premises = tuple(tree(premise, prose) for premise in proof.premises)
    return triple, proof.denied, as_text(proof.span), proof.rule.id if proof.rule else None, premises


def without_labels(one: Tree) -> str:
    """Write a tree without the labels of unnamed things: a file does not keep them."""
    return re.sub(r"_:\w+", "_:", repr(one))


def test_all_proofs_of_the_first_case_are_read_back_as_they_were(first_case: KnowledgeGraph) -> None:
    for conflict in first_case.conflicts():
        found = first_case.proofs(conflict.id)
        text = write_graph(proofs_rdf(conflict, found, first_case.prose, {}), "ttl", AIF_PREFIX)
        assert read(text) == sorted((tree(proof, first_case.prose) for proof in found.proofs), key=repr)


@settings(max_examples=15, deadline=None, derandomize=True)
@given(worlds())
def test_proofs_of_random_worlds_are_read_back_as_they_were(world: RandomWorld) -> None:
    triples = [*world.ontology, *world.dossier.background]
    prose = Prose(build_wording(triples, {}, {}, world.world.properties))
    for conflict in world.checked.result.conflicts:
        text = write_graph(proofs_rdf(conflict, Proofs((conflict.proof,)), prose, {}), "ttl")
        assert list(map(without_labels, read(text))) == [without_labels(tree(conflict.proof, prose))]


def test_names_come_from_content_and_steps_are_said(first_case: KnowledgeGraph) -> None:
    again = KnowledgeGraph.load(CASE)
    kinds = {"presupposition": NEG.Presupposition}
    for conflict in first_case.conflicts():
        one = set(proofs_rdf(conflict, Proofs((conflict.proof,)), first_case.prose, kinds))
        other = again.conflict(conflict.id)
        assert one == set(proofs_rdf(other, Proofs((other.proof,)), again.prose, kinds))
        for kind in ("RA-node", "CA-node"):
            steps = {t.s for t in one if t.o == AIF.term(kind) and t.s.endswith("/step")}
            assert steps <= {t.s for t in one if t.p == NEG.says}
        edges = {edge: {t.o for t in one if t.p == edge} for edge in (AIF.ConflictedElement, AIF.ConflictingElement)}
        assert edges[AIF.ConflictedElement] and len({frozenset(ends) for ends in edges.values()}) == 1
        speakers = {claim.speaker for side in conflict.sides for claim in side.claims}
        assert speakers == {t.o for t in one if t.p == PROV.wasAttributedTo}
        rules = {Iri(RULE_BASE + rule) for rule in conflict.rules}
        assert rules == {t.s for t in one if t.p == TYPE and t.o == PROV.Plan}


def test_what_was_left_out_is_said(first_case: KnowledgeGraph) -> None:
    conflict = next(c for c in first_case.conflicts() if c.kind == "universal-denial")
    some = first_case.proofs(conflict.id, limit=2)
    said = [str(t.o) for t in proofs_rdf(conflict, some, first_case.prose, {}) if t.p == NEG.incomplete]
    assert said == ["only 2 proofs are listed; there are more"]


# -- the command -----------------------------------------------------------------------------------


def run(*args: str) -> str:
    result = CliRunner().invoke(main, args, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.stdout


def test_check_and_explain_write_turtle(tmp_path: Path, first_case: KnowledgeGraph) -> None:
    assert len(read(run("check", str(CASE), "--format", "ttl"))) == len(first_case.conflicts())
    universal = next(c for c in first_case.conflicts() if c.kind == "universal-denial")
    file = tmp_path / "proof.ttl"
    run("explain", universal.id, str(CASE), "--all-proofs", "-o", str(file))
    assert len(read(file.read_text(encoding="utf-8"))) == 4


SECRET = """\
dossier: https://example.org/case
title: A case
people:
  jane-deep: {name: Jane Deep, confidential: true}
  bob: {name: Bob}
events:
  talks: {type: Meeting, name: the talks, plural: true}
claims:
  said: {by: jane-deep, on: 2019-01-22, affirms: [talks, is, Cancelled]}
  denied: {by: bob, on: 2019-01-22, denies: [talks, is, Cancelled]}
  hushed: {by: bob, on: 2019-01-22, denies: [talks, is, Scheduled], confidential: true, note: the hush note}
"""


def test_nothing_confidential_is_in_the_turtle(tmp_path: Path) -> None:
    dossier = tmp_path / "case.yaml"
    dossier.write_text(SECRET, encoding="utf-8")
    graph = KnowledgeGraph.load(dossier)
    assert len(graph.conflicts()) == 2
    [shown] = graph.public().conflicts()
    for arguments in (["check"], ["explain", shown.id, "--all-proofs"]):
        text = run(*arguments, str(dossier), "--format", "ttl")
        assert len(read(text)) == 1
        for secret in ("jane", "Jane", "hush"):
            assert secret not in text
    assert "jane-deep" in run("check", str(dossier), "--format", "ttl", "--confidential")
