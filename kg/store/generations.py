"""Generations of a store on disk: the next one is written unseen, and takes the place of the last in one step.

    STORE/generation.json    names the folder of the engine's files: {"folder": "generation-2"}
    STORE/generation-2/      these files
    STORE/writer.lock        held by whoever writes (`kg.store.locks`)
    STORE/readers/           files that readers hold on to (`kg.store.snapshots`)
    STORE/columns/           columns of what the store holds; can be deleted at any time

Without `generation.json`, the engine's files are in STORE itself; so it is until a large part is first replaced. The
step is the renaming of one small file. What a program that was killed has left unfinished is not seen, and swept
away by the next one that writes.
"""

from __future__ import annotations

import json
import os
import re
import shutil
from pathlib import Path

from kg.ids import digest
from kg.store.plainly import Damaged

POINTER = "generation.json"
READERS = "readers"
COLUMNS = "columns"
_DRAFT = "generation.json.part"
_FOLDER = re.compile(r"generation-(\d+)")
_UNFINISHED = re.compile(r"generation-\d+\.tmp")  # the engine's own name for a copy by links that it is making
_BEGINNING = r"(MANIFEST|OPTIONS)-\d+|IDENTITY|LOCK|LOG|LOG\.old\.\d+|\d+\.dbtmp"
_BEGUN = re.compile(_BEGINNING)
_ENGINE = re.compile(rf"{_BEGINNING}|CURRENT|\d+\.(sst|log|blob)|bulk-.*\.sst")
_DATA = re.compile(r"\d+\.(sst|log)")
_OURS = (POINTER, _DRAFT, READERS, COLUMNS, "writer.lock")


def data_folder(store: Path) -> Path:
    """Return the folder that holds the engine's files now.

    >>> data_folder(Path("no-such-folder"))
    PosixPath('no-such-folder')
    """
    folder = _pointed_to(store)
    while folder != store and not (folder / "CURRENT").is_file():
        before, folder = folder, _pointed_to(store)
        if folder == before:  # else it was swept away because there is a newer one
            raise Damaged(f"the store {store}: it is damaged: {POINTER} names {folder.name}, and that is not there")
    return folder


def _pointed_to(store: Path) -> Path:
    try:
        name = json.loads((store / POINTER).read_text(encoding="utf-8"))["folder"]
    except FileNotFoundError:
        return store
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise Damaged(f"the store {store}: it is damaged: {POINTER} cannot be read: {error}") from None
    if not isinstance(name, str) or not _FOLDER.fullmatch(name):
        raise Damaged(f"the store {store}: it is damaged: {POINTER} names no generation of a store")
    return store / name


def number(store: Path) -> int:
    """Return which generation a store is in; 0 if its files are in the folder itself."""
    found = _FOLDER.fullmatch(data_folder(store).name)
    return int(found[1]) if found else 0


def is_store(folder: str | Path) -> bool:
    """Say whether a path is a folder that holds a store.

    >>> is_store("no-such-folder")
    False
    """
    path = Path(folder)
    try:
        return (path / POINTER).is_file() or ((path / "CURRENT").is_file() and any(path.glob("MANIFEST-*")))
    except OSError:  # such as a name that is too long for any file
        return False


def is_free(folder: Path) -> bool:
    """Say whether a folder is empty but for the beginnings of a store whose making was interrupted."""
    return all(path.name in _OURS or _BEGUN.fullmatch(path.name) for path in folder.iterdir() if path.name != POINTER)


def state(store: Path) -> str:
    """Name what a store holds, by its generation and the names and sizes of the engine's data files."""
    data = data_folder(store)
    return state_of(data, "" if data == store else data.name)


def state_of(data: Path, generation: str) -> str:
    """Name what a folder of the engine's files holds, as one generation of a store."""
    files = sorted((file.name, file.stat().st_size) for file in data.iterdir() if _DATA.fullmatch(file.name))
    return digest([*([generation] if generation else ()), *(f"{name} {size}" for name, size in files if size)])


def next_folder(store: Path) -> Path:
    """Return where the next generation is to be written; nothing is there yet."""
    taken = [int(found[1]) for path in store.iterdir() if (found := _FOLDER.fullmatch(path.name))]
    folder = store / f"generation-{max(taken, default=0) + 1}"
    discard(folder.with_name(f"{folder.name}.tmp"))
    return folder


def point_to(store: Path, folder: Path) -> None:
    """Make a generation that the engine has completely written, and flushed, the one that the store is in."""
    sync(folder)  # the engine has done so with the files
    draft = store / _DRAFT
    try:
        with draft.open("w", encoding="utf-8") as out:
            out.write(json.dumps({"folder": folder.name}) + "\n")
            out.flush()
            os.fsync(out.fileno())
        draft.replace(store / POINTER)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
    sync(store)


def sweep(store: Path) -> None:
    """Remove what programs that were stopped have left, and generations of the past; only the writer may do this."""
    data = data_folder(store)
    if not (data / "CURRENT").is_file():
        return  # it is not known what holds the data: nothing is thrown away
    (store / _DRAFT).unlink(missing_ok=True)
    for path in store.iterdir():
        if path != data and (_FOLDER.fullmatch(path.name) or _UNFINISHED.fullmatch(path.name)):
            discard(path)
        elif data != store and path.is_file() and _ENGINE.fullmatch(path.name):
            path.unlink(missing_ok=True)
    sweep_unfinished(data)


def sweep_unfinished(data: Path) -> None:
    """Remove files that the engine's bulk loader began and did not take in; no other may run."""
    for left in data.glob("bulk-*.sst"):
        left.unlink(missing_ok=True)


def discard(folder: Path) -> None:
    """Remove a folder, if it is there, in such a way that it cannot be taken for a whole one half-way."""
    (folder / "CURRENT").unlink(missing_ok=True)
    shutil.rmtree(folder, ignore_errors=True)


def sync(path: Path) -> None:
    """Have a file, or the names in a folder, written to the disk itself."""
    if os.name != "posix" and path.is_dir():
        return
    file = os.open(path, os.O_RDONLY)
    try:
        os.fsync(file)
    finally:
        os.close(file)
