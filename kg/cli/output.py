"""How results leave the command line: to a file or to the terminal, coloured only there."""

from __future__ import annotations

import csv
import io
import json
import os
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from kg.cli.untrusted import visible


def emit(text: str, output: Path | None) -> None:
    """Write text to the file, or to standard output; a file is written whole or not at all."""
    if output is None:
        click.echo(visible(text) if sys.stdout.isatty() else text, nl=not text.endswith("\n"))
        return
    output.parent.mkdir(parents=True, exist_ok=True)
    draft = output.with_name(output.name + ".part")
    try:
        draft.write_text(text, encoding="utf-8")
        draft.replace(output)
    except BaseException:  # also when the writing is interrupted from the keyboard
        draft.unlink(missing_ok=True)
        raise
    click.echo(f"wrote {output}", err=True)


def as_json(value: Any) -> str:
    """Write a value as JSON for people and programs."""
    return json.dumps(value, ensure_ascii=False, indent=2)


def console(needed: int = 0) -> Console:
    """Return a console that colours on a terminal only (never with NO_COLOR) and in a pipe is as wide as needed."""
    width = None if sys.stdout.isatty() else max(needed, int(os.environ.get("COLUMNS", "120")))
    return Console(highlight=False, width=width, soft_wrap=not sys.stdout.isatty(), no_color="NO_COLOR" in os.environ)


def plain(text: str) -> str:
    """Make untrusted text safe for a terminal: no markup of ours, no control characters of theirs."""
    return escape(visible(text))


def table_text(columns: Sequence[str], rows: Iterable[Sequence[str]], form: str) -> str:
    """Write rows as csv, tsv or json."""
    if form == "json":
        return as_json([dict(zip(columns, row, strict=True)) for row in rows])
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter="\t" if form == "tsv" else ",", lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)
    return buffer.getvalue()


def print_table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print rows as a table, as wide as it needs in a pipe; where a terminal is too narrow, as records."""
    found = [[plain(cell) for cell in row] for row in rows]
    heads = [plain(column).replace("_", " ") for column in columns]
    widths = [max([len(head), *(len(row[at]) for row in found)]) for at, head in enumerate(heads)]
    needed = sum(widths) + 2 * len(widths)
    out = console(needed)
    if sys.stdout.isatty() and needed > 2 * out.width:
        _print_records(out, heads, found)
    else:
        table = Table(*heads, box=None, pad_edge=False, header_style="bold")
        for row in found:
            table.add_row(*row)
        out.print(table)
    click.echo(f"({len(found)} row{'' if len(found) == 1 else 's'})", err=True)


def _print_records(out: Console, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    for row in rows:
        record = Table(box=None, pad_edge=False, show_header=False)
        record.add_column(style="dim", min_width=max(map(len, heads), default=0))
        record.add_column()
        for head, cell in zip(heads, row, strict=True):
            if cell:
                record.add_row(head, cell)
        out.print(record)
        out.print()
