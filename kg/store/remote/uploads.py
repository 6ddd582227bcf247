"""What is to be written, on its way to a server: put down in a file first, then sent in parts.

So nothing is sent before everything has been read without a fault, and what is large is not held in memory.
"""

from __future__ import annotations

import tempfile
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from kg.errors import StoreError
from kg.store.remote.spelling import check_iri, statement, written
from kg.terms import Iri, Triple, n3

PART_BYTES = 4 << 20
"""How much is sent at a time."""

PIECE_BYTES = 256 << 10
"""How much of one long request is handed over at a time."""

_IN_MEMORY = 8 << 20


class Upload:
    """Statements of some graphs, as lines `<graph> <subject> <predicate> object`."""

    def __init__(self, graphs: Iterable[Iri], *, kept: bool) -> None:
        self.graphs: tuple[Iri, ...] = tuple(dict.fromkeys(check_iri(graph) for graph in graphs))
        self.size = 0
        self.filled: set[bytes] = set()
        self._kept = kept
        self._file = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 (closed by __exit__)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def add_triples(self, graphs: Mapping[Iri, Iterable[Triple]]) -> None:
        """Take the triples of graphs; raise `StoreError` for what cannot be written."""
        for graph, triples in graphs.items():
            name = n3(graph).encode()
            for s, p, o in triples:
                self._add(name, f"{written(s)} {written(check_iri(p))} {written(o, kept=self._kept)}")

    def add_files(self, files: Sequence[Path]) -> None:
        """Take the statements of N-Quads files; raise `StoreError` for a graph that is not one of these."""
        known = {n3(graph).encode() for graph in self.graphs}
        for file in files:
            try:
                with file.open("rb") as lines:
                    self._add_lines(file, lines, known)
            except OSError as error:
                raise StoreError(f"{file} cannot be read: {error.strerror or error}") from None

    def _add_lines(self, file: Path, lines: Iterable[bytes], known: Collection[bytes]) -> None:
        for number, line in enumerate(lines, 1):
            try:
                found = statement(line, kept=self._kept)
            except (StoreError, UnicodeDecodeError) as error:
                raise StoreError(f"{file}:{number}: {error}") from None
            if found is not None:
                if found[0] not in known:
                    raise StoreError(f"{file}:{number}: {found[0].decode('utf-8', 'replace')} is not one of the graphs")
                self._add(*found)

    def _add(self, graph: bytes, triple: str | bytes) -> None:
        try:
            text = triple.encode() if isinstance(triple, str) else triple
        except UnicodeEncodeError:
            raise StoreError("a text holds half a character (a lone surrogate) and cannot be written") from None
        self.size += self._file.write(b"%s %s\n" % (graph, text))
        self.filled.add(graph)

    def quads(self, size: int = PIECE_BYTES) -> Iterator[bytes]:
        """Yield all of it as N-Quads, in pieces that need not end with a line."""
        self._file.seek(0)
        piece = bytearray()
        for line in self._file:
            graph, _, triple = line.partition(b" ")
            piece += triple[:-1] + b" " + graph + b" .\n"
            if len(piece) >= size:
                yield bytes(piece)
                piece.clear()
        yield bytes(piece)

    def parts(self, size: int = PART_BYTES) -> Iterator[Mapping[bytes, bytes]]:
        """Yield the triples by graph, as N-Triples, so much at a time."""
        self._file.seek(0)
        part: dict[bytes, bytearray] = {}
        held = 0
        for line in self._file:
            graph, _, triple = line.partition(b" ")
            part.setdefault(graph, bytearray()).extend(triple[:-1] + b" .\n")
            held += len(line)
            if held >= size:
                yield {graph: bytes(text) for graph, text in part.items()}
                part, held = {}, 0
        if part:
            yield {graph: bytes(text) for graph, text in part.items()}
