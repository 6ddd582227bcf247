"""The columns that are kept beside a store: how large they are, for which state, and whether they are whole."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from kg.columns import cache
from kg.columns.opening import FOLDER

_KEPT = ("records-", "held-", "ids-", "kinds-", "mentions-", "search-")
"""How the names of the folders begin (`kg.columns`, and `search-` by `kg.explorer.indexing`)."""


@dataclass(frozen=True, slots=True)
class KeptColumns:
    """What is kept: its bytes, whether the store as it is now can be read from it, and what is wrong with it."""

    size: int
    is_current: bool
    faults: tuple[str, ...]


def kept_columns(store: Path, state: str) -> KeptColumns | None:
    """Look at the columns beside a store that is in some state; None if there are none. Nothing is changed.

    >>> kept_columns(Path("no-such-folder"), "")
    """
    folder = store / FOLDER
    if not folder.is_dir():
        return None
    found = sorted(path for path in folder.iterdir() if path.is_dir() and path.name.startswith(_KEPT))
    size = sum(file.stat().st_size for path in found for file in path.iterdir())
    faults = tuple(f"{path.name}: {fault}" for path in found if (fault := _fault(path)))
    return KeptColumns(size, bool(state) and (folder / f"records-{state}").is_dir(), faults)


def _fault(place: Path) -> str:
    try:
        cache.load(place)
    except (cache.Damaged, OSError) as error:
        return str(error)
    return ""
