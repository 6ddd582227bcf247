"""Records that are plainly well formed are not shown to the SHACL engine: the result stays the same."""

from __future__ import annotations

import re

import pyshacl
import pytest
import rdflib
from hypothesis import event, given, settings
from hypothesis import strategies as st
from rdflib.collection import Collection
from rdflib.namespace import SH

from kg.graph import read_ontology
from kg.resources import ontology_file
from kg.terms import Blank, Iri, Literal, Triple
from kg.validate import suspicious, validate
from kg.validate.looked_at import WANTED, Hashes, looked_at
from kg.validate.nodes import CLASSES, Records
from kg.vocab import DCTERMS, EDTF, NEG, OA, ORG, PROV, RDF, RDFS, TYPE, XSD_NS
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


def judged(triples: list[Triple]) -> tuple[list[Triple], Hashes]:
    """Return what SHACL is shown, and the records that it is asked about."""
    return suspicious(triples, Records(looked_at(triples), looked_at(ONTOLOGY).below))


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
    event(f"passed over: {len(judged(triples)[0]) < len(triples)}, faults: {bool(found)}")
    assert found == validate(triples, ONTOLOGY, plain_from=1_000_000)


def day(text: str) -> Literal:
    return Literal(text, EDTF)


def number(text: str) -> Literal:
    return Literal(text, XSD_NS.integer)


QUOTE, BLANK, LABEL = ex("m/quote"), Blank("_:n"), RDFS.label
RICH = [
    *good(ONE, ex("p1"), ex("p")),
    *good(TWO, ex("p2"), NEG.dueOn),
    Triple(ONE, NEG.mention, ex("m")),
    Triple(ex("m"), TYPE, NEG.Mention),
    Triple(ex("m"), OA.hasSource, ex("doc")),
    Triple(ex("m"), OA.hasSelector, QUOTE),
    Triple(QUOTE, TYPE, OA.TextQuoteSelector),
    Triple(QUOTE, OA.exact, Literal("it is off")),
    Triple(TWO, NEG.mention, BLANK),
    Triple(BLANK, OA.hasSource, ex("doc")),
    Triple(TWO, NEG.reading, Literal("it is due")),
    Triple(ONE, NEG.report, ex("r1")),
    Triple(ONE, NEG.report, ex("r2")),
    *(Triple(ex(f"r{n}"), NEG.step, number(str(n))) for n in (1, 2)),
    *(Triple(ex(f"r{n}"), NEG.reporter, ex("cnbc")) for n in (1, 2)),
    Triple(TWO, NEG.retracts, ONE),
    Triple(TWO, NEG.condition, ex("p1")),
    Triple(WHO, TYPE, NEG.UnnamedSource),
    Triple(WHO, NEG.descriptor, Literal("an official")),
    Triple(WHO, NEG.minSize, number("2")),
    Triple(WHO, NEG.accessBasis, NEG.AccessBriefed),
    Triple(WHO, ORG.hasMembership, ex("member")),
    Triple(ex("member"), TYPE, NEG.Membership),
    Triple(ex("member"), NEG.post, ex("post")),
    Triple(ex("member"), NEG.during, day("2018-04/..")),
    Triple(ex("d"), TYPE, NEG.Deadline),
    Triple(ex("d"), LABEL, Literal("the deadline", language="en")),
    Triple(ex("o1"), TYPE, NEG.CounterOffer),
    Triple(ex("o1"), LABEL, Literal("an offer")),
    Triple(ex("o1"), NEG.madeBy, WHO),
    Triple(ex("o1"), NEG.counterTo, ex("o2")),
    Triple(ex("o2"), NEG.rate, Literal("~ 10 %", NEG.Quantity)),
    Triple(ex("o2"), NEG.date, Literal("2019-01-30", XSD_NS.date)),
    Triple(ex("doc"), TYPE, NEG.Document),
    Triple(ex("doc"), DCTERMS.term("title"), Literal("Off")),
    Triple(ex("doc"), DCTERMS.issued, day("2019-01-22")),
    Triple(ex("doc"), NEG.sha256, Literal("0" * 64)),
    Triple(ex("case"), TYPE, NEG.Dossier),
    Triple(ex("case"), DCTERMS.term("title"), Literal("Talks")),
    Triple(ex("case"), NEG.uniqueNames, Literal("true", XSD_NS.boolean)),
]
"""One good record of each kind that shapes are about."""

