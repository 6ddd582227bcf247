"""Small graphs of records at random, mostly of the usual form, and with whatever else people write."""

from __future__ import annotations

from hypothesis import strategies as st

from kg.terms import XSD, Blank, Iri, Literal, Node, Quad, Term, Triple
from kg.vocab import CLASS_BASE, EDTF, NEG, OA, OWL, PROV, RDF, RDFS, TYPE
from tests.worlds import ex

GRAPHS = [Iri("urn:g"), Iri("urn:h")]
CLAIMS: list[Node] = [ex("c1"), ex("c2"), ex("c3"), Blank("_:c4")]
PROPOSITIONS: list[Node] = [ex("p1"), ex("p2"), ex("p3"), Blank("_:p4")]
PARTS: list[Node] = [ex("m1"), Blank("_:m2"), ex("r1"), ex("q1")]
THINGS: list[Node] = [ex("x"), ex("y"), Blank("_:w"), Iri(CLASS_BASE + "k"), Blank("_:e"), Blank("_:l")]
NODES: list[Node] = [*CLAIMS, *PROPOSITIONS, *PARTS, *THINGS]
SPEAKERS: list[Node] = [ex("ann"), ex("bob"), Blank("_:w")]
CLASSES = [ex("A"), ex("B"), NEG.Claim, NEG.Proposition, OWL.Nothing]
DATES = [
    Literal("2019-01-22", EDTF),
    Literal("2019-01-22", Iri(XSD + "date")),
    Literal("2019-01", EDTF),
    Literal("2019-01-22T10:00:00+08:00", Iri(XSD + "dateTime")),
    Literal("2019", Iri(XSD + "gYear")),
]
LITERALS = [
    *DATES,
    Literal("some day"),
    Literal('say "no"\n\t\\ \u0001 é'),
    Literal("10%", NEG.Quantity),
    Literal("10 %", NEG.Quantity),
    Literal("1.50", Iri(XSD + "decimal")),
    Literal("1.5", Iri(XSD + "double")),
    Literal("7", Iri(XSD + "integer")),
    Literal("true", Iri(XSD + "boolean")),
    Literal("oui", Iri("http://www.w3.org/1999/02/22-rdf-syntax-ns#langString"), "fr"),
]
RECORD = (
    *(NEG.affirms, NEG.denies, NEG.condition, NEG.retracts, NEG.corrects, NEG.saidOn, NEG.certainty, NEG.capacity),
    *(NEG.report, NEG.reporter, NEG.step, NEG.mention, OA.hasSource, OA.hasSelector, OA.exact),
    *(PROV.wasAttributedTo, RDF.subject, RDF.predicate, RDF.object, NEG.holds, TYPE),
)
OTHER = (
    *(OWL.intersectionOf, OWL.someValuesFrom, OWL.onProperty, RDF.first, RDF.rest, RDFS.subClassOf, RDFS.label),
    *(NEG.maybeSameAs, NEG.uniqueNames, NEG.holds, ex("p"), ex("q"), ex("within")),
)

chance = st.integers(0, 9)


@st.composite
def proposition(draw: st.DrawFn, node: Node) -> list[Triple]:
    """Draw a proposition of the usual form; often two nodes say the same."""
    predicate = draw(st.sampled_from([ex("p"), ex("q"), TYPE, RDFS.subClassOf]))
    objects: list[Term] = (
        [ex("A"), OWL.Nothing] if predicate in (TYPE, RDFS.subClassOf) else [ex("x"), ex("y"), *LITERALS]
    )
    if draw(chance) == 0:
        objects = list(THINGS)
    found = [
        Triple(node, RDF.subject, draw(st.sampled_from(THINGS[:3] if draw(chance) else NODES))),
        Triple(node, RDF.predicate, predicate),
        Triple(node, RDF.object, draw(st.sampled_from(objects))),
    ]
    if draw(st.booleans()):
        found.append(Triple(node, TYPE, NEG.Proposition))
    if draw(st.booleans()):
        found.append(Triple(node, NEG.holds, draw(st.sampled_from(DATES))))
        if draw(chance) == 0:
            found.append(Triple(node, NEG.holds, draw(st.sampled_from(DATES))))
    return found


