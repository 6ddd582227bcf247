"""`kg store info|backup|restore|compact|check`: a store on disk looked after."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from kg.cli.options import format_option
from kg.cli.output import as_json, plain, print_table
from kg.columns.kept import KeptColumns, kept_columns
from kg.columns.opening import note_change
from kg.errors import StoreError
from kg.store import integrity, upkeep
from kg.store.addresses import is_address
from kg.store.integrity import Finding
from kg.store.oxigraph import OxigraphStore
from kg.store.upkeep import StoreInfo

DAMAGED = 1
"""The exit status when a check has found damage; what could not be done at all exits with 2, as everywhere."""
_MOST_GRAPHS = 20
_UNITS = ("bytes", "KiB", "MiB", "GiB", "TiB")
_STEP = 1024


def _folder(_context: click.Context, _parameter: click.Parameter, text: str) -> Path:
    if is_address(text):
        raise StoreError("kg store looks after stores in folders; a server is looked after by its own tools")
    return Path(text)


_place = click.argument("place", metavar="STORE", type=click.Path(), callback=_folder)


@click.group()
def store() -> None:
    """Look after a store on disk: what is in it, copies of it, whether it is sound."""


@store.command()
@_place
@click.option("--all", "every", is_flag=True, help=f"List every graph (the {_MOST_GRAPHS} largest otherwise).")
@format_option("text", "json")
def info(place: Path, every: bool, form: str) -> None:
    """Say what a store holds, how large it is, and who has it open."""
    found = upkeep.info(place)
    columns = kept_columns(place, found.state)
    if form == "json":
        click.echo(as_json(_info_json(found, columns)))
        return
    rows = [
        ("graphs", f"{len(found.graphs):,}"),
        ("statements", f"{found.quads:,}"),
        ("claims", f"{found.claims:,}"),
        ("size on disk", f"{size_text(found.size)} ({size_text(found.data_size)} of data)"),
        ("columns", _columns_text(columns)),
        ("generation", str(found.generation)),
        ("state", found.state or "changing"),
        ("engine", found.engine),
        ("open for writing", "no" if found.writer is None else f"by process {found.writer or '?'}"),
        ("open for reading", f"{found.readers:,}"),
    ]
    width = max(len(name) for name, _ in rows)
    click.echo("\n".join(f"{name:<{width}}  {value}" for name, value in rows))
    shown = sorted(found.graphs, key=lambda graph: (-graph.quads, graph.graph))
    shown = shown if every else shown[:_MOST_GRAPHS]
    if shown:
        click.echo()
        print_table(
            ("graph", "statements", "claims"),
            [(graph.graph, f"{graph.quads:,}", f"{graph.claims:,}") for graph in shown],
        )
    if len(shown) < len(found.graphs):
        click.echo(f"and {len(found.graphs) - len(shown):,} more (--all lists them)")


@store.command()
@_place
@click.argument("target", metavar="[FOLDER]", required=False, type=click.Path(path_type=Path))
@click.option("--link", is_flag=True, help="Share the files that never change: at once, on the same disk only.")
@click.option("--archive", type=click.Path(path_type=Path), help="Write one file of N-Quads instead: .nq or .nq.gz.")
@format_option("text", "json")
def backup(place: Path, target: Path | None, link: bool, archive: Path | None, form: str) -> None:
    """Copy a store as it is now into a new FOLDER, which is a store itself; others may go on writing."""
    if (target is None) == (archive is None):
        raise click.UsageError("where to? Give either FOLDER or --archive FILE")
    if archive is not None:
        if link:
            raise click.UsageError("--link is for a FOLDER, not for --archive")
        _tell(form, "archive", archive, upkeep.archive(place, archive))
    elif target is not None:
        _tell(form, "backup", target, upkeep.backup(place, target, link=link))


@store.command()
@click.argument("source", metavar="BACKUP", type=click.Path(path_type=Path))
@_place
@click.option("--replace", is_flag=True, help="Let the backup take the place of what STORE holds.")
@format_option("text", "json")
def restore(source: Path, place: Path, replace: bool, form: str) -> None:
    """Make a BACKUP the content of STORE, in one step."""
    _tell(form, "restored", place, upkeep.restore(source, place, replace=replace))


@store.command()
@_place
@format_option("text", "json")
def compact(place: Path, form: str) -> None:
    """Merge the files of a store, and remove what is of no use any more."""
    upkeep.must_be_store(place)
    with OxigraphStore.at(place) as opened:
        note_change(opened, opened.state(), ())  # columns stay of use: what they hold does not change
        found = upkeep.compact(opened)
    if form == "json":
        click.echo(as_json({"store": str(place), **asdict(found)}))
    else:
        click.echo(f"{place}: {size_text(found.before)} before, {size_text(found.after)} now")


@store.command()
@_place
@format_option("text", "json")
@click.pass_context
def check(context: click.Context, place: Path, form: str) -> None:
    """Read everything in a store and say whether it is as it was written; exit status 1 if it is not."""
    upkeep.must_be_store(place)
    with _told() as told:
        findings = [*integrity.check(place, told), *_columns_findings(place)]
    is_sound = all(finding.is_sound for finding in findings)
    if form == "json":
        click.echo(as_json({"store": str(place), "sound": is_sound, "findings": [asdict(one) for one in findings]}))
    else:
        for finding in findings:
            click.echo(f"{'ok     ' if finding.is_sound else 'DAMAGED'}  {finding.what}: {plain(finding.found)}")
        advice = "" if is_sound else f"; restore a backup: kg store restore BACKUP {place} --replace"
        click.echo(f"{place} is {'sound' if is_sound else 'damaged'}{advice}")
    if not is_sound:
        context.exit(DAMAGED)


def size_text(size: int) -> str:
    """Write a number of bytes for people.

    >>> size_text(532), size_text(90_000_000)
    ('532 bytes', '85.8 MiB')
    """
    number, power = float(size), 0
    while number >= _STEP and power < len(_UNITS) - 1:
        number, power = number / _STEP, power + 1
    return f"{number:.1f} {_UNITS[power]}" if power else f"{size:,} bytes"


@contextmanager
def _told() -> Iterator[Callable[[str], object]]:
    """Say on a terminal which part is being looked at."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    with Console(stderr=True).status("") as status:
        yield status.update


def _tell(form: str, what: str, target: Path, size: int) -> None:
    if form == "json":
        click.echo(as_json({what: str(target), "size": size}))
    else:
        click.echo(f"{what} {target} ({size_text(size)})")


def _info_json(found: StoreInfo, columns: KeptColumns | None) -> dict[str, Any]:
    return {
        "store": found.place,
        "quads": found.quads,
        "claims": found.claims,
        "graphs": [asdict(graph) for graph in found.graphs],
        "size": found.size,
        "data_size": found.data_size,
        "generation": found.generation,
        "state": found.state,
        "engine": found.engine,
        "writer": found.writer,
        "readers": found.readers,
        "columns": None if columns is None else asdict(columns),
    }


def _columns_text(columns: KeptColumns | None) -> str:
    if columns is None:
        return "none"
    age = "up to date" if columns.is_current else "of an earlier state"
    return f"{size_text(columns.size)}, {'damaged' if columns.faults else age}"


def _columns_findings(place: Path) -> Iterator[Finding]:
    """Yield what is found of the columns; damaged ones are built again when they are needed, so that is no damage."""
    columns = kept_columns(place, "")
    if columns is None:
        return
    found = f"{size_text(columns.size)}, as they were written"
    if columns.faults:
        found = f"{'; '.join(columns.faults)}: they will be built again"
    yield Finding("columns", is_sound=True, found=found)
