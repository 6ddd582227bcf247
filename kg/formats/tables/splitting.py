"""The bytes of a CSV file to rows of cells, strictly by RFC 4180, a block at a time.

Two ways with one result: a tokenizer that knows every line, for small files and for saying what is wrong, and the
columnar engine's reader for blocks that are surely well formed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import IO

import polars as pl

BLOCK = 2_000_000
"""Bytes that are split at a time; the quads of so much text are some 20 MB, and larger texts are slower to copy."""
LONGEST_ROW = 64_000_000
"""Bytes of one row; a longer one is a quote that was never closed."""
_LONGEST = f"{LONGEST_ROW // 1_000_000} MB"
LINE = "line"
DELIMITERS = (",", ";", "\t")


class BadTable(ValueError):
    """A text that cannot be split into rows, at a line and the number of a cell."""

    def __init__(self, line: int, cell: int, message: str) -> None:
        super().__init__(message)
        self.line, self.cell = line, cell


@dataclass(frozen=True, slots=True)
class Chunk:
    """Whole rows as they stand in the file, and the line in which they begin."""

    data: bytes
    line: int


def chunks(file: IO[bytes], block: int = BLOCK) -> Iterator[Chunk]:
    """Cut a file at ends of rows into chunks of about `block` bytes; a byte order mark is left out.

    A line break inside quotes ends no row: before the end of a row the number of quotes is even.
    """
    return _chunks(file, block, _last_end, f"this row is longer than {_LONGEST}; is a quote not closed?")


def lines_of(file: IO[bytes], block: int = BLOCK) -> Iterator[Chunk]:
    """Cut a file at ends of lines into chunks of about `block` bytes; a byte order mark is left out."""
    return _chunks(file, block, lambda held: held.rfind(b"\n") + 1, f"this line is longer than {_LONGEST}")


def _chunks(file: IO[bytes], block: int, last_end: Callable[[bytes], int], too_long: str) -> Iterator[Chunk]:
    """Cut a file where `last_end` says that the last whole row of what is held ends (0: nowhere yet)."""
    line, held = 1, _without_mark(file)
    while True:
        more = file.read(block)
        held += more
        cut = last_end(held) if more else len(held)
        if cut:
            yield Chunk(held[:cut], line)
            line += held.count(b"\n", 0, cut)
            held = held[cut:]
        if not more:
            return
        if len(held) > LONGEST_ROW:
            raise BadTable(line, 1, too_long)


def _without_mark(file: IO[bytes]) -> bytes:
    """Read the first bytes of a file, and leave out a byte order mark."""
    head = b""
    while len(head) < 3 and (more := file.read(3 - len(head))):
        head += more
    return head.removeprefix(b"\xef\xbb\xbf")


def first_end(data: bytes) -> int:
    """Return where the first row ends."""
    at = -1
    while (at := data.find(b"\n", at + 1)) >= 0:
        if data.count(b'"', 0, at) % 2 == 0:
            return at + 1
    return len(data)


def _last_end(data: bytes) -> int:
    """Return where the last whole row ends; 0: nowhere."""
    quotes, upto = data.count(b'"'), len(data)
    while (at := data.rfind(b"\n", 0, upto)) >= 0:
        quotes -= data.count(b'"', at, upto)
        if quotes % 2 == 0:
            return at + 1
        upto = at
    return 0


def text_of(chunk: Chunk) -> str:
    """Decode a chunk, or raise `BadTable` with the line that is not UTF-8."""
    try:
        text = chunk.data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = chunk.line + chunk.data.count(b"\n", 0, error.start)
        raise BadTable(line, 1, "this is not UTF-8 text; save the file as UTF-8") from None
    if "\x00" in text:
        line = chunk.line + text.count("\n", 0, text.index("\x00"))
        raise BadTable(line, 1, "the character U+0000 cannot stand in a text")
    return text


def split(text: str, delimiter: str, line: int = 1) -> Iterator[tuple[int, list[str]]]:
    r"""Yield the rows of a text, each with the line in which it begins; lines with nothing in them are left out.

    >>> list(split('a,"b ""1"", c"\n\n"x\ny",\n', ","))
    [(1, ['a', 'b "1", c']), (3, ['x\ny', ''])]
    """
    match_cell = _cell(delimiter).match
    cells: list[str] = []
    at, first, end = 0, line, len(text)
    while at < end:
        match = match_cell(text, at)
        if match is None:
            raise BadTable(line, len(cells) + 1, _why(text, at))
        quoted, plain, after = match.groups()
        if quoted is not None:
            line += quoted.count("\n")
        cells.append(plain if quoted is None else quoted.replace('""', '"'))
        at = match.end()
        if after == delimiter:
            if at == end:
                cells.append("")
            else:
                continue
        if cells != [""]:
            yield first, cells
        cells = []
        line += 1
        first = line


def _cell(delimiter: str) -> re.Pattern[str]:
    mark = re.escape(delimiter)
    return re.compile(rf'(?:"((?:[^"]|"")*+)"|([^"{mark}\r\n]*+))({mark}|\r\n|\n|\r|\Z)')


def _why(text: str, at: int) -> str:
    if text[at] == '"' and re.compile(r'"(?:[^"]|"")*+"').match(text, at) is None:
        return "this cell begins with a quote that is never closed"
    return 'a quote inside a cell is written twice, and the cell stands in quotes: "so ""quoted"" it is"'


def columns(chunk: Chunk, delimiter: str, names: Sequence[str]) -> pl.DataFrame:
    """Split a chunk into columns of texts, and the line in which each row begins (`line`, unsigned).

    A short row is filled up with empty cells; a long one raises `BadTable`.
    """
    text = text_of(chunk)
    width = len(names)
    if width > 1 and pl.Series([text]).str.contains(_well_formed(delimiter)).item():
        try:
            frame = pl.read_csv(
                chunk.data,
                has_header=False,
                separator=delimiter,
                schema=dict.fromkeys(names, pl.String),
            ).with_columns(pl.all().fill_null(""))
        except pl.exceptions.PolarsError:
            pass  # a row that is too long: the tokenizer says which
        else:
            return frame.with_columns(_lines(frame, chunk.line, text.count("\n")))
    rows = list(split(text, delimiter, chunk.line))
    for line, cells in rows:
        if len(cells) > width:
            raise BadTable(line, width + 1, f"this row has {len(cells)} cells, and the table {width} columns")
    full = [[*cells, *[""] * (width - len(cells))] for _, cells in rows]
    frame = pl.DataFrame(full, schema=dict.fromkeys(names, pl.String), orient="row")
    return frame.with_columns(pl.Series(LINE, [line for line, _ in rows], dtype=pl.UInt64))


def _well_formed(delimiter: str) -> str:
    """Match a text all of whose rows have two cells or more: then no row is an empty line."""
    mark = re.escape(delimiter)
    cell = rf'(?:"(?:[^"]|"")*"|[^"{mark}\r\n]*)'
    return rf"\A(?:{cell}(?:{mark}{cell})+\r?\n)*\z"


def _lines(frame: pl.DataFrame, first: int, breaks: int) -> pl.Series:
    """Number the lines in which rows begin; a cell may have several lines."""
    height = frame.height
    if breaks == height:
        return pl.int_range(first, first + height, dtype=pl.UInt64, eager=True).alias(LINE)
    inside = frame.select(pl.sum_horizontal(pl.all().str.count_matches("\n", literal=True))).to_series()
    before = (inside.cast(pl.UInt64) + 1).cum_sum().shift(1, fill_value=0)
    return (before + first).alias(LINE)
