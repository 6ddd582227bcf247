"""Where the data comes from, and how it is told that it has changed there."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from kg.errors import StoreError
from kg.graph import KnowledgeGraph
from kg.quotes import UnsafePath, text_file
from kg.store import generations
from kg.store.addresses import is_address
from kg.store.oxigraph import is_store
from kg.terms import Literal
from kg.vocab import NEG

STANDARD_INPUT = "-"
Print = tuple[int, int, int]
Prints = Mapping[str, Print | str]
"""What tells one state of the files from another: time, size and number of each, or the state of a store."""

_MOST_WATCHED = 20_000
"""Files of folders that are looked at; more are no dossiers that somebody types."""


@dataclass(frozen=True, slots=True)
class Source:
    """Files, folders, a store or a server, to be read as often as they change."""

    paths: tuple[str, ...]
    ontology: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    confidential: bool = False

    @property
    def store_place(self) -> str | None:
        """The folder of the store, if it is one."""
        return self.paths[0] if len(self.paths) == 1 and is_store(self.paths[0]) else None

    @property
    def can_change(self) -> bool:
        """Whether there is anything to look at again: standard input is read once, and a server does not tell."""
        given = (*self.paths, *self.ontology, *self.rules)
        return any(path != STANDARD_INPUT and not is_address(path) for path in given)

    @property
    def title(self) -> str:
        """What is served, for people."""
        return ", ".join("standard input" if path == STANDARD_INPUT else path for path in self.paths)

    def open(self) -> KnowledgeGraph:
        """Read everything; raises `BadInput` with all its faults, `StoreError` or `QueryError`.

        What is marked confidential is left out unless it was asked for.
        """
        graph = KnowledgeGraph.load(*self.paths, ontology=self.ontology, rules=self.rules)
        return graph if self.confidential else graph.public()

    def prints(self, beside: tuple[Path, ...] = ()) -> Prints:
        """Look at all files, also those `beside`; one that is not there has no print."""
        found: dict[str, Print | str] = {}
        if self.store_place is not None:
            found[self.store_place] = _state_of(self.store_place)
        elif not any(map(is_address, self.paths)):
            for path in self.paths:
                found |= _files(Path(path))
        return found | prints_of((*map(Path, (*self.ontology, *self.rules)), *beside))

    def is_missing(self) -> bool:
        """Say whether something that was named is not there: perhaps only until an editor has put it in its place."""
        given = (path for path in self.paths if path != STANDARD_INPUT)
        return not any(map(is_address, self.paths)) and not all(Path(path).exists() for path in given)

    def beside(self, graph: KnowledgeGraph) -> tuple[Path, ...]:
        """Return the texts that dossiers keep beside them, of files that were named one by one."""
        if graph.is_large or self.store_place is not None:
            return ()
        folders = [Path(path).parent for path in self.paths if Path(path).is_file()]
        names = [
            t.o.value for d in graph.dossiers for t in d.background if t.p == NEG.text and isinstance(t.o, Literal)
        ]
        return tuple(dict.fromkeys(path for folder in folders for name in names for path in _text(name, folder)))


def prints_of(paths: Iterable[Path]) -> dict[str, Print | str]:
    """Look at files, and at all that is in folders."""
    return {name: one for path in paths for name, one in _files(path).items()}


def _text(name: str, folder: Path) -> Iterator[Path]:
    try:
        yield text_file(name, folder)
    except (UnsafePath, OSError):
        return


def _state_of(store: str) -> str:
    try:
        return generations.state(Path(store))
    except (OSError, StoreError) as error:
        return f"cannot be read: {type(error).__name__}"


def _files(path: Path) -> dict[str, Print | str]:
    """Look at a file, or at all files of a folder that are not hidden, all the way down."""
    if not path.is_dir():
        return _print_of(path)
    found: dict[str, Print | str] = {}
    for folder, folders, names in os.walk(path):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in names:
            if not name.startswith(".") and len(found) < _MOST_WATCHED:
                found |= _print_of(Path(folder, name))
    return found


def _print_of(path: Path) -> dict[str, Print | str]:
    try:
        seen = path.stat()
    except OSError:
        return {}
    return {str(path): (seen.st_mtime_ns, seen.st_size, seen.st_ino)}
