"""A store on disk looked after: what is in it, copies of it, its files merged.

All of this may be done while another program writes, but for `restore` and `compact`, which write themselves.
"""

from __future__ import annotations

import contextlib
import gzip
import os
import secrets
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

import pyoxigraph as ox

from kg.errors import QueryError, StoreError
from kg.store import generations, locks, snapshots
from kg.store.generations import is_store
from kg.store.oxigraph import OxigraphStore
from kg.store.plainly import Damaged, plainly
from kg.terms import Iri, Literal

_SIZES = Path(__file__).with_name("sizes.rq")
_ARCHIVES = (".nq", ".nq.gz")


@dataclass(frozen=True, slots=True)
class GraphSize:
    """How much one named graph holds."""

    graph: Iri
    quads: int
    claims: int


@dataclass(frozen=True, slots=True)
class StoreInfo:
    """What there is to know of a store without asking it questions; sizes in bytes."""

    place: str
    graphs: tuple[GraphSize, ...]
    size: int
    data_size: int
    generation: int
    state: str
    engine: str
    writer: int | None
    readers: int

    @property
    def quads(self) -> int:
        """How many statements the graphs hold."""
        return sum(graph.quads for graph in self.graphs)

    @property
    def claims(self) -> int:
        """How many claims the graphs hold."""
        return sum(graph.claims for graph in self.graphs)


@dataclass(frozen=True, slots=True)
class Compacted:
    """The bytes that a store takes before and after its files were merged."""

    before: int
    after: int


def info(place: Path) -> StoreInfo:
    """Return what a store holds and what it takes. Raises `StoreError` if it is none, or cannot be read."""
    must_be_store(place)
    others, size = _others(place), size_of(place)
    with OxigraphStore.read_only(place) as store, plainly(str(place)):
        sizes = {graph.graph: graph for graph in _sizes(store)}
        data = generations.data_folder(place)
        return StoreInfo(
            place=str(place),
            graphs=tuple(sizes.get(graph, GraphSize(graph, 0, 0)) for graph in store.graphs()),
            size=size,
            data_size=sum(file.stat().st_size for file in _files(data) if file.parent == data),
            generation=generations.number(place),
            state=store.state() or "",
            engine=f"Oxigraph {ox.__version__}",
            writer=locks.writer(place),
            readers=others,
        )


def _others(place: Path) -> int:
    snapshots.sweep_readers(place)
    return snapshots.readers(place)


def _sizes(store: OxigraphStore) -> Iterator[GraphSize]:
    try:
        rows = store.select(_SIZES.read_text(encoding="utf-8"), name=_SIZES.name)
    except QueryError as error:
        raise Damaged(f"the store {store.place}: it cannot be read ({error}); `kg store check` says more") from None
    for graph, *counts in rows:
        quads, claims = (int(cast(Literal, count).value) for count in counts)
        yield GraphSize(cast(Iri, graph), quads, claims)


def size_of(place: Path) -> int:
    """Return the bytes that a folder takes on disk; what has several names there counts once."""
    files = {(found.st_dev, found.st_ino): found.st_size for found in map(_stat, _files(place)) if found}
    return sum(files.values())


def _files(place: Path) -> list[Path]:
    return [Path(folder) / name for folder, _, names in os.walk(place) for name in names]


def _stat(file: Path) -> os.stat_result | None:
    try:
        return file.stat()
    except FileNotFoundError:  # a writer has removed it since
        return None


def backup(place: Path, folder: Path, *, link: bool = False) -> int:
    """Copy a store as it is now into a new folder, which is a store by itself; return its size.

    Somebody may write meanwhile: the copy is of one moment. With `link`, the engine's tables, which it never
    changes, are shared with the original: this takes no time and no room, and no other disk, but the two also share
    any damage to the disk. Later writes to the original change neither kind of copy.
    """
    must_be_store(place)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise StoreError(f"{folder} is not empty; name a new folder for the backup")
    folder.parent.mkdir(parents=True, exist_ok=True)
    with plainly(str(folder)), _draft_of(folder) as draft:
        draft.mkdir()
        snapshots.copy(place, draft, link=link)
        ox.Store.read_only(str(draft))  # or it is no backup
        _flush(draft)
        if folder.exists():
            folder.rmdir()
        draft.rename(folder)
    return size_of(folder)


