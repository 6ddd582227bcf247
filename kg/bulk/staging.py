"""Files as N-Quads in a folder of their own, read once, before anything reaches the store.

Before: `big.trig.gz`. After: `0.nq`, in which every triple names its graph and every blank node has the label that
the ordinary reader gives it; and a `Survey` of what is in it. A program that dies leaves the folder behind; the next
load into the same store sweeps it away.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Self, cast

import pyoxigraph as ox

from kg.bulk.feeding import Progress, Unreadable, lines_of, opened
from kg.bulk.surveying import MOST_FAULTS, Survey
from kg.bulk.texts import BLOCK, SEPARATOR, lines, table
from kg.errors import Fault, StoreError
from kg.formats.lexicon import shipped
from kg.formats.rdf_files import file_graph
from kg.formats.rdf_syntax import FORMATS, SyntaxFault, explained
from kg.formats.tables import Source, csv_blocks, ndjson_blocks
from kg.store.plainly import is_full
from kg.terms import Iri

_LINE_BASED = ("nq", "nt")


@dataclass(frozen=True, slots=True)
class Input:
    """A file to load in bulk: what it is called in messages (`file`) and in the name of its graph (`name`)."""

    path: Path
    file: str
    name: str
    syntax: str


@dataclass(slots=True)
class Staged:
    """A file that was read: what is known of it, and where its N-Quads lie."""

    given: Input
    path: Path
    survey: Survey
    home: Iri
    mark: str
    one_a_line: bool = False
    """Whether each line of the file holds one statement, and nothing else does."""

    @property
    def graphs(self) -> dict[Iri, int]:
        """How many statements each graph has."""
        names = {self.survey.default: self.home}
        found: dict[Iri, int] = {}
        for text, count in self.survey.graphs.items():
            name = names.get(text, Iri(text[1:-1]))
            found[name] = found.get(name, 0) + count
        return found

    @property
    def needs_names(self) -> bool:
        """Whether its blank nodes and its own graph still have the names that they were given while it was read."""
        return bool(self.survey.labels) or self.survey.default in self.survey.graphs

    def final(self, text: bytes) -> bytes:
        """Put the names in, now that all the graphs are known."""
        text = text.replace(self.survey.default.encode(), f"<{self.home}>".encode())
        return text.replace(f"_:f{self.survey.mark}b".encode(), f"_:f{self.mark}b".encode())

    def places(self, ordinals: set[int]) -> dict[int, int]:
        """Return the lines of some of its statements in the file as it was given."""
        if self.given.syntax not in FORMATS:
            return {}
        if self.one_a_line and self.given.syntax in _LINE_BASED:
            return {ordinal: ordinal + 1 for ordinal in ordinals}
        try:
            return lines_of(self.given.path, FORMATS[self.given.syntax], file_graph(self.given.name), ordinals)
        except (Unreadable, SyntaxError, OSError):  # it has changed since it was read
            return {}


def stage(given: Input, path: Path, survey: Survey, progress: Progress) -> tuple[Staged, list[Fault]]:
    """Write a file as N-Quads; return what was found, and every fault of its bytes, its syntax and its dates."""
    faults: list[Fault] = []
    breaks = 0
    try:
        size = given.path.stat().st_size
        with (
            unless_full(path),
            opened(given.path, lambda done: progress(f"reading {given.path.name}", done, size)) as feed,
            path.open("wb") as out,
            Writer(out, survey) as writer,
        ):
            if given.syntax in FORMATS:
                parsed = ox.parse(cast(IO[bytes], feed), format=FORMATS[given.syntax], base_iri=file_graph(given.name))
                ox.serialize(parsed, output=cast(IO[bytes], writer), format=FORMATS["nq"])
            else:
                faults += _write_rows(given, cast(IO[bytes], feed), writer)
            writer.finish()
            breaks = -1 if feed.in_a_line else feed.breaks
    except Unreadable as error:
        faults.append(Fault(given.file, error.line, int(error.line > 0), str(error)))
    except FileNotFoundError:
        faults.append(Fault(given.file, 0, 0, "there is no such file any more"))
    except SyntaxError:
        faults += syntax_faults(given)
    heads = survey.heads
    home = Iri(next(iter(heads))[1:-1]) if len(heads) == 1 else file_graph(given.name)
    staged = Staged(given, path, survey, home, "", one_a_line=breaks == survey.statements)
    staged.mark = survey.final_mark(given.name, list(staged.graphs))
    return staged, faults + _of_survey(staged)


def _write_rows(given: Input, feed: IO[bytes], writer: Writer) -> Iterator[Fault]:
    """Write the quads of a table's rows; yield what is wrong with them."""
    blocks_of = {"csv": csv_blocks, "ndjson": ndjson_blocks}[given.syntax]
    for block in blocks_of(feed, Source(given.file, given.name, given.path), shipped()):
        yield from block.faults
        for text in (block.sure, block.other):
            writer.write(text if SEPARATOR not in text else _spelled_out(text))


