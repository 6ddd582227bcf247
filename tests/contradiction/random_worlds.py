"""Small worlds at random: an ontology, what the recorder holds, and what people say about it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from hypothesis import strategies as st

from kg.contradiction import build_theory, check
from kg.contradiction.check import Checked
from kg.contradiction.snapshots import World
from kg.logic.rules import Rule
from kg.model import Claim, Commitment, Dossier, Polarity, Proposition
from kg.terms import XSD, Blank, Iri, Literal, Node, Triple, n3
from kg.vocab import EDTF, NEG, OWL, RDF, RDFS, TYPE
from tests.worlds import ex, rules_of

CLASSES = [ex(name) for name in "ABC"]
PROPERTIES = [ex(name) for name in "pq"]
VALUES = [ex(name) for name in "de"]
THINGS: list[Node] = [ex("x"), ex("x"), ex("y"), ex("y"), ex("z"), Blank("_:w")]
SPEAKERS = [ex(name) for name in ("ann", "bob", "cem")]
QUANTITIES = [Literal(text, NEG.Quantity) for text in ("10 %", "~10 %", "10..12 %", "25 %")]
DATES = [
    None,
    None,
    None,
    "2019-01-20",
    "2019-01-22",
    "2019-01",
    "2019-01-22~",
    "2019-01-21/2019-01-25",
    "../2019-01-21",
    "2019-01-23/..",
]
SAID = [None, "2019-01-22", "2019-01-20", "2019-01-22", "2019-01"]
ONE = Literal("1", Iri(XSD + "nonNegativeInteger"))
NONE = Literal("0", Iri(XSD + "nonNegativeInteger"))
CHARACTERISTICS = (
    *(OWL.FunctionalProperty, OWL.InverseFunctionalProperty, OWL.TransitiveProperty),
    *(OWL.SymmetricProperty, OWL.AsymmetricProperty, OWL.IrreflexiveProperty),
)

classes = st.sampled_from(CLASSES)
properties = st.sampled_from(PROPERTIES)
things = st.sampled_from(THINGS)
named = st.sampled_from([thing for thing in THINGS if isinstance(thing, Iri)])
values = st.sampled_from(QUANTITIES)
both_of_classes = st.lists(classes, min_size=2, max_size=2, unique=True)


@dataclass(frozen=True)
class RandomWorld:
    """One dossier and the ontology it is read with."""

    ontology: tuple[Triple, ...]
    dossier: Dossier
    rules: tuple[Rule, ...] = rules_of("owl2rl")

    @cached_property
    def checked(self) -> Checked:
        return check([self.dossier], build_theory(self.ontology, self.rules))

    @property
    def world(self) -> World:
        return self.checked.world

    def with_claims(self, claims: tuple[Claim, ...]) -> RandomWorld:
        return replace(self, dossier=replace(self.dossier, claims=claims))

    def with_background(self, *triples: Triple) -> RandomWorld:
        return replace(self, dossier=replace(self.dossier, background=self.dossier.background | set(triples)))

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        """Show the world in a few lines when a test fails."""
        printer.text(str(self))

    def __str__(self) -> str:
        """Write the world in Turtle, more or less."""
        recorded = sorted(" ".join(map(n3, triple)) for triple in self.dossier.background)
        axioms = [" ".join(map(n3, triple)) for triple in self.ontology]
        said = [_spoken(claim) for claim in self.dossier.claims]
        title = f"unique names: {self.dossier.unique_names}"
        return "\n".join(["", title, "-- ontology", *axioms, "-- background", *recorded, "-- claims", *said])


def _spoken(claim: Claim) -> str:
    said = "; ".join(f"{c.polarity.value} {_stated(c.proposition)}" for c in claim.commitments)
    hedge = " possibly" if claim.certainty else ""
    when = f" on {claim.said_on}" if claim.said_on else ""
    return f"{claim.speaker}{when}{hedge} {said}" + (f" IF {_stated(claim.condition)}" if claim.condition else "")


def _stated(proposition: Proposition) -> str:
    return " ".join(map(n3, proposition.triple)) + (f" at {proposition.holds}" if proposition.holds else "")


def rdf_list(name: str, items: list[Node]) -> list[Triple]:
    cells = [Blank(f"_:{name}{at}") for at in range(len(items))]
    found = []
    for at, item in enumerate(items):
        found += [Triple(cells[at], RDF.first, item)]
        found += [Triple(cells[at], RDF.rest, cells[at + 1] if at + 1 < len(cells) else RDF.nil)]
    return found


@st.composite
def defined_class(draw: st.DrawFn, name: Node, word: str) -> list[Triple]:
    """Say what a class is made of; `word` keeps its lists apart."""
    kind = draw(st.sampled_from(["and", "or", "not", "some", "all", "has", "none", "one", "value", "oneOf"]))
    some, prop = draw(classes), draw(properties)
    on = Triple(name, OWL.onProperty, prop)
    match kind:
        case "and" | "or":
            members = draw(both_of_classes)
            use = OWL.intersectionOf if kind == "and" else OWL.unionOf
            return [Triple(name, use, Blank(f"_:{word}0")), *rdf_list(word, list(members))]
        case "not":
            return [Triple(name, OWL.complementOf, some)]
        case "some":
            return [on, Triple(name, OWL.someValuesFrom, draw(st.sampled_from([some, OWL.Thing])))]
        case "all":
            return [on, Triple(name, OWL.allValuesFrom, some)]
        case "has":
            return [on, Triple(name, OWL.hasValue, draw(named))]
        case "none":
            return [on, Triple(name, OWL.maxCardinality, NONE)]
        case "one":
            return [on, Triple(name, OWL.maxCardinality, ONE)]
        case "value":
            return [
                Triple(name, OWL.onProperty, draw(st.sampled_from(VALUES))),
                Triple(name, OWL.hasValue, draw(values)),
            ]
        case _:
            return [Triple(name, OWL.oneOf, Blank(f"_:{word}0")), *rdf_list(word, [draw(named)])]


@st.composite
def axiom(draw: st.DrawFn, word: str) -> list[Triple]:
    """Draw one axiom about classes or properties."""
    kind = draw(st.sampled_from(["class", "class", "property", "is", "domain", "define", "chain", "key", "group"]))
    match kind:
        case "class":
            predicate = draw(st.sampled_from([RDFS.subClassOf, RDFS.subClassOf, OWL.disjointWith, OWL.equivalentClass]))
            one, other = draw(both_of_classes)
            return [Triple(one, predicate, other)]
        case "property":
            predicate = draw(
                st.sampled_from([RDFS.subPropertyOf, OWL.inverseOf, OWL.propertyDisjointWith, OWL.equivalentProperty])
            )
            return [Triple(draw(properties), predicate, draw(properties))]
        case "is":
            if draw(st.integers(0, 2)) == 0:
                return [Triple(draw(st.sampled_from(VALUES)), TYPE, OWL.FunctionalProperty)]
            return [Triple(draw(properties), TYPE, draw(st.sampled_from(CHARACTERISTICS)))]
        case "domain":
            return [Triple(draw(properties), draw(st.sampled_from([RDFS.domain, RDFS.range])), draw(classes))]
        case "define":
            name = ex(f"X{word}")
            made = draw(defined_class(name, f"def{word}"))
            if draw(st.booleans()):
                return [*made, Triple(name, RDFS.subClassOf, draw(classes))]
            return [*made, Triple(draw(classes), RDFS.subClassOf, name)]
        case "chain":
            chain = draw(st.lists(properties, min_size=2, max_size=2))
            return [
                Triple(draw(properties), OWL.propertyChainAxiom, Blank(f"_:chain{word}0")),
                *rdf_list(f"chain{word}", list(chain)),
            ]
        case "key":
            key = draw(st.sampled_from([*PROPERTIES, *VALUES]))
            return [Triple(draw(classes), OWL.hasKey, Blank(f"_:key{word}0")), *rdf_list(f"key{word}", [key])]
        case _:
            node = Blank(f"_:group{word}")
            members = draw(both_of_classes)
            return [
                Triple(node, TYPE, OWL.AllDisjointClasses),
                Triple(node, OWL.members, Blank(f"_:members{word}0")),
                *rdf_list(f"members{word}", list(members)),
            ]


@st.composite
def fact(draw: st.DrawFn) -> Triple:
    """Draw something that is said of a thing."""
    kind = draw(st.sampled_from([*["type"] * 4, *["link"] * 4, "value", "value", "same", "different"]))
    match kind:
        case "type":
            return Triple(draw(things), TYPE, draw(classes))
        case "link":
            return Triple(draw(things), draw(properties), draw(things))
        case "value":
            return Triple(draw(things), draw(st.sampled_from(VALUES)), draw(values))
        case "same":
            return Triple(draw(named), OWL.sameAs, draw(named))
        case _:
            return Triple(draw(named), OWL.differentFrom, draw(named))


@st.composite
def content(draw: st.DrawFn) -> Triple:
    """Draw what a claim is about: mostly a fact, at times an axiom or a denial that there is any."""
    kind = draw(st.sampled_from([*["fact"] * 9, "none", "axiom"]))
    if kind == "fact":
        return draw(fact())
    if kind == "none":
        return Triple(draw(classes), RDFS.subClassOf, OWL.Nothing)
    one, other = draw(both_of_classes)
    return Triple(one, draw(st.sampled_from([RDFS.subClassOf, OWL.disjointWith])), other)


Said = tuple[Triple, bool]
"""A triple that somebody claims, and whether it is denied."""


@st.composite
def quarrel(draw: st.DrawFn, word: str) -> tuple[list[Triple], list[Said]]:
    """Draw axioms and claims that clash if they are all held at one time; which clash is left to luck."""
    one, other = draw(both_of_classes)
    p, q = draw(properties), draw(properties)
    d = draw(st.sampled_from(VALUES))
    x, y, z = draw(things), draw(things), draw(named)
    made, cell = ex(f"X{word}"), Blank(f"_:quarrel{word}0")
    items = rdf_list(f"quarrel{word}", [one, other])
    on = Triple(made, OWL.onProperty, p)
    is_one, is_other, is_made = (Triple(x, TYPE, c) for c in (one, other, made))
    return draw(
        st.sampled_from(
            [
                ([Triple(one, OWL.disjointWith, other)], [(is_one, False), (is_other, False)]),
                ([Triple(one, RDFS.subClassOf, other)], [(is_one, False), (is_other, True)]),
                ([], [(Triple(one, RDFS.subClassOf, other), False), (is_one, False), (is_other, True)]),
                (
                    [Triple(one, RDFS.subClassOf, other)],
                    [(is_one, False), (Triple(other, RDFS.subClassOf, OWL.Nothing), False)],
                ),
                (
                    [Triple(made, OWL.intersectionOf, cell), *items],
                    [(is_one, False), (is_other, False), (is_made, True)],
                ),
                ([Triple(made, OWL.unionOf, cell), *items], [(is_one, False), (is_made, True)]),
                ([Triple(made, OWL.complementOf, one)], [(is_made, False), (is_one, False)]),
                (
                    [Triple(made, OWL.someValuesFrom, one), on],
                    [(Triple(x, p, y), False), (Triple(y, TYPE, one), False), (is_made, True)],
                ),
                (
                    [Triple(made, OWL.allValuesFrom, one), on],
                    [(Triple(x, p, y), False), (is_made, False), (Triple(y, TYPE, one), True)],
                ),
                ([Triple(made, OWL.hasValue, z), on], [(is_made, False), (Triple(x, p, z), True)]),
                ([Triple(made, OWL.maxCardinality, NONE), on], [(is_made, False), (Triple(x, p, y), False)]),
                (
                    [Triple(q, OWL.propertyChainAxiom, cell), *rdf_list(f"quarrel{word}", [p, q])],
                    [(Triple(x, p, y), False), (Triple(y, q, z), False), (Triple(x, q, z), True)],
                ),
                (
                    [Triple(p, TYPE, OWL.TransitiveProperty), Triple(p, TYPE, OWL.IrreflexiveProperty)],
                    [(Triple(x, p, y), False), (Triple(y, p, z), False), (Triple(z, p, x), False)],
                ),
                ([Triple(p, OWL.inverseOf, q)], [(Triple(x, p, y), False), (Triple(y, q, x), True)]),
                ([Triple(p, TYPE, OWL.SymmetricProperty)], [(Triple(x, p, y), False), (Triple(y, p, x), True)]),
                ([Triple(p, OWL.propertyDisjointWith, q)], [(Triple(x, p, y), False), (Triple(x, q, y), False)]),
                ([Triple(p, RDFS.domain, one)], [(Triple(x, p, y), False), (is_one, True)]),
                (
                    [Triple(p, RDFS.range, one), Triple(one, OWL.disjointWith, other)],
                    [(Triple(y, p, x), False), (is_other, False)],
                ),
                ([Triple(p, TYPE, OWL.FunctionalProperty)], [(Triple(x, p, y), False), (Triple(x, p, z), False)]),
                (
                    [Triple(p, TYPE, OWL.InverseFunctionalProperty)],
                    [(Triple(x, p, y), False), (Triple(z, p, y), False)],
                ),
                (
                    [Triple(d, TYPE, OWL.FunctionalProperty)],
                    [(Triple(x, d, QUANTITIES[0]), False), (Triple(x, d, QUANTITIES[3]), False)],
                ),
                (
                    [Triple(one, OWL.hasKey, cell), *rdf_list(f"quarrel{word}", [d])],
                    [(Triple(t, d, QUANTITIES[0]), False) for t in (x, z)]
                    + [(Triple(t, TYPE, one), False) for t in (x, z)],
                ),
                ([], [(Triple(x, OWL.sameAs, z), False), (is_one, False), (Triple(z, TYPE, one), True)]),
                (
                    [],
                    [
                        (Triple(x, OWL.sameAs, y), False),
                        (Triple(y, OWL.sameAs, z), False),
                        (Triple(z, OWL.differentFrom, x), False),
                    ],
                ),
            ]
        )
    )


@st.composite
def condition(draw: st.DrawFn) -> Proposition:
    holds = draw(st.sampled_from(DATES))
    # That a thing is itself is no condition; OWL takes it for met, and the rules for never said.
    content = draw(fact().filter(lambda triple: triple.p != OWL.sameAs or triple.s != triple.o))
    return Proposition(*content, holds=Literal(holds, EDTF) if holds else None)


@st.composite
def claim(draw: st.DrawFn, number: int, said: Said, *, dated: bool) -> Claim:
    """Draw one claim; `dated` lets it have times, hedges and conditions."""
    triple, denied = said
    holds = draw(st.sampled_from(DATES)) if dated else None
    day = draw(st.sampled_from(SAID)) if dated else "2019-01-22"
    proposition = Proposition(*triple, holds=Literal(holds, EDTF) if holds else None)
    hedged = dated and draw(st.integers(0, 7)) == 0
    conditional = dated and draw(st.integers(0, 7)) == 0
    return Claim(
        iri=ex(f"c{number}"),
        speaker=draw(st.sampled_from(SPEAKERS)),
        said_on=Literal(day, EDTF) if day else None,
        commitments=(Commitment(Polarity.DENIES if denied else Polarity.AFFIRMS, proposition),),
        certainty=NEG.Possible if hedged else None,
        condition=draw(condition()) if conditional else None,
    )


@st.composite
def background(draw: st.DrawFn) -> list[Triple]:
    found = draw(st.lists(fact(), max_size=3))
    if draw(st.integers(0, 3)) == 0:  # a node whose triples hold for a while
        found.append(Triple(ex("x"), NEG.during, Literal(draw(st.sampled_from(DATES[1:])) or "2019", EDTF)))
    if draw(st.integers(0, 5)) == 0:
        found.append(Triple(draw(named), NEG.maybeSameAs, draw(named)))
    if draw(st.integers(0, 3)) == 0:
        found.append(Triple(draw(named), ex("within"), draw(named)))
    return [triple for triple in found if triple.p != NEG.maybeSameAs or triple.s != triple.o]


@st.composite
def worlds(draw: st.DrawFn, *, dated: bool = True, most: int = 6) -> RandomWorld:
    """Draw an ontology and a dossier: one or two quarrels among axioms and claims that have nothing to do with them."""
    axioms = [draw(axiom(str(number))) for number in range(draw(st.integers(0, 4)))]
    said: list[Said] = []
    recorded = draw(background())
    for word in "mn"[: draw(st.integers(1, 2))]:
        reasons, sides = draw(quarrel(word))
        axioms.append(reasons)
        for side in sides:
            if not side[1] and draw(st.integers(0, 4)) == 0:
                recorded.append(side[0])
            else:
                said.append(side)
    for _ in range(draw(st.integers(0, 2))):
        said.append((draw(content()), draw(st.integers(0, 2)) == 0))
    ontology = [t for one in axioms for t in one]
    ontology.append(Triple(ex("within"), NEG.hierarchy, Literal("true", Iri(XSD + "boolean"))))
    if dated:
        for term in draw(st.lists(st.sampled_from([*CLASSES, *PROPERTIES, *VALUES]), unique=True, max_size=5)):
            lasting = draw(st.sampled_from([NEG.Timeless, NEG.Permanent, NEG.State]))
            ontology.append(Triple(term, NEG.persistence, lasting))
    claims = tuple(draw(claim(number, one, dated=dated)) for number, one in enumerate(said[:most], 1))
    entries = {Triple(ex(name), TYPE, ex("Entry")) for name in "xyz"}
    dossier = Dossier(Iri("urn:g"), claims, frozenset({*recorded, *entries}), unique_names=draw(st.booleans()))
    return RandomWorld(tuple(ontology), dossier)
