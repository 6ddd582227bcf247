"""Columns of cells made ready: marks and stray spaces away, empty rows out, each claim with an id.

After it each column has its key as its name; an empty text stands for no cell; `line` is where a row begins.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import polars as pl

from kg.formats.claims import assessments_of
from kg.formats.lexicon import TEXT, Lexicon
from kg.formats.tables.cells import MARKED
from kg.formats.tables.columns import Header
from kg.formats.tables.splitting import LINE
from kg.ids import digest

EXACT = ("object", "exact", "before", "after", "reading")
"""Columns whose cells are taken letter for letter; spaces around the others mean nothing."""


def names(header: Header) -> list[str]:
    """Return a name for every column of the file, also for those that are left out."""
    return [key if key is not None else f"-{number}" for number, key in enumerate(header.keys)]


def ready(frame: pl.DataFrame, header: Header, lexicon: Lexicon) -> pl.DataFrame:
    """Take a split chunk to columns by key; rows with nothing in them are left out."""
    frame = frame.select(*header.known, LINE)
    marked = [key for key in header.known if frame[key].str.starts_with("'").any()]
    frame = frame.with_columns(
        pl.when(pl.col(key).str.contains(MARKED)).then(pl.col(key).str.slice(1)).otherwise(pl.col(key)).alias(key)
        for key in marked
    )
    further = assessments_of(lexicon)
    exact = {*EXACT, *(key for key in header.further if key not in further or further[key].datatype == TEXT)}
    frame = frame.with_columns(pl.col([key for key in header.known if key not in exact]).str.strip_chars())
    frame = frame.filter(pl.any_horizontal(pl.col(header.known) != ""))
    return _with_ids(frame, header)


def _with_ids(frame: pl.DataFrame, header: Header) -> pl.DataFrame:
    """Name rows that have no id by their content, so that the same row is the same claim wherever it stands."""
    if "id" not in header.known:
        frame = frame.with_columns(pl.lit("").alias("id"))
    nameless = frame["id"] == ""
    if not nameless.any():
        return frame
    rows = frame.filter(nameless).drop("id", LINE).iter_rows(named=True)
    made = pl.Series("id", [_name(row) for row in rows], dtype=pl.String)
    return frame.with_columns(frame["id"].scatter(nameless.arg_true(), made))


def _name(row: dict[str, str]) -> str:
    parts = [row["iri"]] if row.get("iri") else [f"{key}={row[key]}" for key in sorted(row) if row[key]]
    return f"claim-{digest(parts, 16)}"


def whole_claims(frames: Iterator[pl.DataFrame]) -> Iterator[pl.DataFrame]:
    """Hold back the rows of the last claim of each block, which may go on in the next one."""
    held: pl.DataFrame | None = None
    for found in frames:
        frame = found if held is None else pl.concat([held, found])
        if not frame.height:
            continue
        last = (frame["id"] != frame["id"][-1]).arg_true()
        cut = int(last[-1]) + 1 if last.len() else 0
        if cut:
            yield frame[:cut]
        held = frame[cut:]
    if held is not None and held.height:
        yield held


def groups(frame: pl.DataFrame) -> Iterator[Sequence[dict[str, str]]]:
    """Yield the rows of each claim, with the cells that are not empty; `line` is a text here, too."""
    rows: list[dict[str, str]] = []
    for row in frame.iter_rows(named=True):
        cells = {key: str(value) for key, value in row.items() if value != ""}
        if rows and rows[0]["id"] != cells["id"]:
            yield rows
            rows = []
        rows.append(cells)
    if rows:
        yield rows
