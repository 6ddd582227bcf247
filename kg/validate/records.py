"""Well-formed records: SHACL shapes in, plain sentences out.

A *violation* is a bad record (a claim without a speaker). It is never a contradiction: that is good
records that disagree.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pyshacl
import rdflib
from rdflib.namespace import SH
from rdflib.term import Node as RdflibNode

from kg.resources import ontology_file
from kg.store.rdflib_view import from_rdflib, to_rdflib
from kg.terms import Node, Triple, local_name
from kg.validate.looked_at import Hashes, hashes, looked_at
from kg.validate.nodes import Records
from kg.validate.settled import open_nodes, told
from kg.validate.surroundings import seen_from
from kg.vocab import RDFS

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
    triples on, only records that do not plainly keep every shape are shown to the SHACL engine, with the same result.
    """
    given = list(triples)
    classes = sub_classes(ontology)
    if len(given) < plain_from:
        return shacl(given, classes)
    records = Records(looked_at(given), looked_at(classes).below)
    by_hash = dict(zip(hashes(terms := list(_nodes(given))).tolist(), terms, strict=True))
    found = {
        told_violation(shape, str(by_hash[node]))
        for shape, marked in told(records).items()
        for node in records.nodes[marked].tolist()
    }
    shown, opened = suspicious(given, records)
    return tuple(sorted(found.union(shacl(shown, classes, opened) if len(opened) else ())))


def suspicious(triples: Sequence[Triple], records: Records) -> tuple[list[Triple], Hashes]:
    """Return what the shapes of records see that do not plainly keep them all, and the hashes of these records.

    Before: 10,000 claims, one of them without a speaker. After: that claim and its proposition, and the claim's hash.
    """
    opened = records.nodes[open_nodes(records)]
    subjects = list(_nodes(triples))
    seen = np.isin(hashes(subjects), seen_from(records, opened))
    kept = {subject for subject, is_seen in zip(subjects, seen.tolist(), strict=True) if is_seen}
    return [triple for triple in triples if triple.s in kept or triple.p == RDFS.subClassOf], opened


def _nodes(triples: Iterable[Triple]) -> Iterable[Node]:
    return dict.fromkeys(triple.s for triple in triples)


def told_violation(shape: str, focus: str) -> Violation:
    """Return what a shape says of a record."""
    message, warning, path = _shapes()[shape]
    return Violation(focus, message, warning, path)


@lru_cache(maxsize=1)
def _shapes() -> dict[str, tuple[str, bool, str]]:
    """Read what each shape that has a name says, whether that is a warning only, and about which property."""
    graph = rdflib.Graph().parse(ontology_file("shapes.ttl"))
    found: dict[str, tuple[str, bool, str]] = {}
    for node, message in graph.subject_objects(SH.message):
        holder = graph.value(predicate=SH.sparql, object=node) or graph.value(predicate=SH.property, object=node)
        levels = {graph.value(one, SH.severity) for one in (node, holder) if one is not None}
        path = graph.value(node, SH.path)
        name = local_name(str(path)) if isinstance(path, rdflib.URIRef) else ""
        found[local_name(str(node))] = (str(message), SH.Warning in levels, name)
    return found


def sub_classes(triples: Iterable[Triple]) -> list[Triple]:
    """Return what an ontology says about which class is below which: all of it that shapes ask for."""
    return [triple for triple in triples if triple.p == RDFS.subClassOf]


def shacl(triples: Iterable[Triple], classes: Iterable[Triple], opened: Hashes | None = None) -> tuple[Violation, ...]:
    """Show triples to the SHACL engine; if hashes of records are given, only what it says of these counts."""
    data = rdflib.Graph()
    for triple in (*triples, *classes):
        data.add(_rdflib(triple))
    shapes = rdflib.Graph().parse(ontology_file("shapes.ttl"))
    _, report, _ = pyshacl.validate(data, shacl_graph=shapes, inference="none", advanced=False, meta_shacl=False)
    found = list(report.subjects(rdflib.RDF.type, SH.ValidationResult))
    if opened is not None:
        about = hashes(from_rdflib(focus) for node in found if (focus := report.value(node, SH.focusNode)) is not None)
        found = [node for node, counts in zip(found, np.isin(about, opened).tolist(), strict=True) if counts]
    return tuple(sorted({_violation(report, node) for node in found}))


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