@st.composite
def claim(draw: st.DrawFn, node: Node) -> list[Triple]:
    """Draw a claim of the usual form."""
    said = draw(st.lists(st.sampled_from(PROPOSITIONS), min_size=1, max_size=2))
    found = [Triple(node, draw(st.sampled_from([NEG.affirms, NEG.denies])), one) for one in said]
    found.append(Triple(node, PROV.wasAttributedTo, draw(st.sampled_from(SPEAKERS))))
    if draw(chance) < 8:
        found.append(Triple(node, NEG.saidOn, draw(st.sampled_from(DATES))))
    if draw(st.booleans()):
        found.append(Triple(node, TYPE, NEG.Claim))
    if draw(chance) < 2:
        found.append(Triple(node, NEG.certainty, draw(st.sampled_from([NEG.Possible, NEG.Certain]))))
    if draw(chance) < 2:
        found.append(Triple(node, NEG.capacity, ex("post")))
    if draw(chance) < 2:
        found.append(Triple(node, NEG.condition, draw(st.sampled_from(PROPOSITIONS))))
    if draw(chance) < 2:
        found.append(Triple(node, NEG.retracts, draw(st.sampled_from(CLAIMS))))
    if draw(chance) < 3:
        step = draw(st.sampled_from([PARTS[2], PARTS[2], *NODES]))
        found += [Triple(node, NEG.report, step), Triple(step, NEG.reporter, draw(st.sampled_from(SPEAKERS)))]
    if draw(chance) < 3:
        place, quote = (draw(st.sampled_from([usual, usual, *NODES])) for usual in (PARTS[0], PARTS[3]))
        found += [Triple(node, NEG.mention, place), Triple(place, OA.hasSelector, quote)]
        found += [Triple(quote, OA.exact, Literal("words")), Triple(quote, ex("p"), ex("y"))]
        if draw(st.booleans()):
            found.append(Triple(place, OA.hasSource, ex("paper")))
    return found


anything = st.builds(
    Triple,
    st.sampled_from(NODES),
    st.sampled_from([*RECORD, *OTHER]),
    st.sampled_from([*NODES, *NODES, *CLASSES, *LITERALS, RDF.nil]),
)
background = st.builds(
    Triple,
    st.sampled_from([*THINGS, ex("x"), ex("y"), *GRAPHS]),
    st.sampled_from([*OTHER, TYPE]),
    st.sampled_from([*THINGS, *CLASSES, *LITERALS]),
)
# A thing has one time: which of two would count is not settled.
during = st.sampled_from([Triple(thing, NEG.during, LITERALS[at]) for at, thing in enumerate(THINGS)])
expression = [
    Triple(Blank("_:e"), OWL.intersectionOf, Blank("_:l")),
    Triple(Blank("_:l"), RDF.first, ex("A")),
    Triple(Blank("_:l"), RDF.rest, RDF.nil),
]


@st.composite
def graphs(draw: st.DrawFn) -> list[Quad]:
    """Draw one or two graphs."""
    found: dict[Quad, None] = {}
    for graph in GRAPHS[: draw(st.integers(1, 2))]:
        triples = [t for node in PROPOSITIONS for t in draw(proposition(node))]
        for node in draw(st.lists(st.sampled_from(CLAIMS), min_size=1, unique=True)):
            triples += draw(claim(node))
        triples += draw(st.lists(background, max_size=4))
        if draw(chance) < 3:
            triples.append(draw(during))
        if draw(st.booleans()):
            triples += draw(st.lists(anything, max_size=3))
        if draw(chance) < 2:
            triples += expression
        if draw(chance) < 4:
            triples.append(Triple(graph, NEG.uniqueNames, Literal("true", Iri(XSD + "boolean"))))
        found |= dict.fromkeys(Quad(*triple, graph) for triple in triples)
    return list(found)
