"""Tables of claims in CSV: a small one to a dossier with the place of everything, a large one to N-Quads by blocks."""

from __future__ import annotations

import io
import itertools
from collections.abc import Iterator
from dataclasses import replace
from typing import IO

import polars as pl

from kg.errors import BadInput, Fault
from kg.formats.desk import Desk
from kg.formats.dossier import Appended, ReadDossier, read_records
from kg.formats.lexicon import Lexicon
from kg.formats.tables.blocks import MOST_FAULTS, Block, EarlyNames, SeenIds, as_nquads, read_claims, unknown_names
from kg.formats.tables.claim_trees import ClaimTrees
from kg.formats.tables.opening import Source, Table, open_table, shifted
from kg.formats.tables.plain import PlainRows
from kg.formats.tables.rows import groups, names, ready, whole_claims
from kg.formats.tables.splitting import BLOCK, LINE, BadTable, Chunk, chunks, columns, first_end
from kg.formats.yaml_reader import Mapping, Text, Tree
from kg.rdf import dossier_triples
from kg.terms import Iri

# A small table


def read_csv(data: bytes, source: Source, lexicon: Lexicon) -> tuple[ReadDossier | None, list[Fault]]:
    """Read a table of claims as the dossier that says the same; with faults, what was understood must not be used."""
    try:
        table, frames = _opened(io.BytesIO(data), source, lexicon, BLOCK)
        found = [*frames]
    except BadTable as error:
        return None, [Fault(source.file, error.line, error.cell, str(error))]
    except BadInput as error:
        return None, list(error.faults)
    appended = Appended(table.entries_file, data.count(b"\n") + 1)
    desk = Desk(source.file, lexicon, table.dossier)
    claims = _claims(pl.concat(found), ClaimTrees(table.header, desk), desk) if found else {}
    tree = _joined(shifted(table.tree(), appended.after), claims, desk)
    read, own = read_records(tree, source.file, lexicon, None if table.entries is not None else [])
    faults = [appended.placed(fault) for fault in (*desk.faults, *own.faults)]
    places = {node: place for node, place in read.places.items() if place[0] <= appended.after}
    return replace(read, places={**places, table.dossier: (1, 1)}, appended=appended), faults


def _claims(frame: pl.DataFrame, trees: ClaimTrees, desk: Desk) -> dict[str, tuple[Text, Tree]]:
    """Return the claims of rows by their ids; an id that comes again further down is a fault."""
    found: dict[str, tuple[Text, Tree]] = {}
    for rows in groups(frame):
        key, tree = trees.tree(rows)
        if key.value in found:
            desk.complain(key, trees.again.format(found[key.value][0].line))
        found.setdefault(key.value, (key, tree))
    return found


def _joined(entries: Tree, claims: dict[str, tuple[Text, Tree]], desk: Desk) -> Mapping:
    """Put the claims of the table beside those that stand with the entries."""
    items = dict(entries.items) if isinstance(entries, Mapping) else {}
    own = items.get("claims")
    if own is not None and isinstance(own[1], Mapping):
        for name, (key, _) in own[1].items.items():
            if name in claims:
                desk.complain(key, f'the id "{name}" is already used in the table; ids are unique in a dossier')
        claims = claims | own[1].items
    at = own[0] if own is not None else Text("claims", quoted=False, line=1, column=1)
    return Mapping(items | {"claims": (at, Mapping(claims, at.line, at.column))})


# Any table


def _opened(file: IO[bytes], source: Source, lexicon: Lexicon, block: int) -> tuple[Table, Iterator[pl.DataFrame]]:
    """Read the titles of a table; return with it its rows, by blocks, ready and never cut inside a claim."""
    parts = chunks(file, block)
    first = next(parts, Chunk(b"", 1))
    end = first_end(first.data)
    titles = first.data[:end]
    try:
        head = titles.decode("utf-8")
    except UnicodeDecodeError:
        raise BadTable(1, 1, "this is not UTF-8 text; save the file as UTF-8") from None
    if not head.strip():
        raise BadTable(1, 1, "the table is empty; its first row names the columns, such as id, by, on, act")
    table = open_table(head, source, lexicon)

    def frames() -> Iterator[pl.DataFrame]:
        rest = Chunk(first.data[end:], first.line + titles.count(b"\n"))
        for part in itertools.chain([rest], parts):
            yield ready(columns(part, table.delimiter, names(table.header)), table.header, lexicon)

    return table, whole_claims(frames())