def _spelled_out(text: bytes) -> bytes:
    """Write N-Quads with control characters escaped."""
    return ox.serialize(ox.parse(text, format=FORMATS["nq"]), format=FORMATS["nq"]) or b""


class Writer:
    """Takes N-Quads as they are serialised; surveys them, and writes them to the file.

    A block is surveyed by a second thread while the next one is read; both spend their time outside Python.
    """

    def __init__(self, out: IO[bytes], survey: Survey) -> None:
        self._out, self._survey = out, survey
        self._waiting = bytearray()
        self._second = ThreadPoolExecutor(1)
        self._begun: Future[None] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._second.shutdown()

    def write(self, data: bytes) -> int:
        """Take some bytes, which need not end with a line."""
        self._waiting += data
        if len(self._waiting) >= BLOCK:
            self._take(self._waiting.rfind(b"\n") + 1)
        return len(data)

    def flush(self) -> None:
        """Do nothing: blocks are written when they are full."""

    def finish(self) -> None:
        """Take the rest, and return when all is written; raise what went wrong."""
        self._take(len(self._waiting))
        self._settle()

    def _take(self, end: int) -> None:
        text = bytes(self._waiting[:end])
        del self._waiting[:end]
        self._settle()
        if text:
            self._begun = self._second.submit(self._write, text)

    def _settle(self) -> None:
        if self._begun is not None:
            begun, self._begun = self._begun, None
            begun.result()

    def _write(self, text: bytes) -> None:
        frame = table(text)
        changed = self._survey.take(frame)
        self._out.write(text if changed is frame else lines(changed))


def syntax_faults(given: Input) -> list[Fault]:
    """Read a file again and say every fault of its syntax; but for N-Quads and N-Triples there is only a first one."""
    faults: list[Fault] = []
    more = 0
    for found in _syntax_faults(given):
        if len(faults) < MOST_FAULTS:
            faults.append(Fault(given.file, found.line, found.column, str(found)))
        else:
            more += 1
    if more:
        faults.append(Fault(given.file, 0, 0, f"and {more:,} more faults of this kind"))
    return faults


def _syntax_faults(given: Input) -> Iterator[SyntaxFault]:
    line = 0
    with opened(given.path) as feed:
        parsed = ox.parse(cast(IO[bytes], feed), format=FORMATS[given.syntax], base_iri=file_graph(given.name))
        while True:
            try:
                if next(parsed, None) is None:
                    return
            except SyntaxError as error:
                found = explained(error, given.syntax)
                if "UTF-8" in str(found):  # then more of it is not worth reading
                    yield SyntaxFault(found.line, found.column, "this is not UTF-8 text; save the file as UTF-8")
                    return
                if found.line != line:  # else it follows from the fault before
                    yield found
                line = found.line
                if given.syntax not in _LINE_BASED:
                    return
            except Unreadable as error:
                yield SyntaxFault(error.line, int(error.line > 0), str(error))
                return


def _of_survey(staged: Staged) -> list[Fault]:
    found = staged.survey.faults
    if not found:
        return []
    places = staged.places({one.ordinal for one in found})
    faults: list[Fault] = []
    by_line = staged.given.syntax in _LINE_BASED
    for one in found:
        line = places.get(one.ordinal, 0)
        faults.append(Fault(staged.given.file, line, one.column if by_line else int(line > 0), one.message))
    if staged.survey.more_faults:
        faults.append(Fault(staged.given.file, 0, 0, f"and {staged.survey.more_faults:,} more faults of these kinds"))
    return faults


# -- the folder ------------------------------------------------------------------------------------


@contextmanager
def staging_folder(beside: Path | None) -> Iterator[Path]:
    """Make an empty folder for the time of a load, and remove it however the load ends.

    It lies beside the store's folder, so that it is on the same disk; whoever has the store open for writing may
    sweep away what an earlier load left there. Without a store's folder it is a temporary one.
    """
    if beside is None:
        with tempfile.TemporaryDirectory(prefix="parley-load-") as name:
            yield Path(name)
        return
    place = beside.resolve()
    folder = place.with_name(f".{place.name}.loading")
    with unless_full(folder):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def unless_full(path: Path) -> Iterator[None]:
    """Say plainly that a disk is full, or cannot be written to."""
    try:
        yield
    except OSError as error:
        if is_full(error):
            message = "the disk is full; the files to load are first written there as N-Quads. Nothing was loaded"
        else:
            message = error.strerror or str(error)
        raise StoreError(f"{path.parent}: {message}") from error