VALUES = [
    ONE, TWO, WHO, BLANK, QUOTE, NEG.Claim, NEG.Proposition, NEG.Certain, NEG.Offer, NEG.OnRecord, NEG.Deadline,
    NEG.ReliabilityA, NEG.Likely, NEG.dueOn, NEG.Event, NEG.AccessHearsay, NEG.ConfidenceLow, OA.TextPositionSelector,
    *(ex(name) for name in "p1 p2 m r1 r2 member d o1 o2 doc case doc2 gone".split()),
    Literal(""), Literal("words"), Literal("a" * 64), Literal("words", language="en"), day("2019-01-22"), day("soon"),
    day("2019-03-01"), Literal("2019-02-29", XSD_NS.date), Literal("2020-02-29", XSD_NS.date), number("1"),
    number("01"), number("0"), number("-5"), number("x"), Literal("2", NEG.Quantity), Literal("two", NEG.Quantity),
    Literal("1.5", XSD_NS.decimal), Literal("false", XSD_NS.boolean), Literal("maybe", XSD_NS.boolean),
    Literal("2019", XSD_NS.gYear), Literal("1e3", XSD_NS.double),
]  # fmt: skip


@st.composite
def rich_records(draw: st.DrawFn) -> list[Triple]:
    """Draw records of every kind, with a few statements too few, and some drawn ones put in."""
    gone = draw(st.lists(st.sampled_from(RICH), max_size=3))
    subjects = st.sampled_from(list(dict.fromkeys(t.s for t in RICH)))
    odd = st.builds(Triple, subjects, st.sampled_from(sorted(WANTED)), st.sampled_from(VALUES))
    return [triple for triple in RICH if triple not in gone] + draw(st.lists(odd, max_size=4))


@settings(max_examples=max(12, settings().max_examples // 8))
@given(rich_records())
def test_records_of_every_kind_are_judged_as_shacl_judges_them(triples: list[Triple]) -> None:
    found = validate(triples, ONTOLOGY, plain_from=0)
    event(f"faults: {any(not one.warning for one in found)}, warnings: {any(one.warning for one in found)}")
    assert found == validate(triples, ONTOLOGY, plain_from=1_000_000)


def test_no_good_record_is_shown_to_shacl() -> None:
    triples = [triple for triple in RICH if triple.p != NEG.retracts]
    shown, opened = judged(triples)
    assert (shown, len(opened)) == ([], 0)


def test_every_term_of_the_shapes_is_known_to_the_judge() -> None:
    text = ontology_file("shapes.ttl").read_text(encoding="utf-8")
    graph = rdflib.Graph().parse(data=text, format="turtle")
    paths = {
        str(o)
        for p in (SH.path, SH.inversePath, SH.targetSubjectsOf, SH.targetObjectsOf)
        for o in graph.objects(None, p)
    }
    paths |= {str(item) for o in graph.objects(None, SH.alternativePath) for item in Collection(graph, o)}
    queries = " ".join(str(query) for query in graph.objects(None, SH.select))
    named = {name for name in re.findall(r"\b(?:neg|oa|prov|rdf|org):\w+", queries) if name != "rdf:type"}
    paths |= {str(graph.namespace_manager.expand_curie(name)) for name in named}
    classes = {str(o) for p in (SH.targetClass, SH["class"]) for o in graph.objects(None, p)}
    assert {path for path in paths if path.startswith("http")} <= set(WANTED)
    assert classes <= set(CLASSES)


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
