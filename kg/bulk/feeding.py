"""A file as a parser takes it: unpacked, counted, and with what is wrong with its bytes said plainly."""

from __future__ import annotations

import gzip
import io
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Protocol, cast

import pyoxigraph as ox

from kg.formats.rdf_syntax import SyntaxFault, refuse_nested_triples

LONGEST_LINE = 16 << 20
"""Bytes of a line; a longer one is no text that anybody meant to write."""
_READ = 1 << 20
_BOM = b"\xef\xbb\xbf"


class Progress(Protocol):
    """Told what is being done, how much of it is done, and how much there is (None: not known)."""

    def __call__(self, stage: str, done: int, total: int | None) -> None:
        """Take the news; called often, so be quick."""


class Unreadable(Exception):
    """What is wrong with the bytes of a file, and at which line (0: unknown)."""

    def __init__(self, message: str, line: int = 0) -> None:
        super().__init__(message)
        self.line = line


class Feed(io.RawIOBase):
    """Gives a parser what it asks for, from a file that may be packed with gzip; `by_line` gives a line at most."""

    def __init__(self, path: Path, told: Callable[[int], None] = lambda _: None, *, by_line: bool = False) -> None:
        self._raw = path.open("rb")
        packed = self._raw.read(2) == b"\x1f\x8b"
        self._raw.seek(0)
        self._file = cast(IO[bytes], gzip.GzipFile(fileobj=self._raw) if packed else self._raw)
        self._told, self._by_line = told, by_line
        self._waiting: memoryview | bytes = b""
        self._begun = False
        self._since_break = 0
        self.breaks = 0
        """How many lines have ended so far."""
        self.line = 0
        """The line that was given last, if they are given one by one."""

    def readable(self) -> bool:
        """Say that it can be read."""
        return True

    def read(self, size: int = -1) -> bytes:
        """Return some bytes, at most so many; none at the end."""
        if not len(self._waiting):
            self._waiting = memoryview(self._more())
        size = len(self._waiting) if size < 0 else size
        given, self._waiting = bytes(self._waiting[:size]), self._waiting[size:]
        return given

    def _more(self) -> bytes:
        try:
            data = self._file.readline(LONGEST_LINE + 1) if self._by_line else self._file.read(_READ)
        except EOFError:
            raise Unreadable("the gzip file ends too early; it was cut off, so copy or fetch it again") from None
        except (gzip.BadGzipFile, zlib.error) as error:
            raise Unreadable(f"the gzip file is damaged ({error})") from None
        except OSError as error:
            raise Unreadable(f"cannot be read: {error.strerror or error}") from None
        if not self._begun:
            self._begun, data = True, data.removeprefix(_BOM)
        self.line += 1
        self._measure(data)
        self._told(self._raw.tell())
        return data

    @property
    def in_a_line(self) -> bool:
        """Whether what was given last does not end a line."""
        return self._since_break > 0

    def _measure(self, data: bytes) -> None:
        try:
            refuse_nested_triples(data)
        except SyntaxFault as error:
            raise Unreadable(str(error), self.breaks + error.line) from None
        self.breaks += data.count(b"\n")
        last = data.rfind(b"\n")
        self._since_break = self._since_break + len(data) if last < 0 else len(data) - last - 1
        if self._since_break > LONGEST_LINE:
            raise Unreadable(f"a line is longer than {LONGEST_LINE >> 20} MiB; is this the right file?")

    def close(self) -> None:
        """Close the file."""
        self._file.close()
        self._raw.close()
        super().close()


def lines_of(path: Path, form: ox.RdfFormat, base: str, ordinals: set[int]) -> dict[int, int]:
    """Return the lines in which some statements of a file end, by their numbers in it, counted from 0."""
    found: dict[int, int] = {}
    last = max(ordinals, default=-1)
    with opened(path, by_line=True) as feed:
        for number, _ in enumerate(ox.parse(cast(IO[bytes], feed), format=form, base_iri=base)):
            if number in ordinals:
                found[number] = feed.line
            if number >= last:
                break
    return found


@contextmanager
def opened(path: Path, told: Callable[[int], None] = lambda _: None, *, by_line: bool = False) -> Iterator[Feed]:
    """Open a file for a parser; raises `Unreadable` if that cannot be done."""
    try:
        feed = Feed(path, told, by_line=by_line)
    except OSError as error:
        raise Unreadable(f"cannot be read: {error.strerror or error}") from None
    try:
        yield feed
    finally:
        feed.close()
