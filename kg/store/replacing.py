"""Replace graphs by the content of files, however large, without holding either in memory.

The engine takes in any number of new quads in one step (`Store.bulk_extend`, which keeps the labels of blank nodes,
where `Store.bulk_load` gives them new ones). What it cannot do in one step and in bounded memory is to remove many.
So a large part is replaced in a copy of the store that nobody sees, in one of two ways:

    little is to go     a copy by links to the same files; the graphs are emptied there, bit by bit
    much is to go       a new store, into which everything else is copied
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import cast

import pyoxigraph as ox

from kg.errors import StoreError
from kg.store.texts import text_in

COSTS_OF_REMOVAL = 2
"""To remove a quad takes so many times as long as to copy one."""
_CHUNK = 100_000
"""So many quads leave a graph in one transaction: about 150 MiB of memory."""
_COUNT = Path(__file__).with_name("count.rq")
_REMOVE = Path(__file__).with_name("remove-some.ru")


def read_quads(files: Sequence[Path], names: Collection[ox.NamedNode]) -> Iterator[ox.Quad]:
    """Yield the quads of N-Quads files. Raises `StoreError`, with the line, for what is none, or of another graph."""
    for file in files:
        try:
            for quad in ox.parse(path=file, format=ox.RdfFormat.N_QUADS):
                if quad.graph_name not in names:
                    raise StoreError(f"{file}: it holds statements of {_said(quad.graph_name)}, which is not replaced")
                yield quad
        except SyntaxError as error:
            raise StoreError(f"{file}:{error.lineno or 0}:{error.offset or 0}: {error.msg}") from None
        except OSError as error:
            raise _unreadable(file, error) from None


def size_of(files: Sequence[Path]) -> int:
    """Return how many bytes are in files."""
    size = 0
    for file in files:
        try:
            size += file.stat().st_size
        except OSError as error:
            raise _unreadable(file, error) from None
    return size


def _unreadable(file: Path, error: OSError) -> StoreError:
    return StoreError(f"{file}: it cannot be read: {error.strerror or error}")


def count(inner: ox.Store, names: Iterable[ox.NamedNode]) -> int:
    """Return how many quads these graphs hold."""
    present = {name for name in names if inner.contains_named_graph(name)}
    return sum(_counted(inner, name) for name in present)


def _counted(inner: ox.Store, name: ox.NamedNode) -> int:
    found = cast(ox.QuerySolutions, inner.query(text_in(_COUNT, graph=str(name))))
    return next(int(cast(ox.Literal, solution["count"]).value) for solution in found)


def copied_without(old: ox.Store, folder: Path | None, names: Collection[ox.NamedNode], leaving: int) -> ox.Store:
    """Make a store in a new folder, or in memory, that holds all but some graphs, which have so many quads."""
    if folder is None:
        new = ox.Store()
        copy_others(old, new, names)
        return new
    if leaving * COSTS_OF_REMOVAL < len(old) - leaving:
        old.backup(folder)
        new = ox.Store(folder)
        for name in names:
            _remove(new, name)
        return new
    new = ox.Store(folder)
    copy_others(old, new, names)
    return new


def copy_others(old: ox.Store, new: ox.Store, names: Collection[ox.NamedNode]) -> None:
    """Copy everything but some graphs from one store to another."""
    others = [name for name in old.named_graphs() if name not in names]
    kept = (old.quads_for_pattern(None, None, None, name) for name in (ox.DefaultGraph(), *others))
    new.bulk_extend(chain.from_iterable(kept))
    for name in others:
        if not new.contains_named_graph(name):  # a graph without quads is still a graph
            new.add_graph(name)


def _remove(inner: ox.Store, name: ox.NamedNode) -> None:
    some = text_in(_REMOVE, graph=str(name), most=_CHUNK)
    while next(inner.quads_for_pattern(None, None, None, name), None) is not None:
        inner.update(some)
    inner.remove_graph(name)


def _said(name: ox.NamedNode | ox.BlankNode | ox.DefaultGraph | ox.Triple) -> str:
    return "no graph" if isinstance(name, ox.DefaultGraph) else f"the graph {name}"
