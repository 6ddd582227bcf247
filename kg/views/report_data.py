"""What a report is made of, and how it is gathered from the records."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from kg.contradiction.results import CheckResult, Component
from kg.ids import Properties
from kg.model import Dossier
from kg.naming import by_subject
from kg.prose import Prose
from kg.quotes import Orphan
from kg.terms import Iri, Literal, Node
from kg.views.chart import Row
from kg.views.rows import dated_rows
from kg.vocab import DCTERMS
from kg.wording import capital, listed


@dataclass(frozen=True, slots=True)
class DocumentLine:
    """A document that was read: its title, what is known about it, and how many claims stand in it."""

    title: str
    detail: str
    claims: int


@dataclass(frozen=True)
class ReportData:
    """Everything that a report shows.

    `dated` gives the planned dates of things (meetings, deadlines) as rows of a timeline; `places` says where
    a claim stands in the files read (`file:line`); `note` is what the recorder says about the whole.
    """

    title: str
    result: CheckResult
    components: tuple[Component, ...]
    prose: Prose
    places: Mapping[Node, str] = field(default_factory=dict)
    dated: Mapping[Node, tuple[Row, ...]] = field(default_factory=dict)
    documents: tuple[DocumentLine, ...] = ()
    orphans: tuple[Orphan, ...] = ()
    note: str = ""


def report_data(
    dossiers: Sequence[Dossier],
    result: CheckResult,
    components: Iterable[Component],
    prose: Prose,
    *,
    places: Mapping[Node, str] | None = None,
    orphans: Iterable[Orphan] = (),
) -> ReportData:
    """Gather a report from the records; titles, notes, documents and dates are read from the background."""
    background = {triple for dossier in dossiers for triple in dossier.background}
    facts = by_subject(sorted(background, key=str))
    notes = [text for dossier in dossiers if (text := _text(facts, dossier.iri, DCTERMS.description))]
    return ReportData(
        title=title(dossiers),
        result=result,
        components=tuple(components),
        prose=prose,
        places=places or {},
        dated=dated_rows(background, prose),
        documents=_documents(result, facts, prose),
        orphans=tuple(orphans),
        note=" ".join(notes),
    )


def title(dossiers: Sequence[Dossier]) -> str:
    """Return what the dossiers are called together."""
    wanted = DCTERMS.term("title")
    titles = [str(t.o) for d in dossiers for t in sorted(d.background, key=str) if t.s == d.iri and t.p == wanted]
    if len(titles) > 2:
        return f"{titles[0]} and {len(titles) - 1} other dossiers"
    return listed(titles) or "What was said"


def _documents(result: CheckResult, facts: Properties, prose: Prose) -> tuple[DocumentLine, ...]:
    """List the documents in which claims stand, in the order in which they are first met."""
    counted = Counter(
        document for claim in result.claims for document in dict.fromkeys(m.document for m in claim.mentions)
    )
    return tuple(_document(node, number, facts, prose) for node, number in counted.items())


def _document(node: Node, claims: int, facts: Properties, prose: Prose) -> DocumentLine:
    details = [
        prose.name(o) for wanted in (DCTERMS.publisher, DCTERMS.issued) for p, o in facts.get(node, ()) if p == wanted
    ]
    title = _text(facts, node, DCTERMS.term("title")) or capital(prose.name(node))
    return DocumentLine(title, ", ".join(capital(detail) for detail in details), claims)


def _text(facts: Properties, node: Node, predicate: Iri) -> str:
    return next((o.value for p, o in facts.get(node, ()) if p == predicate and isinstance(o, Literal)), "")
