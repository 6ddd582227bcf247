"""Write every page into a folder: files that link to each other, and open from disk without a server.

The folder is made beside its place and then put there at once, so nobody finds half of it; a folder that holds
anything but an earlier publication is never touched.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from kg.errors import StoreError
from kg.explorer.explorer import Explorer
from kg.explorer.folder_index import folder_index
from kg.explorer.page import Moved, Page
from kg.explorer.rendering import asset, assets, html, write
from kg.explorer.routes import addresses, page_at
from kg.explorer.site import Address, FolderSite, file_of
from kg.formats import write_graphs
from kg.vocab import ONTOLOGY_GRAPH, PREFIXES

MARK = "publication.txt"
"""The file by which a folder is known as one that was published, and may be replaced."""
MOST_PAGES = 20_000
POLICY = (
    # Some browsers do not count files as an origin of their own, so `file:` stands beside 'self'.
    "default-src 'none'; script-src 'self' file:; style-src 'self' file:; img-src 'self' file:; "
    "base-uri 'none'; form-action 'none'"
)

Told = Callable[[str, int, int | None], None]
"""Told how far it has come: the stage, how much is done, and of how much."""


@dataclass(frozen=True, slots=True)
class Published:
    """What was written: how many pages, files and bytes."""

    pages: int
    files: int
    size: int


def publish(explorer: Explorer, place: Path, *, told: Told | None = None, most: int = MOST_PAGES) -> Published:
    """Write all pages, their twins, the index for searching and the data into a folder.

    Raises `StoreError` if the place holds anything but an earlier publication, or if there are too many pages.
    """
    with _replaced(place) as draft:
        known = _known(explorer, most)
        for number, address in enumerate(known):
            if told is not None:
                told("pages", number, len(known))
            _write_page(explorer, address, known, draft)
        for name in assets():
            _put(draft / "assets" / name, asset(name))
        _put(draft / "assets" / "search-index.js", folder_index(explorer, known).encode())
        _put(draft / "data.trig", _data(explorer).encode())
        _put(draft / MARK, _about(explorer, len(known)).encode())
        files = [path for path in draft.rglob("*") if path.is_file()]
        return Published(len(known), len(files), sum(path.stat().st_size for path in files))


def _known(explorer: Explorer, most: int) -> dict[Address, None]:
    """Collect the addresses of all pages; no two may share a file."""
    known: dict[Address, None] = {}
    names: dict[str, Address] = {}
    for address in addresses(explorer):
        if len(known) >= most:
            raise StoreError(f"there are more than {most:,} pages: too many for a folder; serve them, or raise --most")
        other = names.setdefault(file_of(address), address)
        if other != address:
            raise StoreError(f"two pages would share the file {file_of(address)}: /{other.path} and /{address.path}")
        known[address] = None
    return known


def _write_page(explorer: Explorer, address: Address, known: dict[Address, None], draft: Path) -> None:
    page = _page(explorer, address)
    site = FolderSite(address, known)
    _put(draft / file_of(address), html(page, explorer, site, policy=POLICY).encode())
    for form in page.forms:
        _put(draft / file_of(address, form), write(page, explorer, site, form).encode())


def _page(explorer: Explorer, address: Address) -> Page:
    try:
        return page_at(explorer, address)
    except Moved as moved:
        return page_at(explorer, moved.address).at(address)


def _put(file: Path, content: bytes) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)


def _data(explorer: Explorer) -> str:
    """Write all graphs but the ontology's own, as TriG."""
    store = explorer.graph.store
    quads = (quad for graph in store.graphs() if graph != ONTOLOGY_GRAPH for quad in store.quads(graph))
    return write_graphs(quads, "trig", PREFIXES)


def _about(explorer: Explorer, pages: int) -> str:
    return (
        f"{explorer.title}\n\n"
        f"{pages:,} pages. Open index.html in a browser; nothing is fetched from anywhere else.\n"
        "Beside each page stand its twins: .json, .ttl, .md and, for drawings, .svg. All data: data.trig.\n"
        "Written by kg publish, which replaces this folder when it is run again.\n"
    )


@contextmanager
def _replaced(place: Path) -> Iterator[Path]:
    """Give a folder to write in, and put it in its place when all went well."""
    if place.is_symlink() or (place.exists() and not place.is_dir()):
        raise StoreError(f"{place} is not a folder")
    if place.is_dir() and any(place.iterdir()) and not (place / MARK).is_file():
        raise StoreError(f"{place} is not empty, and nothing that was published before; give another folder")
    place.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix=f".{place.name}-", dir=place.parent))
    try:
        draft.chmod(0o755)
        yield draft
        _swap(draft, place)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _swap(draft: Path, place: Path) -> None:
    """Put a folder where another one may stand; the other one goes only when the new one is there."""
    if not place.exists():
        draft.rename(place)
        return
    old = Path(tempfile.mkdtemp(prefix=f".{place.name}-old-", dir=place.parent))
    place.rename(old / place.name)
    try:
        draft.rename(place)
    except BaseException:
        (old / place.name).rename(place)
        raise
    finally:
        shutil.rmtree(old, ignore_errors=True)
