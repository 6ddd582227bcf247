"""Quads as numbers: for each predicate the graph, subject and object of every statement.

Before: `GRAPH <g> { <c1> neg:affirms <p1> }`. After: under `neg:affirms`, one row of three numbers.
This is the only module that reads a store's text; polars numbers the terms.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import IO, cast

import numpy as np
import numpy.typing as npt
import polars as pl

from kg.columns.dictionary import read_n3
from kg.errors import StoreError
from kg.store.protocol import Store
from kg.terms import Iri, Quad, Term, n3
from kg.vocab import CLASS_BASE

Codes = npt.NDArray[np.uint32]
Mask = npt.NDArray[np.bool_]

_BLOCK = 16 << 20  # bytes of text that are numbered at one time
_THREADS = 2  # the engine answers several queries at one time; the rest is polars' own threads


@dataclass(frozen=True, slots=True)
class Rows:
    """Statements of one predicate: codes of graph, subject and object."""

    g: Codes
    s: Codes
    o: Codes

    def __len__(self) -> int:
        return len(self.g)

    def take(self, rows: Mask) -> Rows:
        """Return some of the rows."""
        return Rows(self.g[rows], self.s[rows], self.o[rows])


class Interner:
    """Numbers for the texts of terms, in the order in which they are met."""

    def __init__(self) -> None:
        self._type = pl.Categorical(pl.Categories.random("terms", physical=pl.UInt32))
        self._anchor = pl.Series([""], dtype=self._type)  # the numbers last as long as some column uses them

    def rows(self, block: bytes) -> Rows:
        """Number the cells of some lines of graph, subject and object, parted by tabs."""
        schema = dict.fromkeys(("g", "s", "o"), self._type)
        frame = pl.read_csv(block, separator="\t", quote_char=None, has_header=False, schema=schema)
        return Rows(*(column.to_physical().to_numpy() for column in frame))

    def codes(self, texts: Sequence[str]) -> Codes:
        """Number some terms in N-Triples form."""
        return pl.Series(texts, dtype=pl.String).cast(self._type).to_physical().to_numpy()

    def texts(self, codes: Codes) -> pl.Series:
        """Return the texts of some codes."""
        return pl.Series(codes, dtype=pl.UInt32).cat.to(self._type).cast(pl.String)


class Statements:
    """All statements of a data set, by predicate, and what is known of a term from its text alone.

    `rows` leaves out the graphs named in `without`.
    """

    def __init__(self, interner: Interner, rows: Mapping[Iri, Rows], without: Sequence[Iri] = ()) -> None:
        self._interner = interner
        self._codes: dict[Iri, int] = {}
        left_out = interner.codes([n3(graph) for graph in without])
        kept = {p: found.take(~np.isin(found.g, left_out)) for p, found in rows.items()}
        self.rows = {p: found for p, found in sorted(kept.items()) if len(found)}
        codes = (column for found in self.rows.values() for column in (found.g, found.s, found.o))
        self.size = 1 + max((int(column.max()) for column in codes), default=-1)
        self._describe()

    def _describe(self) -> None:
        codes = self._used()
        texts = self._interner.texts(codes)
        if texts.str.starts_with("<<").any():
            raise StoreError("triples about triples (RDF 1.2) are not supported")
        iri, blank = texts.str.starts_with("<"), texts.str.starts_with("_:")
        self.is_iri = self._flags(codes, iri)
        self.is_literal = self._flags(codes, ~(iri | blank))
        self.is_anonymous = self._flags(codes, blank | texts.str.starts_with(f"<{CLASS_BASE}"))

    def _used(self) -> Codes:
        # Numbers given by several threads may have gaps.
        used = np.zeros(self.size, np.bool_)
        for rows in self.rows.values():
            used[rows.g] = used[rows.s] = used[rows.o] = True
        return np.flatnonzero(used).astype(np.uint32)

    def _flags(self, codes: Codes, values: pl.Series) -> Mask:
        flags = np.zeros(self.size, np.bool_)
        flags[codes] = values.to_numpy()
        return flags

    def code(self, term: Iri) -> int:
        """Return the code of a term; one that does not occur has a code that no statement uses."""
        if term not in self._codes:
            self._codes[term] = int(self._interner.codes([n3(term)])[0])
        return self._codes[term]

    def normal(self, codes: Codes) -> pl.Series:
        """Return terms as `n3` writes them, whatever the store's own way."""
        return _normal(self._interner.texts(codes))

    def texts(self, codes: Codes) -> list[str]:
        """Return terms as `n3` writes them, as strings."""
        return self.normal(codes).to_list()

    def terms(self, codes: Codes) -> list[Term]:
        """Return the terms of some codes."""
        return [read_n3(text) for text in self._interner.texts(codes)]

    def encode(self, texts: Sequence[str]) -> Codes:
        """Number terms in N-Triples form, also new ones (whose codes are `size` or more)."""
        return self._interner.codes(texts)


