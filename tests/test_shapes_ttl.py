"""The SHACL shapes: a good record passes, and each rule says what to do about a bad one."""

from __future__ import annotations

from functools import cache

import pytest
from pyshacl import validate
from rdflib import RDF, SH, Graph, Literal, URIRef

from kg.resources import ontology_file
from kg.vocab import PREFIXES

PREFIX_LINES = [f"@prefix {name}: <{iri}> ." for name, iri in PREFIXES.items()]
HEAD = "\n".join([*PREFIX_LINES, "@prefix ex: <http://example.org/> .\n"])

WHO = "prov:wasAttributedTo ex:ann ; "
WHEN = 'neg:saidOn "2019-01-22"^^xsd:date ; '
WHAT = "neg:affirms ex:p1 ; "
THINGS = """
ex:ann a neg:Person ; rdfs:label "Ann" .
ex:p1 a neg:Proposition ; rdf:subject ex:m ; rdf:predicate rdf:type ; rdf:object neg:Cancelled .
"""
# Each of these may be continued with more properties.
CLAIM = THINGS + "ex:c1 a neg:Claim ; " + WHO + WHEN + WHAT
LATER = CLAIM + '. ex:c2 a neg:Claim ; neg:saidOn "2019-01-24"^^xsd:date ; '
PROPOSITION = "ex:p2 a neg:Proposition ; rdf:subject ex:m ; rdf:predicate rdf:type ; rdf:object neg:Held ; "
SOURCE = 'ex:s a neg:UnnamedSource ; rdfs:label "an official" ; '
MEMBERSHIP = "ex:ann org:hasMembership ex:x . ex:x a neg:Membership ; "
DEADLINE = 'ex:d a neg:Deadline ; rdfs:label "the deadline" ; '
DOCUMENT = 'ex:doc a neg:Document ; rdfs:label "a text" ; '
QUOTE = 'neg:mention [ oa:hasSource ex:doc{n} ; oa:hasSelector [ oa:exact "off" ] ] . '

GOOD = (
    CLAIM
    + """.
ex:case a neg:Dossier ; dcterms:title "A case" ; neg:uniqueNames true .
ex:bob a neg:Official ; rdfs:label "Bob" ; org:hasMembership ex:bob-adviser .
ex:bob-adviser a neg:Membership ; neg:post ex:adviser ; neg:during "2018-04/.."^^edtf:EDTF .
ex:adviser a neg:SingleHolderPost ; rdfs:label "adviser" .
ex:people a neg:UnnamedSource ; neg:descriptor "people who were told" ; neg:minSize 2 ;
    neg:accessBasis neg:AccessBriefed .
ex:doc a neg:NewsArticle ; dcterms:title "Talks off" ; dcterms:issued "2019-01-22"^^edtf:EDTF .
ex:offer a neg:CounterOffer ; rdfs:label "the answer" ; neg:madeBy ex:ann ; neg:counterTo ex:first .
ex:first a neg:Offer ; rdfs:label "the first offer" .
ex:made a neg:Proposition ; rdf:subject ex:first ; rdf:predicate neg:madeBy ; rdf:object ex:bob .
ex:deadline a neg:Deadline ; rdfs:label "the deadline" ; neg:dueOn "2019-03-01"^^edtf:EDTF .
ex:tariff a neg:Tariff ; rdfs:label "the tariff" ;
    neg:rate "10 %"^^neg:Quantity ; neg:share "~50 %"^^neg:Quantity .
ex:m a neg:Meeting ; rdfs:label "the meeting" ; neg:date "2019-01-30/2019-01-31"^^edtf:EDTF .
ex:p2 rdf:subject ex:m ; rdf:predicate neg:participant ; rdf:object ex:bob ;
    neg:holds "2019-01"^^xsd:gYearMonth .
ex:c3 a neg:Claim ; prov:wasAttributedTo ex:people ; neg:saidOn "../2019-01-22~"^^edtf:EDTF ;
    neg:denies ex:p2 ; neg:condition ex:p1 ; neg:certainty neg:Probable ; neg:attribution neg:OnBackground ;
    neg:capacity ex:bob-adviser ; neg:medium ex:doc ; neg:audience ex:bob ;
    neg:reliability neg:ReliabilityB ; neg:credibility neg:Credibility2 ;
    neg:likelihood neg:Likely ; neg:confidence neg:ConfidenceLow ;
    neg:reading "Bob will stay at home." ; neg:report ex:r1, ex:r2 ; neg:mention ex:c3-mention .
ex:r1 a neg:Report ; neg:step 1 ; neg:reporter ex:bob .
ex:r2 a neg:Report ; neg:step 2 ; neg:reporter ex:doc .
ex:c3-mention a neg:Mention ; oa:hasSource ex:doc ;
    oa:hasSelector [ a oa:TextQuoteSelector ; oa:exact "no Bob" ] .
ex:c4 a neg:Claim ; prov:wasAttributedTo ex:ann ; neg:saidOn "2019-01-23"^^xsd:date ; neg:retracts ex:c1 .
"""
)

