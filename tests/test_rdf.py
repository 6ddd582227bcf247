"""Records to triples and back, and what a reader makes of hand-written and of broken graphs."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings

from kg.formats import read_text
from kg.model import Dossier, Polarity, Proposition, Withdrawal
from kg.rdf import dossier_triples, proposition_node, read_dossier
from kg.terms import Blank, Iri, Literal, Triple
from kg.vocab import CLASS_BASE, EDTF, NEG, OWL, PROPOSITION_BASE, RDF, RDFS, TYPE
from tests.formats.dossiers import dossiers

PREFIXES = """
@prefix neg: <https://w3id.org/parley/ns#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix prov: <http://www.w3.org/ns/prov#> .
@prefix edtf: <http://id.loc.gov/datatypes/edtf/> .
@prefix oa: <http://www.w3.org/ns/oa#> .
@prefix ex: <http://example.org/> .
"""
CANCELLED = "rdf:subject ex:m ; rdf:predicate rdf:type ; rdf:object neg:Cancelled"


def read(turtle: str, problems: list[str] | None = None) -> Dossier:
    (source,) = read_text(PREFIXES + turtle, format="ttl", file="test.ttl")
    return read_dossier(source.graph, source.triples, problems)


def claim(name: str, rest: str) -> str:
    return f'ex:{name} a neg:Claim ; prov:wasAttributedTo ex:ann ; neg:saidOn "2019-01-22"^^xsd:date ; {rest} .\n'


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(dossiers())
def test_a_dossier_survives_the_graph(dossier: Dossier) -> None:
    again = read_dossier(dossier.iri, dossier_triples(dossier))
    assert set(dossier_triples(again)) == set(dossier_triples(dossier))
    assert read_dossier(again.iri, dossier_triples(again)) == again


def test_propositions_are_the_same_by_content_whatever_they_are_called() -> None:
    dossier = read(
        claim("c1", f"neg:affirms [ {CANCELLED} ]")
        + claim("c2", "neg:denies ex:p")
        + f"ex:p a neg:Proposition ; {CANCELLED} ."
    )
    first, second = dossier.claims
    assert first.commitments[0].proposition == second.commitments[0].proposition
    assert {c.commitments[0].polarity for c in dossier.claims} == {Polarity.AFFIRMS, Polarity.DENIES}


@pytest.mark.parametrize(
    ("literal", "value"),
    [
        ('"2019-01-22"^^xsd:date', "2019-01-22"),
        ('"2019-01-22T10:00:00Z"^^xsd:dateTime', "2019-01-22T10:00:00Z"),
        ('"2019"^^xsd:gYear', "2019"),
        ('"2019-01"^^xsd:gYearMonth', "2019-01"),
        ('"2019-01-22~"^^edtf:EDTF', "2019-01-22~"),
        ('"../2019-01-22"', "../2019-01-22"),
    ],
)
def test_every_type_of_date_becomes_edtf(literal: str, value: str) -> None:
    dossier = read(claim("c", f"neg:affirms [ {CANCELLED} ; neg:holds {literal} ]"))
    assert dossier.claims[0].commitments[0].proposition.holds == Literal(value, EDTF)


def test_a_claim_needs_no_type_if_it_affirms_or_denies() -> None:
    dossier = read(f"ex:c prov:wasAttributedTo ex:ann ; neg:denies [ {CANCELLED} ] .")
    assert [c.iri for c in dossier.claims] == [Iri("http://example.org/c")]


def test_a_claim_may_affirm_and_deny_several_things() -> None:
    other = "rdf:subject ex:m ; rdf:predicate rdf:type ; rdf:object neg:Held"
    (read_claim,) = read(claim("c", f"neg:affirms [ {CANCELLED} ] ; neg:denies [ {other} ]")).claims
    assert [(c.polarity, c.proposition.object) for c in read_claim.commitments] == [
        (Polarity.AFFIRMS, NEG.Cancelled),
        (Polarity.DENIES, NEG.Held),
    ]


def test_equal_class_expressions_are_one_node_and_stay_in_the_background() -> None:
    at_x = "[ owl:onProperty neg:place ; owl:hasValue ex:x ]"
    one = f"[ a owl:Class ; owl:intersectionOf ( neg:Meeting neg:Scheduled {at_x} ) ]"
    two = "[ owl:intersectionOf ( [ owl:hasValue ex:x ; owl:onProperty neg:place ] neg:Scheduled neg:Meeting ) ]"
    nothing = "rdf:predicate rdfs:subClassOf ; rdf:object owl:Nothing"
    dossier = read(
        claim("c1", f"neg:affirms [ rdf:subject {one} ; {nothing} ]")
        + claim("c2", f"neg:denies [ rdf:subject {two} ; {nothing} ]")
    )
    first, second = (c.commitments[0].proposition for c in dossier.claims)
    assert first == second
    assert first.subject.startswith(CLASS_BASE)
    lists = [t.o for t in dossier.background if t.s == first.subject and t.p == OWL.intersectionOf]
    assert len(lists) == 1
    assert {t.o for t in dossier.background if t.p == OWL.hasValue} == {Iri("http://example.org/x")}


def test_a_proposition_inside_a_proposition_is_kept_and_named_by_content() -> None:
    dossier = read(
        claim("c", f"neg:affirms [ rdf:subject ex:us ; rdf:predicate neg:alleges ; rdf:object [ {CANCELLED} ] ]")
    )
    (said,) = dossier.claims[0].commitments
    inner = Proposition(Iri("http://example.org/m"), TYPE, NEG.Cancelled)
    assert said.proposition.object == proposition_node(inner)
    assert Triple(proposition_node(inner), RDF.object, NEG.Cancelled) in dossier.background
    assert Triple(inner.subject, TYPE, NEG.Cancelled) not in dossier.background


def test_background_may_speak_of_a_proposition() -> None:
    dossier = read(claim("c", "neg:affirms ex:p") + f"ex:p {CANCELLED} . ex:d neg:consequence ex:p .")
    (consequence,) = [t.o for t in dossier.background if t.p == NEG.consequence]
    assert str(consequence).startswith(PROPOSITION_BASE)
    assert any(t.s == consequence and t.p == RDF.subject for t in dossier.background)


def test_metadata_of_claims_stays_out_of_the_background() -> None:
    dossier = read(
        claim("c", f'neg:affirms [ {CANCELLED} ] ; neg:note "n" ; neg:mention [ oa:hasSource ex:d ] ; ex:odd ex:x')
        + "ex:m a neg:Meeting ."
    )
    assert dossier.background == {Triple(Iri("http://example.org/m"), TYPE, NEG.Meeting)}
    assert dossier.claims[0].assessments == (
        (Iri("http://example.org/odd"), Iri("http://example.org/x")),
        (NEG.note, Literal("n")),
    )


def test_the_chain_of_reporters_is_ordered_by_step() -> None:
    steps = ", ".join(f"[ neg:step {n} ; neg:reporter ex:r{n} ]" for n in (2, 10, 1))
    dossier = read(claim("c", f"neg:affirms [ {CANCELLED} ] ; neg:report {steps}"))
    assert [str(node)[-2:] for node in dossier.claims[0].chain] == ["r1", "r2", "10"]


def test_withdrawals_are_read() -> None:
    (read_claim,) = read(claim("c", "neg:retracts ex:a ; neg:corrects ex:b")).claims
    assert read_claim.withdraws == (
        (Withdrawal.RETRACTS, Iri("http://example.org/a")),
        (Withdrawal.CORRECTS, Iri("http://example.org/b")),
    )


def test_unique_names_are_read_from_the_graph() -> None:
    assert read("ex:d a neg:Dossier ; neg:uniqueNames true .").unique_names
    assert not read("ex:d a neg:Dossier ; neg:uniqueNames false .").unique_names
    assert not read("ex:d a neg:Dossier .").unique_names


def test_a_claim_without_a_name_gets_a_stable_one() -> None:
    turtle = f"[] a neg:Claim ; prov:wasAttributedTo ex:ann ; neg:affirms [ {CANCELLED} ] ."
    one, two = read(turtle), read("ex:other a ex:Thing .\n" + turtle)
    assert isinstance(one.claims[0].iri, Iri)
    assert one.claims[0].iri == two.claims[0].iri


def test_two_claims_without_a_name_that_say_the_same_stay_two() -> None:
    turtle = f"[] a neg:Claim ; prov:wasAttributedTo ex:ann ; neg:affirms [ {CANCELLED} ] ."
    assert len({c.iri for c in read(turtle + turtle).claims}) == 2


@pytest.mark.parametrize(
    ("turtle", "sentence"),
    [
        ("ex:c a neg:Claim ; neg:affirms [ " + CANCELLED + " ] .", "has no speaker"),
        (claim("c", "neg:affirms [ rdf:subject ex:m ; rdf:object ex:x ]"), "has no rdf:predicate"),
        (claim("c", "neg:affirms [ rdf:subject ex:m, ex:n ; rdf:predicate ex:p ; rdf:object 1 ]"), "has 2 rdf:subject"),
        (claim("c", 'neg:affirms [ rdf:subject "m" ; rdf:predicate ex:p ; rdf:object 1 ]'), "not a resource"),
        (claim("c", "neg:affirms [ rdf:subject ex:m ; rdf:predicate [] ; rdf:object 1 ]"), "not a resource"),
        (claim("c", "neg:affirms ex:nowhere"), "has no rdf:subject"),
        (claim("c", 'neg:affirms "text"'), "where a resource belongs"),
        (claim("c", f"neg:affirms [ {CANCELLED} ; neg:holds 2019 ]"), "which is not a date"),
        (claim("c", f'neg:affirms [ {CANCELLED} ; neg:holds "2019", "2020" ]'), "2 neg:holds"),
        (claim("c", f"neg:affirms [ {CANCELLED} ] ; neg:condition ex:nowhere"), "its content is left out"),
        (claim("c", f"neg:affirms [ {CANCELLED} ] ; prov:wasAttributedTo ex:bob"), "should have one"),
        (claim("c", f'neg:affirms [ {CANCELLED} ] ; neg:certainty "possible"'), "should have one neg:certainty"),
        (claim("c", f"neg:affirms [ {CANCELLED} ] ; neg:report [ neg:step 1 ]"), "names no reporter"),
        (claim("c", f"neg:affirms [ {CANCELLED} ] ; neg:report [ neg:reporter ex:r ]"), "has no number"),
        (claim("c", f"neg:affirms [ {CANCELLED} ] ; neg:mention [ ]"), "names no document"),
        (
            claim("c", f"neg:affirms [ {CANCELLED} ] ; neg:mention [ oa:hasSource ex:d ; oa:hasSelector [ ] ]"),
            "no words",
        ),
        (claim("c", f"neg:affirms [ {CANCELLED} ] ; neg:mention [ oa:hasSource ex:d ; ex:odd 1 ]"), "no place"),
        (
            claim("c", "neg:affirms ex:p") + "ex:p rdf:subject ex:p ; rdf:predicate ex:p ; rdf:object ex:x .",
            "about itself",
        ),
    ],
)
def test_a_malformed_record_is_said_and_never_fatal(turtle: str, sentence: str) -> None:
    problems: list[str] = []
    dossier = read(turtle, problems)
    assert len(dossier.claims) == 1
    assert any(sentence in problem for problem in problems), problems


def test_a_claim_whose_condition_cannot_be_read_commits_to_nothing() -> None:
    (read_claim,) = read(claim("c", f"neg:affirms [ {CANCELLED} ] ; neg:condition ex:nowhere")).claims
    assert read_claim.commitments == ()


def test_a_class_expression_that_unfolds_without_end_is_refused() -> None:
    bomb = (
        "".join(f"_:b{n} owl:unionOf ( _:b{n + 1} _:b{n + 1} ) .\n" for n in range(40))
        + "_:b40 owl:complementOf ex:X ."
    )
    problems: list[str] = []
    dossier = read(
        claim("c", "neg:affirms [ rdf:subject _:b0 ; rdf:predicate rdfs:subClassOf ; rdf:object owl:Nothing ]") + bomb,
        problems,
    )
    assert dossier.claims[0].commitments == ()
    assert any("parts when written out" in problem for problem in problems)


@pytest.mark.parametrize(
    "cycle",
    [
        "_:a owl:complementOf _:b . _:b owl:complementOf _:a .",
        "_:a owl:intersectionOf _:l . _:l rdf:first neg:Held ; rdf:rest _:l .",
        "_:a owl:intersectionOf _:l . _:l rdf:first _:a ; rdf:rest () .",
    ],
)
def test_a_cyclic_class_expression_ends(cycle: str) -> None:
    said = "neg:affirms [ rdf:subject _:a ; rdf:predicate rdfs:subClassOf ; rdf:object owl:Nothing ]"
    dossier = read(claim("c", said) + cycle)
    (commitment,) = dossier.claims[0].commitments
    assert commitment.proposition.subject.startswith(CLASS_BASE)
    assert not isinstance(commitment.proposition.subject, Blank)
    assert commitment.proposition.predicate == RDFS.subClassOf
