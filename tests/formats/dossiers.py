"""Hypothesis strategies for dossiers: any record that the model can hold, in any combination."""

from __future__ import annotations

from hypothesis import strategies as st

from kg.formats.lexicon import shipped
from kg.model import Claim, Commitment, Dossier, Mention, Polarity, Proposition, Quote, Withdrawal
from kg.naming import pattern
from kg.rdf import in_order, proposition_node, proposition_triples
from kg.terms import RDF_LANG_STRING, XSD, Blank, Iri, Literal, Triple
from kg.vocab import DCTERMS, EDTF, NEG, OWL, RDFS, SCHEMA, TYPE

BASE = Iri("https://example.org/case")
WORDS = shipped()

texts = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), min_size=1, max_size=40
) | st.sampled_from(["no", "~", "15:10", "true", "2019-01-22", "a: b", " x ", "a\n\nb\n", "- x", '"', "<x>", "null"])
ids = st.sampled_from(["ann", "bob", "talks", "a.b", "x_1", "fee-2", "place", "date"])
things = st.one_of(
    ids.map(lambda name: Iri(f"{BASE}/{name}")),
    st.sampled_from(
        [Iri("http://elsewhere.example/x"), Iri("urn:x:y"), Iri("odd:thing"), NEG.OnRecord, NEG.NoSuchTerm]
    ),
    st.sampled_from([Blank("_:p"), Blank("_:q")]),
)
earlier = st.sampled_from([Iri(f"{BASE}/claim-0"), Iri(f"{BASE}/claim-9"), Iri("http://elsewhere.example/claim-1")])
dates = st.sampled_from(
    ["2019", "2019-01-22", "2019-01-22~", "../2019-01-22", "2019-01-21/2019-01-25", "2019-01-22/.."]
)
edtf = dates.map(lambda text: Literal(text, EDTF))
literals = st.one_of(
    texts.map(Literal),
    edtf,
    st.tuples(texts, st.sampled_from(["en", "zh"])).map(lambda pair: Literal(pair[0], RDF_LANG_STRING, pair[1])),
    st.sampled_from(
        [
            Literal("10 %", NEG.Quantity),
            Literal("true", Iri(XSD + "boolean")),
            Literal("1", Iri(XSD + "boolean")),
            Literal("007", Iri(XSD + "integer")),
            Literal("1.50", Iri(XSD + "decimal")),
            Literal("not a number", Iri(XSD + "integer")),
            Literal("2019-01-22", Iri(XSD + "date")),
            Literal("x", Iri("http://elsewhere.example/type")),
        ]
    ),
)
classes = st.sampled_from([NEG.Cancelled, NEG.Scheduled, NEG.Meeting, Iri("http://elsewhere.example/Class")])
object_properties = st.sampled_from(
    [p.iri for p in WORDS.properties.values() if p.datatype is None and p.of_things]
    + [Iri("http://elsewhere.example/knows")]
)
data_properties = st.sampled_from(  # neg:text names a file, which would have to be there
    [p.iri for p in WORDS.properties.values() if p.datatype is not None and p.of_things and p.iri != NEG.text]
)


@st.composite
def propositions(draw: st.DrawFn, background: set[Triple], depth: int = 0) -> Proposition:
    """A proposition; what it needs to be described (patterns, nested propositions) is added to the background."""
    holds = draw(st.none() | edtf)
    kind = draw(st.sampled_from(["plain", "plain", "none", "nested", "axiom"]))
    subject = draw(things)
    if kind == "plain":
        predicate_and_object = st.one_of(
            st.tuples(st.just(TYPE), classes),
            st.tuples(object_properties, things),
            st.tuples(data_properties | object_properties, literals),
        )
        return Proposition(subject, *draw(predicate_and_object), holds)
    if kind == "none":
        node, triples = pattern(
            draw(st.lists(classes, min_size=1, max_size=3)),
            draw(st.lists(st.tuples(object_properties, things | literals), max_size=2)),
        )
        background |= triples
        return Proposition(node, RDFS.subClassOf, OWL.Nothing, holds)
    if kind == "axiom" or depth > 2:
        return Proposition(draw(classes), RDFS.subClassOf, draw(classes), holds)
    inner = draw(propositions(background, depth + 1))
    background |= set(proposition_triples(inner))
    if draw(st.booleans()):
        return Proposition(proposition_node(inner), NEG.reason, subject, holds)
    return Proposition(subject, NEG.alleges, proposition_node(inner), holds)