# shape that must speak: a record that breaks it
BAD: dict[str, str] = {
    "Claim-speaker": THINGS + "ex:c1 a neg:Claim ; " + WHEN + WHAT + ".",
    "Claim-speakerNode": THINGS + "ex:c1 a neg:Claim ; prov:wasAttributedTo 'Ann' ; " + WHEN + WHAT + ".",
    "Claim-saidOn": THINGS + "ex:c1 a neg:Claim ; " + WHO + WHAT + ".",
    "Claim-saidOnDate": THINGS + "ex:c1 a neg:Claim ; neg:saidOn 'Tuesday' ; " + WHO + WHAT + ".",
    "Claim-proposition": CLAIM + "neg:denies 'the meeting was cancelled' .",
    "Claim-act": THINGS + "ex:c1 a neg:Claim ; " + WHO + WHEN + ".",
    "Claim-typed": THINGS + "ex:c1 " + WHO + WHEN + WHAT + ".",
    "Claim-certainty": CLAIM + "neg:certainty neg:Likely .",
    "Claim-condition": CLAIM + "neg:condition ex:p1, ex:p2 . " + PROPOSITION + ".",
    "Claim-attribution": CLAIM + "neg:attribution ex:whispered .",
    "Claim-capacity": CLAIM + "neg:capacity 'adviser' .",
    "Claim-medium": CLAIM + "neg:medium 'television' .",
    "Claim-audience": CLAIM + "neg:audience 'the nation' .",
    "Claim-reading": CLAIM + "neg:reading 'It is off.', 'It is on.' .",
    "Claim-reliability": CLAIM + "neg:reliability neg:Credibility1 .",
    "Claim-credibility": CLAIM + "neg:credibility neg:ReliabilityA .",
    "Claim-likelihood": CLAIM + "neg:likelihood neg:Probable .",
    "Claim-confidence": CLAIM + "neg:confidence neg:Certain .",
    "Withdrawal-target": LATER + WHO + "neg:corrects ex:elsewhere .",
    "Withdrawal-itself": LATER + WHO + "neg:supersedes ex:c2 .",
    "Withdrawal-later": LATER + WHO + WHAT + ". ex:c1 neg:retracts ex:c2 .",
    "Retraction-speaker": LATER + "prov:wasAttributedTo ex:bob ; neg:retracts ex:c1 .",
    "Proposition-subject": "ex:p2 a neg:Proposition ; rdf:predicate rdf:type ; rdf:object neg:Held .",
    "Proposition-predicate": PROPOSITION + "rdf:predicate 'is' .",
    "Proposition-object": PROPOSITION + "rdf:object neg:Cancelled .",
    "Proposition-holds": PROPOSITION + "neg:holds '2019'^^xsd:gYear, '2020'^^xsd:gYear .",
    "Proposition-holdsDate": PROPOSITION + "neg:holds 'last week'^^edtf:EDTF .",
    "Mention-source": CLAIM + "neg:mention [ oa:hasSelector [ oa:exact 'off' ] ] .",
    "Mention-selector": CLAIM + "neg:mention [ oa:hasSource ex:doc ] .",
    "Mention-exact": CLAIM + "neg:mention [ oa:hasSource ex:doc ; oa:hasSelector [ oa:prefix 'was' ] ] .",
    "Report-step": CLAIM + "neg:report [ neg:step 0 ; neg:reporter ex:ann ] .",
    "Report-reporter": CLAIM + "neg:report [ neg:step 1 ] .",
    "Chain-steps": CLAIM + "neg:report [ neg:step 1 ; neg:reporter ex:ann ], [ neg:step 1 ; neg:reporter ex:bob ] .",
    "UnnamedSource-descriptor": SOURCE + ".",
    "UnnamedSource-minSize": SOURCE + "neg:descriptor 'an official' ; neg:minSize 0 .",
    "UnnamedSource-accessBasis": SOURCE + "neg:descriptor 'an official' ; neg:accessBasis 'briefed' .",
    "UnnamedSource-oneDocument": THINGS
    + SOURCE
    + "neg:descriptor 'an official' . "
    + "".join(
        f"ex:c{n} a neg:Claim ; prov:wasAttributedTo ex:s ; " + WHEN + WHAT + QUOTE.replace("{n}", n) for n in "12"
    ),
    "Membership-post": MEMBERSHIP + ".",
    "Membership-holder": "ex:x a neg:Membership ; neg:post ex:adviser .",
    "Membership-during": MEMBERSHIP + "neg:post ex:adviser ; neg:during 'for years' .",
    "Named": "ex:trump a neg:Official .",
    "Deadline-dueOn": DEADLINE + ".",
    "Deadline-dueOnDate": DEADLINE + "neg:dueOn '1 March' .",
    "Offer-madeBy": "ex:o a neg:CounterOffer ; rdfs:label 'the offer' .",
    "CounterOffer-loop": "ex:o1 neg:counterTo ex:o1 .",
    "Measure-quantity": "ex:t neg:rate 'a quarter'^^neg:Quantity .",
    "Event-date": "ex:m neg:date 'soon'^^edtf:EDTF .",
    "Document-title": "ex:doc a neg:NewsArticle .",
    "Document-issued": DOCUMENT + "dcterms:issued 'yesterday' .",
    "Document-sha256": DOCUMENT + "neg:sha256 'abc' .",
    "Dossier-title": "ex:case a neg:Dossier .",
    "Dossier-uniqueNames": "ex:case a neg:Dossier ; dcterms:title 'A case' ; neg:uniqueNames 'yes' .",
}


