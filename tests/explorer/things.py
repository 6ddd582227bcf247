"""What the tests of the pages of things share: a case of its own, and ways to open dossiers of a few lines."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pyoxigraph

from kg.contradiction import CheckOptions
from kg.explorer.explorer import Explorer
from kg.explorer.opening import open_explorer
from kg.explorer.rendering import write
from kg.explorer.routes import page_at
from kg.explorer.site import ServerSite
from kg.graph import KnowledgeGraph
from tests.explorer.conftest import CASES, address

MILL = CASES / "mill-talks.yaml"
BASE = "https://e.example/case/mill-talks/"


@cache
def opened(*paths: Path, large: bool = False) -> Explorer:
    """Open dossiers, if asked for in the way of a large graph; the same ones are opened once."""
    return open_explorer(KnowledgeGraph.load(*paths, options=CheckOptions(columns_from=0) if large else None))


def written(folder: Path, text: str, name: str = "case.yaml") -> Path:
    """Write a file."""
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return file


def html(explorer: Explorer, at: str) -> str:
    return write(page_at(explorer, address(at)), explorer, ServerSite())


def data(explorer: Explorer, at: str) -> dict[str, Any]:
    """Return the JSON twin."""
    found = json.loads(write(page_at(explorer, address(at)), explorer, ServerSite(), "json"))
    assert isinstance(found, dict)
    return found


def triples(explorer: Explorer, at: str) -> set[tuple[str, str, str]]:
    """Return the Turtle twin, read again."""
    text = write(page_at(explorer, address(at)), explorer, ServerSite(), "ttl")
    read = pyoxigraph.parse(text, format=pyoxigraph.RdfFormat.TURTLE)
    return {(quad.subject.value, quad.predicate.value, getattr(quad.object, "value", "")) for quad in read}


def names(rows: list[dict[str, Any]], key: str) -> Iterator[str]:
    """Yield the names in one column of a table of the JSON twin."""
    for row in rows:
        cell = row[key]
        yield cell["name"] if isinstance(cell, dict) else cell
