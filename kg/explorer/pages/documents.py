"""The pages of documents: the list of them, and each with its text and the quotes in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from kg.errors import did_you_mean
from kg.explorer.catalog import PAGE, Slice
from kg.explorer.explorer import Explorer
from kg.explorer.gathering.paging import asked
from kg.explorer.kinds import DOCUMENT
from kg.explorer.maker import Maker
from kg.explorer.markdown import render
from kg.explorer.page import Json, Moved, NotFound, Page, Ref, ShownQuery
from kg.explorer.reading.document import DocumentValues, document_values
from kg.explorer.reading.lines import ref_json
from kg.explorer.reading.quotes import count_orphans
from kg.explorer.reading.record import records
from kg.explorer.reading.texts import page_edges
from kg.explorer.site import Address
from kg.store import sparql
from kg.store.texts import text_in
from kg.terms import Iri, Node, Term, Triple
from kg.vocab import DCTERMS

_QUERIES = Path(__file__).parent.parent / "reading"
_LIST, _IN_DOCUMENT = _QUERIES / "documents.rq", _QUERIES / "claims-in-document.rq"
_MOST_COUNTED = 2_000


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """One document of the list; None is what is not counted in a graph of this size."""

    ref: Ref
    publishers: tuple[Ref, ...]
    date: str
    claims: int
    disputes: int | None
    orphans: int | None
    has_text: bool

    def data(self) -> Json:
        """Write it for the JSON twin."""
        return {
            **ref_json(self.ref),
            "publishers": [ref_json(one) for one in self.publishers],
            "published": self.date,
            "claims": self.claims,
            "disputes": self.disputes,
            "orphans": self.orphans,
            "has_text": self.has_text,
        }


def documents(explorer: Explorer, address: Address) -> Page:
    """List the documents, by title."""
    number = asked(address, "page")
    found = explorer.catalog.things(DOCUMENT, (number - 1) * PAGE, PAGE)
    if number > 1 and not found.items:
        raise NotFound(f"there is no page {number:,} of the sources")
    rows = Slice(tuple(_row(explorer, node) for node in found.items), found.total, found.start)
    values = {"rows": rows, "counted": not explorer.graph.is_large}
    return Page(
        address=address,
        title="Sources",
        template="documents.html.j2",
        values=values,
        data=lambda: {"documents": [row.data() for row in rows.items], "total": rows.total, "start": rows.start},
        triples=lambda: (fact for node in found.items for fact in explorer.catalog.facts(node)),
        markdown=lambda: render("documents.md.j2", title="Sources", **values),
        section="documents",
        queries=(_query(_LIST, "The documents, and how many claims stand in each"),),
    )


def _row(explorer: Explorer, node: Node) -> DocumentRow:
    facts = explorer.catalog.facts(node)
    dates = [fact.o for fact in facts if fact.p == DCTERMS.issued]
    small = not explorer.graph.is_large
    return DocumentRow(
        ref=explorer.ref(node, start=True),
        publishers=tuple(explorer.ref(fact.o) for fact in facts if fact.p == DCTERMS.publisher),
        date=", ".join(explorer.prose.name(date) for date in dates),
        claims=explorer.catalog.claims_in(node, 0, 0).total,
        disputes=_disputes(explorer, node) if small else None,
        orphans=count_orphans(explorer, node) if small else None,
        has_text=node in explorer.texts,
    )


def _disputes(explorer: Explorer, node: Node) -> int | None:
    claims = explorer.catalog.claims_in(node, 0, _MOST_COUNTED)
    if claims.total > _MOST_COUNTED:
        return None
    return len({conflict.id for claim in claims.items for conflict in explorer.catalog.conflicts_of(claim.iri)})


def document(explorer: Explorer, address: Address) -> Page:
    """Show one document: its text with the quotes marked, or the quotes where the text is not at hand."""
    if len(address.parts) != 2:
        raise NotFound("a document is shown at document/NAME")
    name, number = address.parts[1], asked(address, "page")
    node = explorer.node(name)
    catalog = explorer.catalog
    if not catalog.facts(node) and not catalog.claims_in(node, 0, 0).total:
        raise NotFound(f'no document is called "{name}"{_nearest(explorer, name)}')
    right = explorer.address(node)
    if right is not None and right.parts[0] != DOCUMENT:
        raise Moved(right)
    values = document_values(explorer, node, number)
    if values is None:
        raise NotFound(f"there is no page {number:,} of this document")
    markdown = {"doc": values, "number": number}
    return Page(
        address=address,
        title=values.title,
        template="document.html.j2",
        values={"doc": values, "all_claims": Address.of("claims", document=name)},
        data=values.data,
        triples=lambda: _triples(explorer, values),
        markdown=lambda: render("document.md.j2", **markdown),
        section="documents",
        trail=(Ref("Sources", Address.of("documents")),),
        queries=(_query(_IN_DOCUMENT, "The claims that stand in this document", document=node),),
        styles=("reading.css",),
    )


def _triples(explorer: Explorer, values: DocumentValues) -> Iterator[Triple]:
    yield from values.facts
    yield from records(explorer.graph.store, (claim.iri for claim in values.nodes))


def _nearest(explorer: Explorer, name: str) -> str:
    if explorer.graph.is_large:
        return ""
    found = explorer.catalog.things(DOCUMENT, 0, _MOST_COUNTED).items
    return did_you_mean(name, [explorer.names.name(one) for one in found if isinstance(one, Iri)])


def _query(file: Path, title: str, **terms: Term) -> ShownQuery:
    text = text_in(file)
    return ShownQuery(title, sparql.bind(text, terms, title).text if terms else text)


MAKERS: Mapping[str, Maker] = {"documents": documents, "document": document}


def addresses(explorer: Explorer) -> Iterator[Address]:
    """Yield the addresses of the pages that a published folder holds."""
    listed = Address.of("documents")
    yield listed
    start = 0
    while (found := explorer.catalog.things(DOCUMENT, start, PAGE)).items:
        if start:
            yield listed.changed(page=str(start // PAGE + 1))
        for node in found.items:
            if isinstance(node, Iri):
                yield from _pages(explorer, node)
        start += PAGE


def _pages(explorer: Explorer, node: Iri) -> Iterator[Address]:
    home = Address.of("document", explorer.names.name(node))
    text = explorer.texts.get(node)
    count = -(-explorer.catalog.claims_in(node, 0, 0).total // PAGE) if text is None else len(page_edges(text)) - 1
    yield home
    for number in range(2, count + 1):
        yield home.changed(page=str(number))