def csv_blocks(file: IO[bytes], source: Source, lexicon: Lexicon, *, block: int = BLOCK) -> Iterator[Block]:
    """Read a table of claims as N-Quads, about `block` bytes at a time; no more of it is ever in memory.

    The first block holds what stands beside the rows. The quads of all blocks are those that `read_csv` gives, and the
    faults are said in the same words; ids that come twice, and names of nothing, are found at the end.
    """
    try:
        table, frames = _opened(file, source, lexicon, block)
    except BadTable as error:
        yield Block(Iri(""), faults=(Fault(source.file, error.line, error.cell, str(error)),))
        return
    except BadInput as error:
        yield Block(Iri(""), faults=error.faults)
        return
    stream = _Stream(table, lexicon)
    yield stream.beside()
    try:
        for frame in frames:
            yield stream.block(frame)
            if stream.faults > MOST_FAULTS:
                break
    except BadTable as error:
        yield Block(table.dossier, faults=(Fault(source.file, error.line, error.cell, str(error)),))
        return
    yield stream.end()


class _Stream:
    """The state of reading one table by blocks."""

    def __init__(self, table: Table, lexicon: Lexicon) -> None:
        self._table = table
        self._read, self._desk = table.desk(lexicon)
        self._met_beside = self._desk.elsewhere or []
        plain = replace(self._desk, faults=[], background=set(), elsewhere=None if table.entries is not None else [])
        self._early = EarlyNames()
        # Only a table with a column for it has claims with an address of their own.
        self._plain = PlainRows(plain, self._early if "iri" in table.header.known else None)
        self._seen = SeenIds()
        self._early.named(pl.Series([text.value for text, _ in self._met_beside], dtype=pl.String))
        self._noted = 0
        self.faults = 0

    def beside(self) -> Block:
        """Return what stands beside the rows: the head of the dossier, its entries and claims."""
        dossier = self._read.dossier
        text, quads = as_nquads(dossier_triples(dossier), dossier.iri)
        faults = self._taken()
        self._desk.file = self._table.source.file
        self._desk.background.clear()
        self._desk.elsewhere = []
        return Block(dossier.iri, other=text.encode(), quads=quads, claims=len(dossier.claims), faults=faults)

    def _taken(self) -> tuple[Fault, ...]:
        """Take the faults from the desk."""
        found = tuple(self._desk.faults)
        self._desk.faults.clear()
        self.faults += len(found)
        return found

    def block(self, frame: pl.DataFrame) -> Block:
        """Read some whole claims."""
        plain = self._plain.text(frame)
        firsts = frame.filter((frame["id"] != frame["id"].shift(1)).fill_null(value=True))
        self._seen.add(firsts["id"], firsts[LINE])
        left = frame.filter(plain.left)
        section = Mapping(dict(_claims(left, ClaimTrees(self._table.header, self._desk), self._desk)))
        _, triples = read_claims(section, self._desk)
        self._early_names(section)
        text, quads = as_nquads(triples, self._table.dossier)
        return Block(
            self._table.dossier,
            plain.sure,
            plain.other + text.encode(),
            plain.quads + quads,
            firsts.height,
            self._taken(),
        )

    def _early_names(self, section: Mapping) -> None:
        """Look out for claims that were named by their id before it was known that they have another address."""
        met = self._desk.elsewhere or []
        self._early.named(pl.Series([text.value for text, _ in met[self._noted :]], dtype=pl.String))
        self._early.addressed(section, self._desk)
        self._noted = len(met)
        if self._table.entries is None:
            met.clear()
            self._noted = 0

    def end(self) -> Block:
        """Say what can be known only when the whole table is read."""
        if self.faults > MOST_FAULTS:
            said = f"reading stopped after {self.faults:,} faults"
            return Block(self._table.dossier, faults=(Fault(self._table.source.file, 0, 0, said),))
        trees = ClaimTrees(self._table.header, self._desk)
        for line, first in self._seen.twice():
            self._desk.complain_at(line, trees.column("id"), trees.again.format(first))
        if self._table.entries is not None:
            unknown_names(self._desk.elsewhere or [], self._seen, self._desk)
            faults = self._taken()
            self._desk.file = self._table.entries_file
            unknown_names(self._met_beside, self._seen, self._desk)
            return Block(self._table.dossier, faults=(*faults, *self._taken()))
        return Block(self._table.dossier, faults=self._taken())
