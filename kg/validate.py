"""Well-formed records: SHACL shapes in, plain sentences out.

A *violation* is a bad record (a claim without a speaker). It is never a contradiction: that is good
records that disagree.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import pyshacl
import rdflib
from rdflib.namespace import SH
from rdflib.term import Node as RdflibNode

from kg.naming import by_subject
from kg.resources import ontology_file
from kg.store.rdflib_view import from_rdflib, to_rdflib
from kg.terms import Iri, Literal, Node, Term, Triple, local_name
from kg.vocab import EDTF, NEG, PROV, RDF, RDFS, TYPE, XSD_NS

PLAIN_FROM = 5_000
"""From so many triples on, records that are plainly well formed are not shown to the SHACL engine, which is slow."""


@dataclass(frozen=True, slots=True, order=True)
class Violation:
    """One thing wrong with one record. `warning` marks what is allowed but looks wrong."""

    focus: str
    message: str
    warning: bool = False
    path: str = ""

    def __str__(self) -> str:
        """Write the violation as a sentence about its record."""
        return f"{local_name(self.focus)}: {self.message}"


def validate(
    triples: Iterable[Triple], ontology: Iterable[Triple], plain_from: int = PLAIN_FROM
) -> tuple[Violation, ...]:
    """Check records against `ontology/shapes.ttl`; sub-classes of the ontology count.

    Returns the violations sorted by record; an empty tuple means that every record is well formed. From `plain_from`
    triples on, claims and propositions of the plainest form are passed over (`suspicious`), with the same result.
    """
    shapes = rdflib.Graph().parse(ontology_file("shapes.ttl"))
    classes = [triple for triple in ontology if triple.p == RDFS.subClassOf]
    given = list(triples)
    if len(given) >= plain_from and not _is_targeted_above(shapes, [*given, *classes]):
        given = suspicious(given)
    data = rdflib.Graph()
    for triple in (*given, *classes):
        data.add(_rdflib(triple))
    _, report, _ = pyshacl.validate(data, shacl_graph=shapes, inference="none", advanced=False, meta_shacl=False)
    return tuple(sorted({_violation(report, node) for node in report.subjects(rdflib.RDF.type, SH.ValidationResult)}))


# -- plain records ---------------------------------------------------------------------------------

_NODES = (NEG.affirms, NEG.denies)
_MAY_HAVE_ONE = (NEG.capacity, NEG.medium, NEG.audience)
_CLAIM = frozenset({TYPE, PROV.wasAttributedTo, NEG.saidOn, NEG.certainty, NEG.attribution, *_NODES, *_MAY_HAVE_ONE})
_CONTENT = frozenset({TYPE, RDF.subject, RDF.predicate, RDF.object, NEG.holds})
_WORDS = {
    NEG.certainty: frozenset({NEG.Certain, NEG.Probable, NEG.Possible}),
    NEG.attribution: frozenset({NEG.OnRecord, NEG.OnBackground, NEG.NotForAttribution}),
}
_LOOKED_FOR = frozenset({NEG.dueOn, NEG.madeBy})
"""What is said of these is looked for by the shapes of other records."""
_EDTF_DATE = re.compile(r"[0-9.Y/-][0-9XYTZ:+.~?%/-]*")
_XSD_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def suspicious(triples: Sequence[Triple]) -> list[Triple]:
    """Leave out claims and propositions that are plainly well formed and that no other record points to.

    Plain is less than what the shapes allow: whatever is any different is kept, and what it points to.

    Before: 10,000 claims, one of them without a speaker. After: that claim, its proposition, and what is no claim.
    """
    facts = by_subject(triples)
    contents = {node for node, found in facts.items() if _is_plain_content(found)}
    plain = contents | {node for node, found in facts.items() if _is_plain_claim(found, contents)}
    todo = [node for node in facts if node not in plain]
    while todo:
        for _, obj in facts[todo.pop()]:
            if not isinstance(obj, Literal) and obj in plain:
                plain.remove(obj)
                todo.append(obj)
    return [triple for triple in triples if triple.s not in plain]


def _is_plain_claim(facts: Sequence[tuple[Iri, Term]], contents: set[Node]) -> bool:
    if (TYPE, NEG.Claim) not in facts:
        return False
    values = _values(facts)
    said = [term for predicate in _NODES for term in values.get(predicate, ())]
    return (
        values.keys() <= _CLAIM
        and values[TYPE] == [NEG.Claim]
        and _is_thing(values.get(PROV.wasAttributedTo))
        and _is_date(values.get(NEG.saidOn))
        and bool(said)
        and all(term in contents for term in said)
        and all(_is_thing(values[predicate]) for predicate in _MAY_HAVE_ONE if predicate in values)
        and all(len(values[p]) == 1 and values[p][0] in words for p, words in _WORDS.items() if p in values)
    )


def _is_plain_content(facts: Sequence[tuple[Iri, Term]]) -> bool:
    values = _values(facts)
    predicate = values.get(RDF.predicate, ())
    return (
        values.keys() <= _CONTENT
        and all(kind == NEG.Proposition for kind in values.get(TYPE, ()))
        and _is_thing(values.get(RDF.subject))
        and len(predicate) == 1
        and isinstance(predicate[0], Iri)
        and predicate[0] not in _LOOKED_FOR
        and len(values.get(RDF.object, ())) == 1
        and (NEG.holds not in values or _is_date(values[NEG.holds]))
    )


def _values(facts: Sequence[tuple[Iri, Term]]) -> Mapping[Iri, Sequence[Term]]:
    found: dict[Iri, list[Term]] = {}
    for predicate, obj in dict.fromkeys(facts):
        found.setdefault(predicate, []).append(obj)
    return found


def _is_thing(values: Sequence[Term] | None) -> bool:
    return values is not None and len(values) == 1 and not isinstance(values[0], Literal)


def _is_date(values: Sequence[Term] | None) -> bool:
    if values is None or len(values) != 1 or not isinstance(values[0], Literal):
        return False
    text, kind = values[0].value, values[0].datatype
    if kind == EDTF:
        return _EDTF_DATE.fullmatch(text) is not None
    try:
        return kind == XSD_NS.date and _XSD_DATE.fullmatch(text) is not None and bool(datetime.date.fromisoformat(text))
    except ValueError:
        return False


def _is_targeted_above(shapes: rdflib.Graph, triples: Iterable[Triple]) -> bool:
    """Say whether claims or propositions are, by their class, also records of another shape."""
    above: dict[Term, list[Term]] = {}
    for triple in triples:
        if triple.p == RDFS.subClassOf:
            above.setdefault(triple.s, []).append(triple.o)
    seen: set[Term] = set()
    todo: list[Term] = [*above.get(NEG.Claim, ()), *above.get(NEG.Proposition, ())]
    while todo:
        kind = todo.pop()
        if kind not in seen:
            seen.add(kind)
            todo += above.get(kind, ())
    targeted = {str(kind) for kind in shapes.objects(None, SH.targetClass)}
    return any(str(kind) in targeted for kind in seen if not isinstance(kind, Literal))


# -- what SHACL found ------------------------------------------------------------------------------


def _violation(report: rdflib.Graph, node: RdflibNode) -> Violation:
    focus = report.value(node, SH.focusNode)
    path = report.value(node, SH.resultPath)
    messages = sorted(str(message) for message in report.objects(node, SH.resultMessage))
    return Violation(
        focus=str(from_rdflib(focus)) if focus is not None else "",
        message=messages[0] if messages else "is not as its shape wants it",
        warning=report.value(node, SH.resultSeverity) != SH.Violation,
        path=local_name(str(path)) if isinstance(path, rdflib.URIRef) else "",
    )


def _rdflib(triple: Triple) -> tuple[RdflibNode, RdflibNode, RdflibNode]:
    return to_rdflib(triple.s), to_rdflib(triple.p), to_rdflib(triple.o)


def focus_node(violation: Violation, known: Iterable[Node]) -> Node | None:
    """Find the record that a violation is about among known nodes (or the record that it is part of)."""
    return max((n for n in known if violation.focus == n or violation.focus.startswith(n + "/")), key=len, default=None)
