"""Names by content for class expressions, so that equal expressions are one node of the graph.

Before: `_:a owl:intersectionOf (neg:Scheduled neg:Meeting)`, with as many blank nodes as there are writers.
After: `<https://w3id.org/parley/class/HASH> owl:intersectionOf (neg:Meeting neg:Scheduled)`, the same everywhere.
Only the outermost node becomes an IRI: OWL tools want what is inside, lists and restrictions, to be blank.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from kg.ids import Properties, canonical, class_iri, digest, is_anonymous, list_items
from kg.terms import Blank, Iri, Literal, Node, Term, Triple
from kg.vocab import OWL, RDF, RDFS, TYPE

LARGEST_EXPRESSION = 20_000
"""How many nodes a class expression may have when written out; nodes used twice count twice."""
DEEPEST_EXPRESSION = 100
_IMPLIED = ((TYPE, OWL.Class), (TYPE, OWL.Restriction), (TYPE, RDFS.Class), (TYPE, RDF.List))
"""Types that say nothing about which class is described; some writers leave them out."""
_UNORDERED = (OWL.intersectionOf, OWL.unionOf, OWL.oneOf, OWL.members, OWL.distinctMembers)


class TooLarge(ValueError):
    """A class expression that would be too long or too deep when written out."""


def by_subject(triples: Iterable[Triple]) -> dict[Node, list[tuple[Iri, Term]]]:
    """Group triples by their subject.

    >>> by_subject([Triple(Iri("e:s"), Iri("e:p"), Literal("x"))])[Iri("e:s")][0][1].value
    'x'
    """
    found: dict[Node, list[tuple[Iri, Term]]] = {}
    for subject, predicate, obj in triples:
        found.setdefault(subject, []).append((predicate, obj))
    return found


class Structures:
    """Class expressions met so far, each under its name by content."""

    def __init__(self, properties: Properties) -> None:
        self._properties = {
            node: [fact for fact in facts if fact not in _IMPLIED]
            for node, facts in properties.items()
            if is_anonymous(node)
        }
        self._written: set[Node] = set()
        self._sizes: dict[Node, int] = {}
        self.names: dict[Node, Iri] = {}
        self.triples: set[Triple] = set()
        self.absorbed: set[Node] = set()

    def name(self, term: Term) -> Term:
        """Return the name by content of a class expression, and any other term as it is."""
        if isinstance(term, Literal) or not self.is_expression(term):
            return term
        if term not in self.names:
            self._check(term, ())
            name = class_iri(canonical(term, self._properties))
            self.names[term] = name
            self._copy(term, name, name)
        return self.names[term]

    def is_expression(self, term: Term) -> bool:
        """Say whether a term is a node without a name of its own that describes a class or a list."""
        if isinstance(term, Literal) or not is_anonymous(term):
            return False
        return any(p.startswith((OWL, RDF.first)) for p, _ in self._properties.get(term, ()))

    def _check(self, node: Node, above: tuple[Node, ...]) -> int:
        """Count the nodes of the expression written out, before anything is written out."""
        if len(above) > DEEPEST_EXPRESSION:
            raise TooLarge(f"a class expression is more than {DEEPEST_EXPRESSION} levels deep")
        if node in above:
            return 1
        if node not in self._sizes:
            inner = [part for part in self._parts(node) if self.is_expression(part)]
            size = 1 + sum(self._check(part, (*above, node)) for part in inner if not isinstance(part, Literal))
            self._sizes[node] = size
        if self._sizes[node] > LARGEST_EXPRESSION:
            raise TooLarge(f"a class expression has more than {LARGEST_EXPRESSION} parts when written out")
        return self._sizes[node]

    def _parts(self, node: Node) -> list[Term]:
        parts: list[Term] = []
        for predicate, obj in self._properties.get(node, ()):
            if predicate == RDF.rest:
                continue
            is_list = not isinstance(obj, Literal) and self._is_cell(obj)
            parts += list_items(obj, self._properties) if is_list else [obj]
        if self._is_cell(node):
            parts += list_items(node, self._properties)[1:]
        return parts

    def _is_cell(self, node: Node) -> bool:
        return any(p == RDF.first for p, _ in self._properties.get(node, ()))

    def _copy(self, old: Node, new: Node, top: Iri) -> None:
        """Add the triples of an expression under its new name, and those of all inside it."""
        self.absorbed.add(old)
        if self._is_cell(old):
            self._copy_list(old, new, top, sort=False)
            return
        facts = self._properties.get(old, [])
        if not any(predicate == TYPE for predicate, _ in facts):
            restriction = any(predicate == OWL.onProperty for predicate, _ in facts)
            self.triples.add(Triple(new, TYPE, OWL.Restriction if restriction else OWL.Class))
        for predicate, obj in facts:
            self.triples.add(Triple(new, predicate, self._inner(obj, top, sort=predicate in _UNORDERED)))

    def _inner(self, term: Term, top: Iri, *, sort: bool = False) -> Term:
        if isinstance(term, Literal) or not self.is_expression(term):
            return term
        text = _canonical_items(term, self._properties) if sort else canonical(term, self._properties)
        label = Blank("_:x" + digest([top, text]))
        if label in self._written:
            return label
        self._written.add(label)
        if self._is_cell(term):
            self._copy_list(term, label, top, sort=sort)
        else:
            self._copy(term, label, top)
        return label

    def _copy_list(self, head: Node, label: Node, top: Iri, *, sort: bool) -> None:
        items = list_items(head, self._properties)
        self._absorb_cells(head)
        if sort:
            items = [item for _, item in sorted({canonical(i, self._properties): i for i in items}.items())]
        for at, item in enumerate(items):
            cell = label if at == 0 else Blank(f"_:x{digest([top, label, str(at)])}")
            rest: Node = Blank(f"_:x{digest([top, label, str(at + 1)])}") if at + 1 < len(items) else RDF.nil
            self.triples.add(Triple(cell, RDF.first, self._inner(item, top)))
            self.triples.add(Triple(cell, RDF.rest, rest))

    def _absorb_cells(self, head: Term) -> None:
        while not isinstance(head, Literal) and head not in self.absorbed and self._is_cell(head):
            self.absorbed.add(head)
            head = dict(self._properties[head]).get(RDF.rest, RDF.nil)


def _canonical_items(head: Term, properties: Properties) -> str:
    """Write the members of a list whose order means nothing."""
    return "{" + " ".join(sorted({canonical(item, properties) for item in list_items(head, properties)})) + "}"


Restriction = tuple[Iri, Term]
"""A property and the value that it must have."""


def pattern(classes: Sequence[Iri], where: Sequence[Restriction] = ()) -> tuple[Iri, frozenset[Triple]]:
    """Describe the things that are of all these classes and have all these values.

    Return the node and its triples; a single class without values is that class itself.
    """
    if len(classes) == 1 and not where:
        return classes[0], frozenset()
    facts: dict[Node, list[tuple[Iri, Term]]] = {}
    items: list[Term] = list(classes)
    for at, (predicate, value) in enumerate(where):
        node = Blank(f"_:r{at}")
        facts[node] = [(TYPE, OWL.Restriction), (OWL.onProperty, predicate), (OWL.hasValue, value)]
        items.append(node)
    for at, item in enumerate(items):
        rest: Node = Blank(f"_:l{at + 1}") if at + 1 < len(items) else RDF.nil
        facts[Blank(f"_:l{at}")] = [(RDF.first, item), (RDF.rest, rest)]
    top = Blank("_:top")
    facts[top] = [(TYPE, OWL.Class), (OWL.intersectionOf, Blank("_:l0"))]
    structures = Structures(facts)
    structures.name(top)
    return structures.names[top], frozenset(structures.triples)


def read_pattern(
    node: Node, properties: Mapping[Node, Sequence[tuple[Iri, Term]]]
) -> tuple[tuple[Iri, ...], tuple[Restriction, ...]] | None:
    """Read back what `pattern` writes; None for any other node, also for richer class expressions."""
    facts = sorted(properties.get(node, ()), key=str)
    heads = [o for p, o in facts if p == OWL.intersectionOf]
    if len(facts) != 2 or (TYPE, OWL.Class) not in facts or len(heads) != 1:
        return None
    classes: list[Iri] = []
    where: list[Restriction] = []
    for item in list_items(heads[0], properties):
        if isinstance(item, Iri) and not is_anonymous(item):
            classes.append(item)
            continue
        inner = dict(properties.get(item, ())) if not isinstance(item, Literal) else {}
        on, value = inner.get(OWL.onProperty), inner.get(OWL.hasValue)
        if len(inner) != 3 or inner.get(TYPE) != OWL.Restriction or value is None or not isinstance(on, Iri):
            return None
        where.append((on, value))
    return (tuple(sorted(classes)), tuple(sorted(where, key=str))) if classes else None
