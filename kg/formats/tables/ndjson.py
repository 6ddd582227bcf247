"""NDJSON: dossiers a record a line. A small file to dossiers with places, a large one to N-Quads by blocks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import IO

import polars as pl

from kg.errors import Fault
from kg.formats.desk import Desk
from kg.formats.dossier import HEAD, TAIL, ReadDossier, read_records
from kg.formats.entries import EntryReader, collect_ids
from kg.formats.lexicon import Lexicon
from kg.formats.rdf_files import file_graph
from kg.formats.tables.blocks import MOST_FAULTS, Block, EarlyNames, SeenIds, as_nquads, read_claims, unknown_names
from kg.formats.tables.json_trees import json_tree
from kg.formats.tables.opening import Source
from kg.formats.tables.plain import PlainRows
from kg.formats.tables.records import AGAIN, CLAIMS, Pieces, numbered, object_of_record, plain_claims, split_head
from kg.formats.tables.splitting import BLOCK, LINE, BadTable, Chunk, lines_of, text_of
from kg.formats.yaml_reader import Mapping
from kg.rdf import dossier_triples
from kg.terms import Iri

EMPTY = 'the file is empty; a dossier begins with {"dossier": "https://..."}'


def _piece(line: str, number: int, desk: Desk) -> Mapping | None:
    """Read one line as a piece of a dossier."""
    tree = json_tree(line, number, 1, desk.complain_at)
    if tree is None or isinstance(tree, Mapping):
        return tree
    desk.complain(tree, "a line is an object: a piece of a dossier, with its keys")
    return None


# -- a small file ------------------------------------------------------------------------------------


def read_ndjson(data: bytes, source: Source, lexicon: Lexicon) -> tuple[list[ReadDossier], list[Fault]]:
    """Read a file of records as dossiers; with faults, what was understood must not be used."""
    desk = Desk(source.file, lexicon, file_graph(source.name))
    try:
        text = text_of(Chunk(data.removeprefix(b"\xef\xbb\xbf"), 1))
    except BadTable as error:
        return [], [Fault(source.file, error.line, error.cell, str(error))]
    found: list[Pieces] = []
    for number, line in numbered(text, 1):
        piece = _piece(line, number, desk)
        if piece is None:
            continue
        if "dossier" in piece.items or not found:
            found.append(Pieces())
        if "dossier" in piece.items:
            found[-1].head, piece = split_head(piece)
        found[-1].add(piece, desk.complain_at)
    if not found and not desk.faults:
        desk.complain_at(1, 1, EMPTY)
    dossiers: list[ReadDossier] = []
    for pieces in found:
        read, own = read_records(pieces.tree(desk.base), source.file, lexicon, None if pieces.entries_first else [])
        desk.faults += own.faults
        dossiers.append(read)
    return dossiers, desk.faults


# -- a large file ------------------------------------------------------------------------------------


def ndjson_blocks(file: IO[bytes], source: Source, lexicon: Lexicon, *, block: int = BLOCK) -> Iterator[Block]:
    """Read dossiers from records as N-Quads, about `block` bytes at a time; no more of the file is ever in memory.

    A block is of one dossier. The quads are those that `read_ndjson` gives, and the faults are said in the same words;
    ids that come twice, and names of nothing, are found at the end of a dossier.
    """
    stream = _Stream(source, lexicon)
    try:
        for chunk in lines_of(file, block):
            yield from stream.blocks(list(numbered(text_of(chunk), chunk.line)))
            if stream.faults > MOST_FAULTS:
                said = f"reading stopped after {stream.faults:,} faults"
                yield Block(stream.graph, faults=(Fault(source.file, 0, 0, said),))
                return
    except BadTable as error:
        yield Block(stream.graph, faults=(Fault(source.file, error.line, error.cell, str(error)),))
        return
    yield stream.end()


class _Stream:
    """The state of reading one file by blocks: the dossier at hand."""

    def __init__(self, source: Source, lexicon: Lexicon) -> None:
        self._source, self._lexicon = source, lexicon
        self.faults = 0
        self._empty = True
        self._start(None)

    def _start(self, head: Mapping | None) -> ReadDossier:
        """Begin a dossier, with the line that does, or without one."""
        self._own = head is not None
        self._entries_first: bool | None = None
        tree = Pieces(head).tree(file_graph(self._source.name))
        read, self._desk = read_records(tree, self._source.file, self._lexicon, [])
        self._seen = SeenIds()
        self._noted = 0
        self._early = EarlyNames()
        self._plain: PlainRows | None = None
        self._desk.background.clear()
        return read

    @property
    def graph(self) -> Iri:
        """The dossier at hand."""
        return self._desk.base

    def _taken(self) -> tuple[Fault, ...]:
        found = tuple(self._desk.faults)
        self._desk.faults.clear()
        self.faults += len(found)
        return found

    def blocks(self, lines: Iterable[tuple[int, str]]) -> Iterator[Block]:
        """Read some lines; those of each dossier are a block."""
        held: list[tuple[int, str]] = []
        for number, line in lines:
            begins = _piece(line, number, Desk("", self._lexicon, self.graph)) if '"dossier"' in line else None
            if begins is None or "dossier" not in begins.items:
                held.append((number, line))
                continue
            yield from self._block(held)
            if not self._empty:
                yield self.end()
            held = []
            yield self._head(_piece(line, number, self._desk) or begins)
        yield from self._block(held)

    def _head(self, begins: Mapping) -> Block:
        """Begin a dossier: its head, and what else stands in that line."""
        early = self._taken()
        head, rest = split_head(begins)
        read = self._start(head)
        self._empty = False
        text, quads = as_nquads(dossier_triples(read.dossier), self.graph)
        pieces = Pieces()
        pieces.add(rest, self._desk.complain_at)
        more, count, claims = self._sections(pieces)
        faults = (*early, *self._taken())
        return Block(self.graph, other=(text + more).encode(), quads=quads + count, claims=claims, faults=faults)

    def _block(self, lines: Sequence[tuple[int, str]]) -> Iterator[Block]:
        if not lines:
            return
        if self._empty:
            self._empty = False
            read = self._start(None)
            text, quads = as_nquads(dossier_triples(read.dossier), self.graph)
            yield Block(self.graph, other=text.encode(), quads=quads)
        frame, left = plain_claims(lines)
        other, in_other, claims = self._pieces(left, int(frame[LINE][0]) if frame.height else None)
        plain = self._plain_rows().text(frame)
        again = {int(line) for line in frame.filter(plain.left)[LINE]}
        more, in_more, more_claims = self._pieces([one for one in lines if one[0] in again], None)
        sure = frame.filter(~plain.left)
        self._seen.add(sure["id"], sure[LINE])
        rest = plain.other + (other + more).encode()
        quads = plain.quads + in_other + in_more
        yield Block(self.graph, plain.sure, rest, quads, sure.height + claims + more_claims, self._taken())

    def _plain_rows(self) -> PlainRows:
        """Return what reads plain claims: ids are known if entries come first, else any id is good."""
        if self._plain is None:
            desk = replace(self._desk, faults=[], background=set(), elsewhere=None if self._entries_first else [])
            self._plain = PlainRows(desk, self._early, object_of_record)
        return self._plain

    def _pieces(self, lines: Sequence[tuple[int, str]], first_plain: int | None) -> tuple[str, int, int]:
        """Read lines one by one; return their quads, and how many quads and claims there are."""
        pieces = Pieces()
        for number, line in lines:
            piece = _piece(line, number, self._desk)
            if piece is not None:
                if self._entries_first is None and first_plain is not None and number > first_plain:
                    self._entries_first = False
                pieces.add(piece, self._desk.complain_at)
                if self._entries_first is None:
                    self._entries_first = pieces.entries_first
        if self._entries_first is None and first_plain is not None:
            self._entries_first = False
        return self._sections(pieces)

    def _sections(self, pieces: Pieces) -> tuple[str, int, int]:
        """Read the entries and claims of some pieces; the ids of entries stay known."""
        desk = self._desk
        if self._entries_first is None:
            self._entries_first = pieces.entries_first
        known = [*HEAD, *desk.lexicon.sections, *TAIL]
        found: dict[str, Mapping] = {}
        for name, (key, section) in pieces.tree(self.graph).items.items():
            if name in pieces.sections and name not in known:
                desk.unknown(key, "section", known)
            elif name in pieces.sections and isinstance(section, Mapping):
                found[name] = section
        claims_at = found.pop(CLAIMS, Mapping())
        for section in (*found.values(), claims_at):
            keys = [key for key, _ in section.items.values()]
            self._seen.add(
                pl.Series([key.value for key in keys], dtype=pl.String),
                pl.Series([key.line for key in keys], dtype=pl.UInt64),
            )
        collect_ids(desk, found)
        entries = EntryReader(desk)
        for name, section in found.items():
            entries.section(name, section)
        claims, triples = read_claims(claims_at, desk)
        self._early_names(
            Mapping({**claims_at.items, **{k: v for one in found.values() for k, v in one.items.items()}})
        )
        text, quads = as_nquads(triples, self.graph)
        return text, quads, len(claims)

    def _early_names(self, section: Mapping) -> None:
        """Look out for claims that were named by their id before it was known that they have another address."""
        met = self._desk.elsewhere or []
        early = self._early
        early.named(pl.Series([text.value for text, _ in met[self._noted :]], dtype=pl.String))
        early.addressed(section, self._desk)
        self._noted = len(met)
        if not self._entries_first:
            met.clear()
            self._noted = 0

    def end(self) -> Block:
        """Say what can be known only when the whole dossier is read."""
        if self._empty:
            self._desk.complain_at(1, 1, EMPTY)
        for line, first in self._seen.twice():
            self._desk.complain_at(line, 1, AGAIN.format(first))
        if self._entries_first:
            unknown_names(self._desk.elsewhere or [], self._seen, self._desk)
        return Block(self.graph, faults=self._taken())
