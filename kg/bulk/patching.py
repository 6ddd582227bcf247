"""What the ordinary reader changes in a graph, found out for the few statements that it concerns.

Claims without a name get one made from their content, and quotes that do not stand in the text that lies beside the
file are marked as orphaned. Both are worked out by the ordinary code on picked statements, and put into the staged
file as a patch.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import numpy as np
import polars as pl

from kg.bulk.picking import by_graph, is_among, pick
from kg.bulk.staging import Staged, unless_full
from kg.bulk.texts import blocks, lines, table
from kg.errors import Fault
from kg.formats import GraphSource
from kg.formats.texts import TextPlaces, check_texts
from kg.quotes import Orphan
from kg.rdf import name_claims
from kg.terms import Blank, Iri, Literal, Triple, n3
from kg.validate.looked_at import Hashes, LookedAt
from kg.vocab import NEG, OA, RDF

_CONTENT = (NEG.affirms, NEG.denies, NEG.condition, RDF.subject, RDF.object)


@dataclass(slots=True)
class Patch:
    """What is different from the file: names of claims by graph and label, statements left out, statements added."""

    names: dict[tuple[Iri, Blank], Iri] = field(default_factory=dict)
    dropped: set[tuple[Iri, Triple]] = field(default_factory=set)
    added: set[tuple[Iri, Triple]] = field(default_factory=set)
    orphans: list[Orphan] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)

    def renamed(self, graph: Iri, triple: Triple) -> Triple:
        """Return a triple with the names of its claims."""

        def name(node: Iri | Blank) -> Iri | Blank:
            return self.names.get((graph, node), node) if isinstance(node, Blank) else node

        return Triple(name(triple.s), triple.p, triple.o if isinstance(triple.o, Literal) else name(triple.o))


def patch(staged: Staged, looked: LookedAt) -> Patch:
    """Find out what the ordinary reader would change in a file."""
    found = Patch()
    if staged.survey.nameless:
        wanted = _closure(np.concatenate(staged.survey.nameless), _content_links(staged, looked))
        for graph, rows in _graphs(staged, wanted):
            for old, new in zip(rows, name_claims(graph, rows), strict=True):
                if isinstance(old.s, Blank) and isinstance(new.s, Iri):
                    found.names[graph, old.s] = new.s
    if staged.survey.documents:
        for graph, rows in _graphs(staged, _around_documents(staged, looked)):
            _check_quotes(staged, graph, [found.renamed(graph, row) for row in rows], found)
    return found


def _graphs(staged: Staged, wanted: Hashes) -> Iterable[tuple[Iri, list[Triple]]]:
    """Yield picked statements of each graph under their final names."""
    rows = pick([staged], wanted)
    rows = rows.filter(pl.Series(is_among(rows["hash"].to_numpy(), wanted)))
    text = staged.final(lines(rows.select("s", "p", "o", "g")))
    return by_graph(table(text)) if text else ()


def _check_quotes(staged: Staged, graph: Iri, rows: list[Triple], found: Patch) -> None:
    source = GraphSource(graph, tuple(rows), staged.given.file)
    checked, faults = check_texts(source, staged.given.path.parent, TextPlaces(), all_there=False)
    found.orphans += checked.orphans
    found.faults += faults
    before, after = set(source.triples), set(checked.triples)
    found.dropped |= {(graph, triple) for triple in before - after}
    found.added |= {(graph, triple) for triple in after - before}


# -- which statements that takes -------------------------------------------------------------------

_Links = tuple[Hashes, Hashes]


def _content_links(staged: Staged, looked: LookedAt) -> list[_Links]:
    return [*((looked[predicate].s, looked[predicate].o) for predicate in _CONTENT), *staged.survey.inner]


def _closure(start: Hashes, links: list[_Links]) -> Hashes:
    """Return what can be reached over some statements: claims, what they say, and the classes it speaks of."""
    known = np.unique(start)
    new = known
    while len(new):
        reached = [to[is_among(at, new)] for at, to in links]
        new = np.setdiff1d(np.concatenate(reached), known)
        known = np.union1d(known, new)
    return known


def _around_documents(staged: Staged, looked: LookedAt) -> Hashes:
    """Return documents with a text, the places where claims stand in them, their quotes, and these claims."""
    documents = np.unique(np.concatenate(staged.survey.documents))

    def before(predicate: Iri, known: Hashes) -> Hashes:
        return np.unique(looked[predicate].s[is_among(looked[predicate].o, known)])

    mentions = before(OA.hasSource, documents)
    selectors = looked[OA.hasSelector].o[is_among(looked[OA.hasSelector].s, mentions)]
    return np.unique(np.concatenate([documents, mentions, selectors, before(NEG.mention, mentions)]))


# -- putting it in ---------------------------------------------------------------------------------


def rewrite(staged: Staged, change: Patch, told: Callable[[int], None]) -> None:
    """Put the final names and a patch into a staged file, block by block; most files need neither."""
    if not (staged.needs_names or change.names or change.dropped or change.added):
        return
    draft = staged.path.with_suffix(".part")
    with unless_full(draft), staged.path.open("rb") as file, draft.open("wb") as out:
        for block in blocks(file):
            out.write(_patched(staged.final(block), change))
            told(file.tell())
        for graph, triple in sorted(change.added, key=str):
            out.write(f"{' '.join(map(n3, (*triple, graph)))} .\n".encode())
    draft.replace(staged.path)


def _patched(text: bytes, change: Patch) -> bytes:
    if not (change.names or change.dropped):
        return text
    frame = table(text)
    if change.names:
        names = pl.DataFrame(
            [(n3(graph), str(label), n3(name)) for (graph, label), name in change.names.items()],
            schema=["g", "label", "name"],
            orient="row",
        )
        for column in "so":
            frame = frame.join(names, left_on=["g", column], right_on=["g", "label"], how="left", maintain_order="left")
            frame = frame.with_columns(pl.coalesce("name", column).alias(column)).drop("name")
    if change.dropped:
        gone = pl.DataFrame(
            [(*map(n3, triple), n3(graph)) for graph, triple in change.dropped], schema=list("spog"), orient="row"
        )
        frame = frame.join(gone, on=list("spog"), how="anti", maintain_order="left")
    return lines(frame.select("s", "p", "o", "g"))
