"""Columns kept in files beside a store, to be opened instead of built.

    STORE/columns/records-STATE/   what the store holds, in one state of it (`kg.columns.records.Records`)
    STORE/columns/held-STATE-THEORY/   the same under one theory (`kg.columns.case.Held`)
    STORE/columns/ids-…/           the ids of its conflicts (`kg.columns.checking`)
    STORE/columns/kinds-…/         the kinds of its conflicts (`kg.columns.browsing.kinds`)
    STORE/columns/mentions-…/      which claims stand in which document (`kg.columns.mentions`)
    STORE/columns/search-…/        the index for searching (`kg.explorer.indexing`)

A folder is written under another name and renamed when it is complete, so that it is whole or not there. Each has a
manifest with the length and the checksum of every file; what does not match is thrown away and built again.
Everything here can be deleted at any time.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import tempfile
import time
import zlib
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import numpy.typing as npt

VERSION = 1
"""Of the form of the files; other versions are not read."""

Array = npt.NDArray[np.generic]
Arrays = dict[str, Array]

_MANIFEST = "manifest.json"
_UNFINISHED = "unfinished-"
_FORGOTTEN = 3600.0  # seconds after which an unfinished folder is taken for one of a program that was stopped


class Damaged(ValueError):
    """A folder of columns whose files are not what its manifest says."""


def save(place: Path, arrays: Mapping[str, Array]) -> None:
    """Write arrays into a new folder, all or none. Raises `OSError` when that is not possible.

    A folder of that name that is there already, from a program that did the same, is left as it is.
    """
    place.parent.mkdir(exist_ok=True)
    _sweep(place.parent)
    unfinished = Path(tempfile.mkdtemp(prefix=_UNFINISHED, dir=place.parent))
    try:
        manifest = {"version": VERSION, "files": {name: _write(unfinished / name, arrays[name]) for name in arrays}}
        _write_text(unfinished / _MANIFEST, json.dumps(manifest, indent=1))
        with contextlib.suppress(FileExistsError):
            _rename(unfinished, place)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


def load(place: Path) -> Arrays | None:
    """Map the arrays of a folder into memory, or return None when there is none; one of another version is removed.

    Raises `Damaged` when the files are not those that were written.
    """
    try:
        manifest = json.loads((place / _MANIFEST).read_text(encoding="utf-8"))
        if manifest["version"] != VERSION:
            discard(place)
            return None
        return {name: _read(place / name, *entry) for name, entry in manifest["files"].items()}
    except FileNotFoundError as error:
        if not place.exists():
            return None
        raise Damaged(f"{Path(str(error.filename)).name} is missing") from None
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise Damaged(str(error)) from None


def array_digest(*arrays: Array) -> str:
    """Name what some arrays hold.

    >>> array_digest(np.array([1, 2])) == array_digest(np.array([1, 2])), len(array_digest())
    (True, 16)
    """
    found = hashlib.sha256()
    for array in arrays:
        found.update(f"{array.dtype.str} {array.shape} ".encode())
        found.update(np.ascontiguousarray(array).tobytes())
    return found.hexdigest()[:16]


def discard(place: Path) -> None:
    """Remove a folder; nothing happens if there is none."""
    shutil.rmtree(place, ignore_errors=True)


def keep_only(folder: Path, name: str) -> None:
    """Remove everything but the columns of that name: nobody will ask for those of other states again."""
    if not (folder / name).is_dir():
        return
    for place in folder.iterdir():
        if place.is_file():
            place.unlink(missing_ok=True)
        elif place.name != name and not place.name.startswith(_UNFINISHED):
            discard(place)


def _write(file: Path, array: Array) -> tuple[str, int, int]:
    data = np.ascontiguousarray(array)
    with file.open("wb") as out:
        out.write(data.data.cast("B") if data.size else b"")
        out.flush()
        os.fsync(out.fileno())
    return data.dtype.str, len(data), _checksum(data)


def _write_text(file: Path, text: str) -> None:
    with file.open("w", encoding="utf-8") as out:
        out.write(text)
        out.flush()
        os.fsync(out.fileno())


def _read(file: Path, kind: str, length: int, checksum: int) -> Array:
    dtype = np.dtype(kind)
    if file.stat().st_size != length * dtype.itemsize:
        raise Damaged(f"{file.name} has not the length it was written with")
    array = np.memmap(file, dtype, mode="r", shape=(length,)) if length else np.empty(0, dtype)
    if _checksum(array) != checksum:
        raise Damaged(f"{file.name} has not the content it was written with")
    return np.asarray(array)  # a plain view: looking up one number in it is several times faster


def _checksum(array: Array) -> int:
    return zlib.crc32(array.data.cast("B")) if array.size else 0


def _rename(unfinished: Path, place: Path) -> None:
    try:
        unfinished.rename(place)
    except OSError:
        if not place.is_dir():  # else another program was faster, with the same columns
            raise


def _sweep(folder: Path) -> None:
    """Remove what programs that were stopped have left."""
    for left in folder.glob(f"{_UNFINISHED}*"):
        with contextlib.suppress(OSError):
            if time.time() - left.stat().st_mtime > _FORGOTTEN:
                discard(left)
