"""The files of a store as they were in one moment, for a reader or for a backup, while another program may write.

The engine writes a table once and never changes it, so a link to its file is a copy of it that no writer can take
away; what changes is small (the manifest) or only grows (the logs). A moment is caught when the manifest was the
same before and after: then no table that it names can be missing.

The engine by itself opens tables when it first needs them: a reader of the very files of a store fails as soon as the
writer has merged some and removed them.
"""

from __future__ import annotations

import errno
import os
import re
import secrets
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from kg.errors import StoreError
from kg.store.generations import READERS, data_folder, discard
from kg.store.locks import taken
from kg.store.plainly import Damaged

_TABLE, _LOG = re.compile(r"\d+\.sst"), re.compile(r"\d+\.log")
_CHANGING = re.compile(r"CURRENT|IDENTITY|(MANIFEST|OPTIONS)-\d+")
_WAITS = (0.0, 0.01, 0.03, 0.1, 0.2, 0.4, 0.8, 1.6, 3.2)
_CANNOT_LINK = (
    errno.EXDEV,
    errno.EPERM,
    errno.EACCES,
    errno.EROFS,
    errno.EMLINK,
    errno.ENOTSUP,
    errno.ENOSPC,
    errno.EDQUOT,
)
_Put = Callable[[Path, Path], object]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A folder of the engine's files: of which generation they are, and the lock that keeps others from sweeping it."""

    folder: Path
    generation: str
    lock: int
    process: int

    def let_go(self) -> None:
        """Remove the folder; a copy of this process (`fork`) leaves it to the first."""
        os.close(self.lock)
        if os.getpid() == self.process:
            shutil.rmtree(self.folder, ignore_errors=True)


def for_reading(store: Path) -> Snapshot | None:
    """Hold on to the files of a store as they are now; None where links cannot be made (a medium without writing)."""
    try:
        (store / READERS).mkdir(exist_ok=True)
        sweep_readers(store)
        folder, lock = _new_folder(store / READERS)
    except OSError as error:
        if error.errno in _CANNOT_LINK:
            return None
        raise
    snapshot = Snapshot(folder, "", lock, os.getpid())
    try:
        generation = take(store, folder, os.link)
    except OSError as error:
        snapshot.let_go()
        if error.errno in _CANNOT_LINK:
            return None
        raise
    except BaseException:
        snapshot.let_go()
        raise
    return Snapshot(folder, generation, lock, os.getpid())


def take(store: Path, target: Path, put: _Put) -> str:
    """Put the files of one moment into an empty folder, tables and logs by `put`; return the name of the generation.

    It is empty for a store whose files are in its folder itself. Raises `StoreError` when a writer changes them all
    the time, and `OSError` when files cannot be put there.
    """
    for wait in _WAITS:
        time.sleep(wait)
        data = data_folder(store)
        if _taken(store, data, target, put):
            return "" if data == store else data.name
        for file in target.iterdir():
            file.unlink()
    raise StoreError(f"the store {store}: it is being written to all the time; try again later")


def _taken(store: Path, data: Path, target: Path, put: _Put) -> bool:
    try:
        before = _changing(data)
        names = sorted(file.name for file in data.iterdir())
        for name in (name for name in names if _CHANGING.fullmatch(name)):
            shutil.copyfile(data / name, target / name)
        for name in (name for name in names if _LOG.fullmatch(name)):
            put(data / name, target / name)
        for name in (name for name in names if _TABLE.fullmatch(name)):
            _put_if_there(put, data / name, target / name)
        return data_folder(store) == data and _changing(data) == before == _changing(target)
    except FileNotFoundError:
        if not (data / "CURRENT").is_file() and data_folder(store) == data:
            raise StoreError(f"the store {store}: the engine's files in {data} are not there") from None
        return False


def _put_if_there(put: _Put, source: Path, target: Path) -> None:
    """Take a table; one that has just been removed is none that the manifest names, unless that changes too."""
    try:
        put(source, target)
    except FileNotFoundError:
        if source.exists():  # it is the target's folder that is not there
            raise


def _changing(data: Path) -> tuple[str, int, frozenset[str]]:
    """Return what must be the same before and after: the manifest with its length, and which logs there are."""
    manifest = _manifest(data)
    logs = frozenset(file.name for file in data.iterdir() if _LOG.fullmatch(file.name))
    try:
        return manifest, (data / manifest).stat().st_size, logs
    except FileNotFoundError:
        if _manifest(data) == manifest:
            raise Damaged(f"the store {data}: it is damaged: CURRENT names a manifest that is not there") from None
        raise


def _manifest(data: Path) -> str:
    return (data / "CURRENT").read_text(encoding="ascii", errors="replace").strip()


def _new_folder(parent: Path) -> tuple[Path, int]:
    while True:
        folder = parent / f"{os.getpid()}-{secrets.token_hex(4)}"
        folder.mkdir()
        lock = os.open(folder, os.O_RDONLY)
        if taken(lock, shared=True) and folder.exists():
            return folder, lock
        os.close(lock)  # somebody who sweeps was faster than the lock


def sweep_readers(store: Path) -> None:
    """Remove what readers that were killed have left."""
    for folder in _folders(store / READERS):
        try:
            lock = os.open(folder, os.O_RDONLY)
        except OSError:
            continue
        try:
            if taken(lock, shared=False):
                discard(folder)
        finally:
            os.close(lock)


def readers(store: Path) -> int:
    """Count who reads a store now."""
    return len(_folders(store / READERS))


def copy(store: Path, target: Path, *, link: bool) -> None:
    """Copy (or link) the files of a store of one moment into an empty folder; logs are always copied, as they grow."""
    take(store, target, partial(_copied, link=link))


def _copied(source: Path, target: Path, *, link: bool) -> None:
    if link and _TABLE.fullmatch(source.name):
        os.link(source, target)
    else:
        shutil.copyfile(source, target)


def _folders(parent: Path) -> list[Path]:
    return [path for path in parent.iterdir() if path.is_dir()] if parent.is_dir() else []
