"""What went wrong in an embedded store, in plain words."""

from __future__ import annotations

import errno
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kg.errors import StoreError

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_SAID_WHEN_FULL = ("No space left on device", "Disk quota exceeded", "File too large")
_SAID_WHEN_DAMAGED = ("Corruption:", "corrupt", "checksum mismatch", "Invalid term", "bad block")
_MEBIBYTE = 1_048_576


class DiskFull(StoreError):
    """There is no room left for what should be written; the store is as it was."""


class Damaged(StoreError):
    """The files of a store are not what was written to them."""


@contextmanager
def plainly(place: str) -> Iterator[None]:
    """Turn errors of the system and of the engine into `StoreError`, which names the store and the cause."""
    try:
        yield
    except (OSError, RuntimeError) as error:
        raise _plain(place, error) from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # of the engine, and no `Exception`, so that few catch it
            raise
        raise Damaged(f"the store {place}: the engine broke down ({error}); its files may be damaged") from None


def _plain(place: str, error: OSError | RuntimeError) -> StoreError:
    text = str(error)
    if is_full(error):
        return DiskFull(f"the store {place}: the disk is full{_room(Path(place))}; nothing was changed")
    if "LOCK:" in text:
        message = "it is open for writing elsewhere; close it there, or open it for reading only"
    elif "read-write" in text:
        message = "it was opened for reading only"
    elif "No such file" in text:
        message = f"a file of it has gone ({text.removeprefix('IO error: ')}); if a program writes to it, open it again"
    elif any(part in text for part in _SAID_WHEN_DAMAGED):
        return Damaged(f"the store {place}: it is damaged: {text}")
    else:
        message = text.removeprefix("IO error: ")
    return StoreError(f"the store {place}: {message}")


def is_full(error: OSError | RuntimeError) -> bool:
    """Say whether an error means that there is no room left.

    >>> is_full(OSError(28, "No space left on device"))
    True
    """
    return (isinstance(error, OSError) and error.errno in _FULL) or any(part in str(error) for part in _SAID_WHEN_FULL)


def _room(place: Path) -> str:
    """Say how much is free where the store is."""
    try:
        usage = shutil.disk_usage(place)
    except OSError:
        return ""
    return f" ({usage.free // _MEBIBYTE:,} MiB of {usage.total // _MEBIBYTE:,} MiB are free)"
