"""Records that are plainly well formed are not shown to the SHACL engine: the result stays the same."""

from __future__ import annotations

import pyshacl
import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from kg.graph import read_ontology
from kg.terms import Iri, Literal, Triple
from kg.validate import suspicious, validate
from kg.vocab import EDTF, NEG, OA, PROV, RDF, RDFS, TYPE, XSD_NS
from tests.worlds import ex

ONTOLOGY = read_ontology()
ONE, TWO, WHO = ex("c1"), ex("c2"), ex("ann")

ODD = [
    Triple(ONE, PROV.wasAttributedTo, ex("bob")),
    Triple(ONE, PROV.wasAttributedTo, Literal("Bob")),
    Triple(ONE, NEG.saidOn, Literal("2019-02-30", XSD_NS.date)),
    Triple(ONE, NEG.saidOn, Literal("yesterday", EDTF)),
    Triple(ONE, NEG.affirms, Literal("that it is off")),
    Triple(ONE, NEG.affirms, ex("nothing")),
    Triple(ONE, NEG.denies, ex("p2")),
    Triple(ONE, NEG.certainty, NEG.Certain),
    Triple(ONE, NEG.certainty, NEG.Possible),
    Triple(ONE, NEG.certainty, ex("maybe")),
    Triple(ONE, NEG.attribution, NEG.OnRecord),
    Triple(ONE, NEG.attribution, NEG.NotForAttribution),
    Triple(ONE, NEG.attribution, ex("whispered")),
    Triple(ONE, NEG.medium, Literal("radio")),
    Triple(ONE, NEG.medium, ex("radio")),
    Triple(ONE, NEG.audience, ex("public")),
    Triple(ONE, NEG.capacity, ex("post")),
    Triple(ONE, NEG.capacity, ex("post2")),
    Triple(ONE, NEG.condition, ex("p2")),
    Triple(ONE, NEG.mention, ex("m")),
    Triple(TWO, NEG.mention, ex("m2")),
    Triple(ex("m"), OA.hasSource, ex("doc")),
    Triple(ex("m2"), OA.hasSource, ex("doc2")),
    Triple(ONE, NEG.retracts, TWO),
    Triple(ONE, NEG.corrects, ONE),
    Triple(ONE, NEG.supersedes, ex("gone")),
    Triple(ONE, TYPE, ex("Other")),
    Triple(ONE, NEG.reading, Literal("it is off")),
    Triple(ex("p1"), RDF.object, ex("y")),
    Triple(ex("p1"), RDF.subject, Literal("x")),
    Triple(ex("p1"), RDF.predicate, Literal("p")),
    Triple(ex("p1"), NEG.holds, Literal("2019-01", EDTF)),
    Triple(ex("p1"), NEG.holds, Literal("2019-03", EDTF)),
    Triple(ex("p1"), NEG.holds, Literal("soon", EDTF)),
    Triple(ex("p1"), TYPE, NEG.Event),
    Triple(ex("p2"), RDF.subject, ex("d")),
    Triple(ex("d"), TYPE, NEG.Deadline),
    Triple(ex("d"), TYPE, NEG.Offer),
    Triple(WHO, TYPE, NEG.UnnamedSource),
    Triple(WHO, TYPE, NEG.Person),
    Triple(ex("Remark"), RDFS.subClassOf, NEG.Claim),
    Triple(NEG.Claim, RDFS.subClassOf, NEG.Event),
    Triple(ex("c3"), TYPE, ex("Remark")),
    Triple(ex("d"), NEG.counterTo, ONE),
]


def good(claim: Iri, content: Iri, predicate: Iri) -> list[Triple]:
    return [
        Triple(claim, TYPE, NEG.Claim),
        Triple(claim, PROV.wasAttributedTo, WHO),
        Triple(claim, NEG.saidOn, Literal("2019-01-22", EDTF)),
        Triple(claim, NEG.affirms, content),
        Triple(content, TYPE, NEG.Proposition),
        Triple(content, RDF.subject, ex("d")),
        Triple(content, RDF.predicate, predicate),
        Triple(content, RDF.object, ex("x")),
    ]


@st.composite
def records(draw: st.DrawFn) -> list[Triple]:
    """Draw two good claims with a few statements too many and a few too few."""
    predicates = st.sampled_from([ex("p"), NEG.dueOn, NEG.madeBy])
    found = [*good(ONE, ex("p1"), draw(predicates)), *good(TWO, ex("p2"), draw(predicates))]
    gone = draw(st.lists(st.sampled_from(found), max_size=2))
    return [triple for triple in found if triple not in gone] + draw(st.lists(st.sampled_from(ODD), max_size=4))


@settings(max_examples=max(20, settings().max_examples // 4))
@given(records())
def test_what_is_found_is_what_shacl_finds_in_all_of_it(triples: list[Triple]) -> None:
    found = validate(triples, ONTOLOGY, plain_from=0)
    event(f"passed over: {len(suspicious(triples)) < len(triples)}, faults: {bool(found)}")
    assert found == validate(triples, ONTOLOGY, plain_from=1_000_000)


@pytest.mark.parametrize("odd", ODD[:-5:6], ids=str)
def test_one_odd_statement_is_judged_as_shacl_judges_it(odd: Triple) -> None:
    triples = [*good(ONE, ex("p1"), ex("p")), *good(TWO, ex("p2"), ex("p")), odd]
    assert validate(triples, ONTOLOGY, plain_from=0) == validate(triples, ONTOLOGY, plain_from=1_000_000)


def test_of_many_claims_only_the_odd_one_is_shown_to_shacl(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = []
    check = pyshacl.validate

    def counted(data: object, **rest: object) -> object:
        shown.append(data)
        return check(data, **rest)  # type: ignore[arg-type]  # passed on

    monkeypatch.setattr("kg.validate.pyshacl.validate", counted)
    triples = [triple for n in range(2_000) for triple in good(ex(f"c{n}"), ex(f"p{n}"), ex("p"))]
    triples.remove(Triple(ex("c7"), PROV.wasAttributedTo, WHO))
    [fault] = validate(triples, (), plain_from=5_000)
    assert fault.focus == ex("c7") and "exactly one speaker" in fault.message
    assert len(shown[0]) == 7  # type: ignore[arg-type]  # a graph
