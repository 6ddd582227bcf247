"""Locks on files and folders that the system lets go when a process ends, however it ends.

One writer has a store at a time: it holds the lock on `STORE/writer.lock`, in which its process id is written for
those who are refused. Where a system has no such locks, the engine's own lock must do.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

from kg.errors import StoreError

if sys.platform != "win32":
    import fcntl

WRITER = "writer.lock"
_WAITS = (0.02, 0.05, 0.1, 0.2)
"""Seconds to try again: somebody may just be asking who writes."""


def lock_for_writing(store: Path) -> int:
    """Take the lock of the one writer; return the open file that holds it. Raises `StoreError` if it is taken."""
    file = os.open(store / WRITER, os.O_RDWR | os.O_CREAT, 0o644)
    for wait in (*_WAITS, None):
        if taken(file, shared=False):
            break
        if wait is None:
            os.close(file)
            raise StoreError(
                f"the store {store}: it is open for writing elsewhere{_by(store)}; close it there, or open it for "
                "reading only"
            )
        time.sleep(wait)
    os.truncate(file, 0)
    os.pwrite(file, f"{os.getpid()}\n".encode(), 0)
    return file


def taken(file: int, *, shared: bool) -> bool:
    """Lock an open file or folder, if nobody else holds it; say whether that was possible."""
    if sys.platform == "win32":
        return True
    try:
        fcntl.flock(file, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def writer(store: Path) -> int | None:
    """Return the process id of who has the store open for writing; None if nobody has.

    >>> writer(Path("no-such-folder"))
    """
    try:
        file = os.open(store / WRITER, os.O_RDONLY)
    except OSError:
        return None
    try:
        return None if taken(file, shared=True) else _process(store)
    finally:
        os.close(file)


def _by(store: Path) -> str:
    process = _process(store)
    return " in this process" if process == os.getpid() else f", by process {process}" if process else ""


def _process(store: Path) -> int:
    """Return the process id in the lock file; 0 if it is not written yet."""
    text = (store / WRITER).read_text(encoding="ascii", errors="replace").strip()
    return int(text) if text.isdecimal() else 0