def of_store(store: Store, without: Sequence[Iri] = (), only: Collection[Iri] | None = None) -> Statements:
    """Read all named graphs of a store but some; `only` says which predicates are wanted, if not all."""
    interner = Interner()
    with ThreadPoolExecutor(_THREADS) as threads:
        predicates = store.predicates() if only is None else sorted(only)
        found = threads.map(lambda predicate: _scanned(store, predicate, interner), predicates)
        return Statements(interner, dict(zip(predicates, found, strict=True)), without)


def of_quads(quads: Iterable[Quad], without: Sequence[Iri] = ()) -> Statements:
    """Read quads of named graphs, from wherever they come; those of the default graph are passed over."""
    interner = Interner()
    texts: list[str] = []
    places: dict[Iri, list[int]] = {}
    for s, p, o, g in quads:
        if g is not None:
            places.setdefault(p, []).append(len(texts))
            texts += (n3(g), n3(s), n3(o))
    codes = interner.codes(texts)
    rows = {p: Rows(*(codes[np.array(found) + column] for column in range(3))) for p, found in places.items()}
    return Statements(interner, rows, without)


def _scanned(store: Store, predicate: Iri, interner: Interner) -> Rows:
    blocks = _Blocks(interner)
    store.write_pairs(predicate, cast(IO[bytes], blocks))
    return blocks.rows()


class _Blocks:
    """Takes what a query writes, and numbers it block by block."""

    def __init__(self, interner: Interner) -> None:
        self._interner = interner
        self._waiting = bytearray()
        self._header = True
        self._found: list[Rows] = []

    def write(self, data: bytes) -> int:
        """Take some bytes, which need not end with a line."""
        self._waiting += data
        if len(self._waiting) >= _BLOCK:
            self._number(self._waiting.rfind(b"\n") + 1)
        return len(data)

    def flush(self) -> None:
        """Do nothing: the rest is taken at the end."""

    def rows(self) -> Rows:
        """Return everything that was written."""
        self._number(len(self._waiting))
        return Rows(*(np.concatenate(parts) for parts in zip(*self._columns(), strict=True)))

    def _columns(self) -> Iterator[tuple[Codes, Codes, Codes]]:
        nothing = np.empty(0, np.uint32)
        yield nothing, nothing, nothing
        for rows in self._found:
            yield rows.g, rows.s, rows.o

    def _number(self, end: int) -> None:
        block = bytes(self._waiting[:end])
        del self._waiting[:end]
        if self._header:  # the names of the columns
            block, self._header = block[block.find(b"\n") + 1 :], False
        if block:
            self._found.append(self._interner.rows(block))


def _normal(texts: pl.Series) -> pl.Series:
    """Write terms as `n3` does; only numbers, truth values and what has escapes may be written otherwise."""
    odd = ~texts.str.contains(r"^[<_\"]") | texts.str.contains("\\", literal=True) | texts.str.contains(r"@.*--")
    odd |= texts.str.contains(r'^<[^>]*[\x00-\x20"{}|^`]')
    if odd.any():
        texts = texts.scatter(odd.arg_true(), [n3(read_n3(text)) for text in texts.filter(odd)])
    return texts