@cache
def shapes() -> Graph:
    return Graph().parse(ontology_file("shapes.ttl"))


@cache
def ontology() -> Graph:
    return Graph().parse(ontology_file())


def results(turtle: str) -> dict[str, URIRef]:
    """Return each message with its severity."""
    data = Graph().parse(data=HEAD + turtle, format="turtle")
    _, report, _ = validate(data, shacl_graph=shapes(), ont_graph=ontology(), inplace=False)
    assert isinstance(report, Graph)
    return {
        str(report.value(result, SH.resultMessage)): URIRef(str(report.value(result, SH.resultSeverity)))
        for result in report.subjects(RDF.type, SH.ValidationResult)
    }


def message_of(name: str) -> str:
    return str(shapes().value(URIRef(f"https://w3id.org/parley/shapes#{name}"), SH.message))


def test_a_good_dossier_conforms() -> None:
    assert results(GOOD) == {}


def test_a_reading_may_stand_for_a_quote() -> None:
    assert results(CLAIM + "neg:reading 'It is off.' ; neg:mention [ oa:hasSource ex:doc ] .") == {}


def test_the_shapes_are_shacl_themselves() -> None:
    validate(Graph(), shacl_graph=shapes(), meta_shacl=True)  # raises where a shape is ill-formed


def test_claims_about_any_other_domain_conform() -> None:
    plain = """
ex:c1 a neg:Claim ; prov:wasAttributedTo ex:ann ; neg:saidOn "2019-01-22"^^xsd:date ; neg:affirms ex:p1 .
ex:c2 a neg:Claim ; prov:wasAttributedTo ex:bob ; neg:saidOn "2019-01-22"^^xsd:date ; neg:denies ex:p1 .
ex:p1 a neg:Proposition ; rdf:subject ex:painting ; rdf:predicate ex:painter ; rdf:object "van Eyck" .
ex:painting a ex:Painting ; ex:width 12.5 .
"""
    assert results(plain) == {}


@pytest.mark.parametrize("name", BAD)
def test_each_shape_says_what_to_do(name: str) -> None:
    expected = message_of(name)
    # What stands in braces is filled in; the text before it is enough to know the message by.
    assert any(found.startswith(expected.split("{")[0]) for found in results(BAD[name])), results(BAD[name])


# A text in place of a proposition has no subject, predicate or object either.
@pytest.mark.parametrize("name", sorted(BAD.keys() - {"Claim-proposition"}))
def test_each_bad_record_breaks_one_rule_only(name: str) -> None:
    assert len(results(BAD[name])) == 1, results(BAD[name])


def test_every_message_has_a_bad_record() -> None:
    named = {str(shape).rsplit("#", 1)[1] for shape in shapes().subjects(SH.message)}
    assert named == set(BAD)


def test_messages_are_sentences_that_fill_in_what_they_name() -> None:
    for message in shapes().objects(None, SH.message):
        assert isinstance(message, Literal) and message.language == "en"
        assert str(message)[0].isupper() and str(message).endswith("."), message
    for name in ("Withdrawal-later", "Retraction-speaker", "Chain-steps"):
        assert all("{" not in found for found in results(BAD[name]))


def test_the_severity_follows_from_what_is_lost() -> None:
    assert set(results(BAD["Claim-speaker"]).values()) == {SH.Violation}
    assert set(results(BAD["Offer-madeBy"]).values()) == {SH.Warning}
    assert set(results(BAD["Withdrawal-later"]).values()) == {SH.Warning}
