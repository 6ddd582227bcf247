"""Read statements as records in columns: what `kg.rdf.read_dossier` reads, without an object for each claim.

Records of the usual form are joined column by column; the others are read one by one, and their columns put
behind (`kg.columns.sorting` says which is which).
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import polars as pl

from kg.columns.assembling import TRIPLE, Draft, assemble
from kg.columns.nodes import Graphs, Nodes
from kg.columns.records import Records
from kg.columns.sorting import ACTS, Sorted, sort_records
from kg.columns.statements import Mask, Statements
from kg.model import Dossier
from kg.rdf import read_dossier
from kg.rdf.writing import says_unique
from kg.terms import Iri, Triple, n3
from kg.vocab import NEG, PROV, RDF

Wide = npt.NDArray[np.int64]
"""Codes of terms, with -1 for none."""


def read_records(statements: Statements) -> Records:
    """Read the claims and the background of a data set."""
    graphs = Graphs(statements)
    found = sort_records(graphs)
    background = _plain_background(graphs, found)
    claims, commitments = _plain_claims(graphs, found)
    plain = Draft(claims, commitments, background, _unique_graphs(background, statements))
    return assemble(statements, plain, _read_carefully(graphs, found))


# -- records of the usual form -------------------------------------------------------------------


def _plain_claims(graphs: Graphs, found: Sorted) -> tuple[pl.DataFrame, pl.DataFrame]:
    nodes = np.flatnonzero(found.plain)
    row = np.full(len(graphs), -1, np.int64)
    row[nodes] = np.arange(len(nodes))
    said = _dated(graphs, NEG.saidOn, found)
    possible = graphs.statements.code(NEG.Possible)
    claims = pl.DataFrame(
        {
            "iri": graphs.term[nodes].astype(np.int64),
            "graph": graphs.graph[nodes].astype(np.int64),
            "speaker": _term_of(graphs, PROV.wasAttributedTo)[nodes],
            "said": said[nodes],
            "capacity": _term_of(graphs, NEG.capacity)[nodes],
            "hedged": _term_of(graphs, NEG.certainty)[nodes] == possible,
        }
    )
    return claims, _plain_commitments(graphs, found, row)


def _plain_commitments(graphs: Graphs, found: Sorted, row: Nodes) -> pl.DataFrame:
    claim, proposition, denied = [], [], []
    for act in ACTS:
        links = graphs.links(act)
        of_plain = found.plain[links.s]
        claim.append(row[links.s[of_plain]])
        proposition.append(links.to[of_plain])
        denied.append(np.full(int(of_plain.sum()), act == NEG.denies))
    content = np.concatenate(proposition)
    s, p, o = (_term_of(graphs, part)[content] for part in (RDF.subject, RDF.predicate, RDF.object))
    frame = pl.DataFrame(
        {
            "claim": np.concatenate(claim),
            "denied": np.concatenate(denied),
            "s": s,
            "p": p,
            "stated": o,
            "holds": _dated(graphs, NEG.holds, found)[content],
            "condition": np.full(len(content), -1, np.int64),
        }
    )
    return frame.unique()  # two nodes may state one proposition


def _term_of(graphs: Graphs, predicate: Iri) -> Wide:
    """Return the code of one object of a predicate for each node, or -1."""
    found = np.full(len(graphs), -1, np.int64)
    links = graphs.links(predicate)
    found[links.s] = links.o
    return found


def _dated(graphs: Graphs, predicate: Iri, found: Sorted) -> Wide:
    """Return the code of a date, written in EDTF, for each node."""
    written = graphs.statements.encode([n3(date) for date in found.dates.values()])
    code = np.full(graphs.statements.size, -1, np.int64)
    code[np.fromiter(found.dates, np.int64, len(found.dates))] = written
    dates = _term_of(graphs, predicate)
    return np.where(dates >= 0, code[dates], -1) if len(code) else dates


def _plain_background(graphs: Graphs, found: Sorted) -> pl.DataFrame:
    """Collect the triples that say something of a named thing, which reading leaves as they are."""
    parts = []
    for predicate, links in graphs.all_links():
        plain = _is_background(found, links.s, links.to)
        s = links.s[plain]
        code = graphs.statements.code(predicate)
        columns = (graphs.graph[s], graphs.term[s], np.full(len(s), code), links.o[plain])
        parts.append(pl.DataFrame({name: c.astype(np.int64) for name, c in zip(TRIPLE, columns, strict=True)}))
    return pl.concat(parts) if parts else pl.DataFrame(schema=dict.fromkeys(TRIPLE, pl.Int64))


def _is_background(found: Sorted, subjects: Nodes, objects: Nodes) -> Mask:
    special = found.stated | (found.anonymous & ~found.literal)
    return ~(found.record | special)[subjects] & ~special[objects]


def _unique_graphs(background: pl.DataFrame, statements: Statements) -> list[str]:
    rows = background.filter(pl.col("p") == statements.code(NEG.uniqueNames))
    objects = statements.terms(rows["o"].to_numpy().astype(np.uint32))
    graphs = statements.texts(rows["graph"].to_numpy().astype(np.uint32))
    return [g for g, o in zip(graphs, objects, strict=True) if says_unique(Triple(Iri(""), NEG.uniqueNames, o))]


# -- records that need care ----------------------------------------------------------------------


def _read_carefully(graphs: Graphs, found: Sorted) -> list[Dossier]:
    """Read the claims that need care, and the background that is not plain, graph by graph."""
    statements = graphs.statements
    dossiers = []
    for graph, triples in sorted(_by_graph(graphs, found), key=lambda one: one[0]):
        dossier = read_dossier(graph, triples)
        names = set(statements.texts(graphs.term[found.care & (graphs.graph == statements.encode([n3(graph)])[0])]))
        dossiers.append(
            Dossier(
                graph,
                tuple(claim for claim in dossier.claims if n3(claim.iri) in names),
                dossier.background,
                unique_names=dossier.unique_names,
            )
        )
    return dossiers


def _by_graph(graphs: Graphs, found: Sorted) -> Iterator[tuple[Iri, list[Triple]]]:
    parts = []
    for predicate, links in graphs.all_links():
        kept = ~found.left_out[links.s] & ~_is_background(found, links.s, links.to)
        s = links.s[kept]
        code = np.full(len(s), graphs.statements.code(predicate), np.uint32)
        parts.append((graphs.graph[s], graphs.term[s], code, links.o[kept]))
    if not parts:
        return
    columns = [np.concatenate(column) for column in zip(*parts, strict=True)]
    order = np.argsort(columns[0], kind="stable")
    codes, places = np.unique(np.concatenate(columns), return_inverse=True)
    terms = graphs.statements.terms(codes)
    g, s, p, o = places.reshape(4, -1)[:, order]
    cuts = np.flatnonzero(np.diff(g)) + 1
    for rows in np.split(np.arange(len(g)), cuts):
        if len(rows):
            graph = Iri(str(terms[g[rows[0]]]))
            yield graph, [Triple(terms[s[i]], terms[p[i]], terms[o[i]]) for i in rows]