def archive(place: Path, file: Path) -> int:
    """Write everything that a store holds, as it is now, into one file of N-Quads; return its size.

    Its name ends in `.nq`, or in `.nq.gz` for a compressed one. Graphs without statements are not in it.
    """
    must_be_store(place)
    if not file.name.endswith(_ARCHIVES):
        raise StoreError(f"{file}: the name of an archive ends in {' or '.join(_ARCHIVES)}")
    with OxigraphStore.read_only(place) as store, plainly(str(file)), _draft_of(file) as draft:
        with _opened(draft, compressed=file.name.endswith(".gz")) as out:
            store.write_quads(out)
        draft.replace(file)
    return file.stat().st_size


@contextlib.contextmanager
def _opened(file: Path, *, compressed: bool) -> Iterator[BinaryIO]:
    with file.open("wb") as out:
        if compressed:
            with gzip.GzipFile(filename="", mode="wb", fileobj=out, compresslevel=6, mtime=0) as packed:
                yield cast(BinaryIO, packed)
        else:
            yield out
        out.flush()
        os.fsync(out.fileno())


def restore(source: Path, place: Path, *, replace: bool = False) -> int:
    """Make a backup, which may be any store, the content of a store in one step; return its size.

    A store that is there already is replaced only if that is asked for; its content is gone then. It may be damaged.
    Raises `StoreError` if it is open for writing, or the backup cannot be opened; nothing is changed then.
    """
    must_be_store(source)
    if is_store(place) and not replace:
        raise StoreError(f"{place} is a store already; what it holds is replaced only if you ask for it (--replace)")
    if place.exists() and not is_store(place) and not (place.is_dir() and generations.is_free(place)):
        raise StoreError(f"{place} is not a store; name a new or empty folder")
    with plainly(str(place)):
        place.mkdir(parents=True, exist_ok=True)
        lock = locks.lock_for_writing(place)
        try:
            folder = generations.next_folder(place)
            try:
                folder.mkdir()
                snapshots.copy(source, folder, link=False)
                ox.Store(folder).flush()  # what cannot be opened takes the place of nothing
                _flush(folder)
                generations.point_to(place, folder)
            except BaseException:
                generations.discard(folder)
                raise
            generations.sweep(place)
        finally:
            os.close(lock)
    return size_of(place)


def compact(store: OxigraphStore) -> Compacted:
    """Merge the files of a store that is open for writing, and remove what is of no use any more."""
    place = Path(store.place)
    before = size_of(place)
    store.merge()
    for report in generations.data_folder(place).glob("LOG.old.*"):
        report.unlink(missing_ok=True)
    return Compacted(before, size_of(place))


@contextlib.contextmanager
def _draft_of(target: Path) -> Iterator[Path]:
    """Give the name of a folder or file beside another, which is removed if it is still there afterwards."""
    draft = target.with_name(f".{target.name}.{secrets.token_hex(4)}.part")
    try:
        yield draft
    finally:
        if draft.is_dir():
            shutil.rmtree(draft, ignore_errors=True)
        else:
            draft.unlink(missing_ok=True)


def must_be_store(place: Path) -> None:
    """Raise `StoreError` if a path is no folder of a store."""
    if not is_store(place):
        raise StoreError(f"{place} is not a store")


def _flush(folder: Path) -> None:
    for file in folder.iterdir():
        with contextlib.suppress(FileNotFoundError):
            generations.sync(file)
    generations.sync(folder)
