"""N-Quads text as tables of texts, block by block."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import IO

import numpy as np
import numpy.typing as npt
import polars as pl

BLOCK = 32 << 20
"""Bytes of text that are taken at one time."""
SEPARATOR = b"\x1f"
"""What no text to be taken apart may hold as it is; where it is meant, it is escaped."""
_SCHEMA = dict.fromkeys("spog", pl.String)
_NEWLINE, _SPACE, _QUOTE, _ANGLE, _UNDERSCORE = b'\n "<_'


def table(text: bytes) -> pl.DataFrame:
    r"""Take lines of N-Quads apart, as pyoxigraph writes them: one space between terms, control characters escaped.

    Return the texts `s`, `p`, `o` and `g`, which is null for the default graph.

    >>> table(b'<e:s> <e:p> "a b" <e:g> .\n<e:s> <e:p> "<a b" .\n').rows()
    [('<e:s>', '<e:p>', '"a b"', '<e:g>'), ('<e:s>', '<e:p>', '"<a b"', None)]
    """
    marked = np.frombuffer(text, np.uint8).copy()
    ends = np.flatnonzero(marked == _NEWLINE)
    spaces = np.flatnonzero(marked == _SPACE)
    starts = np.concatenate([[0], ends[:-1] + 1])
    first, after = np.searchsorted(spaces, starts), np.searchsorted(spaces, ends)
    last = spaces[after - 1]
    before_graph = spaces[after - 2]
    has_graph = _has_graph(marked, before_graph, last, after - first)
    marked[spaces[first]] = marked[spaces[first + 1]] = SEPARATOR[0]
    marked[np.where(has_graph, before_graph, last)] = SEPARATOR[0]
    found = pl.read_csv(marked.tobytes(), separator="\x1f", quote_char=None, has_header=False, schema=_SCHEMA)
    graph = pl.col("g").str.strip_suffix(" .")  # the full stop alone, if there is none
    return found.with_columns(graph if has_graph.all() else pl.when(pl.Series(has_graph)).then(graph).alias("g"))


def _has_graph(
    marked: npt.NDArray[np.uint8],
    before: npt.NDArray[np.int64],
    last: npt.NDArray[np.int64],
    count: npt.NDArray[np.int64],
) -> npt.NDArray[np.bool_]:
    """Say which lines end with a graph: their last term but the stop is a fourth one, and not the end of a literal."""
    begins = marked[before + 1]
    found = (count > 3) & ((begins == _ANGLE) | (begins == _UNDERSCORE))
    # A literal may end in what looks like a graph: "a <b"^^<http://e/t>. No graph has a quotation mark in it.
    quotes = np.flatnonzero(marked == _QUOTE)
    inside = np.searchsorted(quotes, last) - np.searchsorted(quotes, before)
    ends_so: npt.NDArray[np.bool_] = found & (inside == 0)
    return ends_so


def lines(frame: pl.DataFrame) -> bytes:
    r"""Write a table as N-Quads again.

    >>> lines(table(b'<e:s> <e:p> "a b" .\n'))
    b'<e:s> <e:p> "a b" .\n'
    """
    if not len(frame):
        return b""
    space, end = pl.lit(" "), pl.lit(" .\n")
    graph = pl.when(pl.col("g").is_null()).then(pl.lit("")).otherwise(pl.concat_str(space, "g"))
    written = frame.select(pl.concat_str("s", space, "p", space, "o", graph, end)).to_series()
    return str(written.str.join("").item()).encode()


def blocks(file: IO[bytes]) -> Iterator[bytes]:
    """Yield a text in blocks of whole lines."""
    rest = b""
    while block := file.read(BLOCK):
        cut = block.rfind(b"\n") + 1
        yield rest + block[:cut]
        rest = block[cut:]
    if rest:
        yield rest


def tables(path: Path) -> Iterator[pl.DataFrame]:
    """Yield a file of N-Quads in tables."""
    with path.open("rb") as file:
        for block in blocks(file):
            if block:
                yield table(block)
