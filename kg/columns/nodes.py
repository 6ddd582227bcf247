"""Nodes of graphs as dense numbers, so that what is known of each is one array.

A node is a term in one graph: what a dossier says of a term is said in that dossier only.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kg.columns.statements import Codes, Mask, Rows, Statements
from kg.terms import Iri

Nodes = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Links:
    """Statements of one predicate: the nodes of subjects, the nodes of objects, and the codes of objects."""

    s: Nodes
    to: Nodes
    o: Codes

    def take(self, rows: Mask) -> Links:
        """Return some of the rows."""
        return Links(self.s[rows], self.to[rows], self.o[rows])


_NO_LINKS = Links(np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0, np.uint32))


class Graphs:
    """The statements of a data set between nodes.

    `term[n]` and `graph[n]` are the codes of node n. The objects of statements are nodes too, literals among them:
    a literal is only never a subject.
    """

    def __init__(self, statements: Statements) -> None:
        self.statements = statements
        width = max(statements.size, 1)
        used = _used([_keys(rows, width) for rows in statements.rows.values()], statements)
        self.term: Codes = (used % width).astype(np.uint32)
        self.graph: Codes = (used // width).astype(np.uint32)
        self._links = {
            p: Links(_places(used, s, width), _places(used, o, width), rows.o)
            for p, rows in statements.rows.items()
            for s, o in [_keys(rows, width)]
        }

    def __len__(self) -> int:
        return len(self.term)

    def links(self, predicate: Iri) -> Links:
        """Return the statements of one predicate."""
        return self._links.get(predicate, _NO_LINKS)

    def all_links(self) -> Iterator[tuple[Iri, Links]]:
        """Yield every predicate with its statements."""
        yield from self._links.items()

    def marked(self, nodes: Nodes) -> Mask:
        """Return an array that is true at some nodes."""
        found = np.zeros(len(self), np.bool_)
        found[nodes] = True
        return found

    def count(self, predicate: Iri) -> npt.NDArray[np.int64]:
        """Count the statements of one predicate for each node as their subject."""
        return np.bincount(self.links(predicate).s, minlength=len(self))

    def objects(self, predicate: Iri) -> Nodes:
        """Return one object of one predicate for each node, or -1."""
        found = np.full(len(self), -1, np.int64)
        links = self.links(predicate)
        found[links.s] = links.to
        return found


def _keys(rows: Rows, width: int) -> tuple[Nodes, Nodes]:
    base = rows.g.astype(np.int64) * width
    return base + rows.s, base + rows.o


def _used(keys: list[tuple[Nodes, Nodes]], statements: Statements) -> Nodes:
    """Return every key once, sorted; with one graph a key is as good as a code, and needs no sorting."""
    graphs = {int(rows.g[0]) for rows in statements.rows.values()}
    first = min(graphs, default=0)
    if len(graphs) == 1 and all((rows.g == first).all() for rows in statements.rows.values()):
        seen = np.zeros(statements.size, np.bool_)
        for rows in statements.rows.values():
            seen[rows.s] = seen[rows.o] = True
        return np.flatnonzero(seen) + first * statements.size
    parts = [np.unique(part) for pair in keys for part in pair]
    return np.unique(np.concatenate(parts)) if parts else np.empty(0, np.int64)


def _places(used: Nodes, keys: Nodes, width: int) -> Nodes:
    if len(used) and used[0] // width == used[-1] // width:  # one graph: look it up instead of searching
        table = np.zeros(width, np.int64)
        table[used % width] = np.arange(len(used))
        return table[keys % width]
    return np.searchsorted(used, keys)
