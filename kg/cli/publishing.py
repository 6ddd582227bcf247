"""`kg publish`: every page as a folder that opens from disk and can be mailed."""

from __future__ import annotations

from pathlib import Path

import click

from kg.cli.options import Given, graph_options
from kg.cli.progress import counting_shown
from kg.explorer.opening import open_explorer
from kg.publishing import publish as publish_folder
from kg.publishing import publish_archive
from kg.publishing.folder import MOST_PAGES


@click.command()
@graph_options
@click.option(
    "--redact/--confidential",
    "redacted",
    default=True,
    show_default=True,
    help="Leave out everything marked confidential, identities, notes and the names of files; or keep it all.",
)
@click.option("--most", default=MOST_PAGES, show_default=True, help="Refuse to write more pages than this.")
def publish(given: Given, redacted: bool, most: int) -> None:
    """Write PATH... as a folder of pages: kg publish PATH... FOLDER (or FILE.zip).

    The folder opens from disk, needs no server and asks no other host; searching works in it. What was published
    there before is replaced.
    """
    place, given = _target(given)
    graph = given.open_public(confidential=not redacted)
    if redacted:
        graph.places.clear()  # names of files may say whom somebody talked to
    explorer = open_explorer(graph)
    with counting_shown() as told:
        write = publish_archive if place.suffix.lower() == ".zip" else publish_folder
        published = write(explorer, place, told=told, most=most)
    kept = "without" if redacted else "WITH"
    click.echo(
        f"wrote {place}: {published.pages:,} pages, {published.size / 1_000_000:,.1f} MB, {kept} what is confidential",
        err=True,
    )
    if place.suffix.lower() != ".zip":
        click.echo(f"open {place / 'index.html'}", err=True)


def _target(given: Given) -> tuple[Path, Given]:
    """Take the last path as the place to write to, as `cp` does."""
    needed = 1 if given.store is not None else 2
    if len(given.paths) < needed:
        raise click.UsageError("give what to publish, and the folder to write: kg publish PATH... FOLDER")
    *paths, place = given.paths
    return Path(place), Given(tuple(paths), given.store, given.ontology, given.rules)
