"""Well-formed records: SHACL shapes in, plain sentences out.

A *violation* is a bad record (a claim without a speaker). It is never a contradiction: that is good
records that disagree.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import pyshacl
import rdflib
from rdflib.namespace import SH
from rdflib.term import Node as RdflibNode

from kg.resources import ontology_file
from kg.store.rdflib_view import from_rdflib, to_rdflib
from kg.terms import Node, Triple, local_name
from kg.vocab import RDFS


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


def validate(triples: Iterable[Triple], ontology: Iterable[Triple]) -> tuple[Violation, ...]:
    """Check records against `ontology/shapes.ttl`; sub-classes of the ontology count.

    Returns the violations sorted by record; an empty tuple means that every record is well formed.
    """
    data = rdflib.Graph()
    for triple in triples:
        data.add(_rdflib(triple))
    for triple in ontology:
        if triple.p == RDFS.subClassOf:
            data.add(_rdflib(triple))
    shapes = rdflib.Graph().parse(ontology_file("shapes.ttl"))
    _, report, _ = pyshacl.validate(data, shacl_graph=shapes, inference="none", advanced=False, meta_shacl=False)
    return tuple(sorted({_violation(report, node) for node in report.subjects(rdflib.RDF.type, SH.ValidationResult)}))


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
