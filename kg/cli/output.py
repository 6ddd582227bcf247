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


def emit(text: str, output: Path | None) -> None:
    """Write text to the file, or to standard output; a file is written whole or not at all."""
    if output is None:
        click.echo(text, nl=not text.endswith("\n"))
        return
    output.parent.mkdir(parents=True, exist_ok=True)
    draft = output.with_name(output.name + ".part")
    draft.write_text(text, encoding="utf-8")
    draft.replace(output)
    click.echo(f"wrote {output}", err=True)


def as_json(value: Any) -> str:
    """Write a value as JSON for people and programs."""
    return json.dumps(value, ensure_ascii=False, indent=2)


def console() -> Console:
    """Return a console that colours on a terminal only, and never when NO_COLOR is set."""
    width = None if sys.stdout.isatty() else int(os.environ.get("COLUMNS", "120"))
    return Console(highlight=False, width=width, soft_wrap=not sys.stdout.isatty())


def plain(text: str) -> str:
    """Make untrusted text safe for a terminal: no markup of ours, no control characters of theirs."""
    return escape("".join(char if char.isprintable() or char in "\n\t" else "�" for char in text))


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
    """Print rows as a table."""
    table = Table(*[plain(column) for column in columns], box=None, pad_edge=False, header_style="bold")
    count = 0
    for row in rows:
        table.add_row(*(plain(cell) for cell in row))
        count += 1
    console().print(table)
    click.echo(f"({count} row{'' if count == 1 else 's'})", err=True)