@st.composite
def claims(draw: st.DrawFn, name: str, background: set[Triple]) -> Claim:
    polarity = st.sampled_from(list(Polarity))
    commitments = {Commitment(draw(polarity), draw(propositions(background))) for _ in range(draw(st.integers(0, 3)))}
    quotes = st.builds(Quote, texts, st.just("") | texts, st.just("") | texts)
    withdraws = st.lists(st.tuples(st.sampled_from(list(Withdrawal)), earlier), max_size=2, unique=True)
    assessments = st.lists(
        st.tuples(st.just(NEG.note), texts.map(Literal))
        | st.tuples(st.just(NEG.reliability), st.just(NEG.ReliabilityB))
        | st.tuples(st.just(NEG.confidential), st.just(Literal("true", Iri(XSD + "boolean"))))
        | st.tuples(object_properties, things)
        | st.tuples(st.just(TYPE), st.just(SCHEMA.Claim)),
        max_size=3,
        unique=True,
    )
    order = list(Withdrawal)
    return Claim(
        iri=draw(st.sampled_from([Iri(f"{BASE}/{name}"), Iri(f"http://elsewhere.example/{name}")])),
        speaker=draw(things),
        said_on=draw(st.none() | edtf),
        commitments=in_order(commitments),
        certainty=draw(st.sampled_from([None, NEG.Certain, NEG.Possible])),
        condition=draw(st.none() | propositions(background)),
        capacity=draw(st.none() | things),
        medium=draw(st.none() | things),
        audience=draw(st.none() | things),
        attribution=draw(st.sampled_from([None, NEG.OnRecord, Iri("http://elsewhere.example/terms")])),
        chain=tuple(draw(st.lists(things, max_size=3))),
        withdraws=tuple(sorted(draw(withdraws), key=lambda pair: (order.index(pair[0]), str(pair[1])))),
        mentions=tuple(draw(st.lists(st.builds(Mention, things, st.none() | quotes), max_size=2))),
        reading=draw(st.none() | texts),
        assessments=tuple(draw(assessments)),
        graph=BASE,
    )


@st.composite
def dossiers(draw: st.DrawFn) -> Dossier:
    background: set[Triple] = {Triple(BASE, TYPE, NEG.Dossier)}
    background.add(Triple(BASE, DCTERMS.term("title"), Literal(draw(texts))))
    for _ in range(draw(st.integers(0, 6))):
        subject = draw(things)
        background.add(Triple(subject, TYPE, draw(classes | st.sampled_from([NEG.Person, NEG.Place]))))
        background.add(Triple(subject, draw(data_properties | object_properties), draw(literals | things)))
    for number in range(1, draw(st.integers(0, 3)) + 1):
        inner = Iri(f"{BASE}/ann/memberships/{number}")
        background |= {
            Triple(Iri(f"{BASE}/ann"), TYPE, NEG.Person),
            Triple(Iri(f"{BASE}/ann"), WORDS.properties["memberships"].iri, inner),
            Triple(inner, TYPE, NEG.Membership),
            Triple(inner, NEG.post, draw(things)),
        }
    found = [draw(claims(f"claim-{number}", background)) for number in range(draw(st.integers(0, 3)))]
    unique = draw(st.booleans())
    background.add(Triple(BASE, NEG.uniqueNames, Literal(str(unique).lower(), Iri(XSD + "boolean"))))
    return Dossier(BASE, tuple(sorted(found, key=lambda c: c.iri)), frozenset(background), unique_names=unique)
