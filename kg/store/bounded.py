"""Work in a process of its own that can be ended: for queries that never end, or want all the memory.

The engine has no way to stop a query once it runs, and where memory or stack gives out it takes the process with
it. So a query with bounds is answered by a copy of this process (`fork`), which sees the very same store without
copying it, and writes its answer to a pipe. Whatever happens there, this process and its store go on as they were:

    with output(write, Bounds(seconds=5), "mine.rq") as answer:  # `write(file)` runs in the other process
        answer.read(65_536)                                     # raises `QueryError` when a bound is reached

The other process is ended when the answer is read, when this one is interrupted (Ctrl-C), and on Linux when this
one dies. The caller makes sure that no other thread writes to the store in the moment of `output`: a lock held then
would stay locked in the copy for ever.
"""

from __future__ import annotations

import ctypes
import faulthandler
import io
import math
import os
import select
import signal
import struct
import sys
import threading
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, NoReturn

from kg.errors import BoundReached, ParleyError, QueryError
from kg.store.protocol import Bounds

if sys.platform != "win32":
    import resource

MEBIBYTE = 1_048_576
SIZE_OF_AN_ANSWER = 4
"""An answer held as Python objects needs about so many times the bytes of its text."""
_HEAD = struct.Struct("!cI")
_PART, _FAULT, _NO_MEMORY, _END = b"p", b"f", b"m", b"."
_LARGEST_PART = 65_536
_BETWEEN_LOOKS = 0.1
"""Seconds between looks whether the other process still lives: its pipe may be held open by a third one."""
_LONGEST = 10_000_000.0
"""Seconds that a system's alarm can be set to."""
_DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG of Linux


def needs_a_process(bounds: Bounds) -> bool:
    """Say whether these bounds can be kept only from outside; rows are counted where they arrive.

    >>> needs_a_process(Bounds(seconds=5)), needs_a_process(Bounds(rows=10))
    (True, False)
    """
    return bounds.seconds is not None or bounds.mebibytes is not None


@contextmanager
def output(
    write: Callable[[BinaryIO], None],
    bounds: Bounds,
    name: str,
    *,
    while_forking: threading.Lock | None = None,
) -> Iterator[BinaryIO]:
    """Run a function in a copy of this process, and give what it writes as a file to read.

    `while_forking` is held in the moment of copying. Reading raises `QueryError` when time or memory is over, when
    the function raises an error of ours, and when the other process dies of anything else; time counts from here.
    """
    until = math.inf if bounds.seconds is None else time.monotonic() + bounds.seconds
    if not hasattr(os, "fork"):
        raise QueryError(f"{name}: this system cannot bound a query in time or memory")
    most = None if bounds.mebibytes is None else address_space(name) + bounds.mebibytes * MEBIBYTE
    source, sink = os.pipe()
    try:
        with _held(while_forking, until, name):
            child = _fork()
            if child == 0:
                _answer_and_exit(write, sink, most, bounds.seconds)
        os.close(sink)
        answer = _Answered(source, child, bounds, name, until)
        try:
            yield io.BufferedReader(answer, _LARGEST_PART)
        finally:
            answer.end()
    finally:
        os.close(source)


@contextmanager
def _held(lock: threading.Lock | None, until: float, name: str) -> Iterator[None]:
    """Hold a lock, which must be had in time."""
    if lock is not None and not lock.acquire(timeout=min(max(until - time.monotonic(), 0), threading.TIMEOUT_MAX)):
        raise QueryError(f"{name}: stopped, as somebody wrote to the store all the time allowed (--time-limit)")
    try:
        yield
    finally:
        if lock is not None:
            lock.release()


class _Answered(io.RawIOBase):
    """What another process writes, as it comes."""

    def __init__(self, source: int, child: int, bounds: Bounds, name: str, until: float) -> None:
        self._source, self._child, self._bounds, self._name, self._until = source, child, bounds, name, until
        self._status: int | None = None
        self._part = b""
        self._is_whole = False
        self._size = 0

    def readable(self) -> bool:
        """Say yes."""
        return True

    def readinto(self, buffer: Any, /) -> int:
        """Fill a buffer; nothing is left only at the end of a whole answer."""
        while not self._part and not self._is_whole:
            self._part = self._next_part()
        taken = self._part[: len(buffer)]
        buffer[: len(taken)] = taken
        self._part = self._part[len(taken) :]
        return len(taken)

    def end(self) -> None:
        """End the other process, if it has not ended, and take it from the table of processes."""
        if self._status is None:
            os.kill(self._child, signal.SIGKILL)
            _, self._status = os.waitpid(self._child, 0)

    def _next_part(self) -> bytes:
        kind, size = _HEAD.unpack(self._exactly(_HEAD.size))
        content = self._exactly(size)
        if kind == _NO_MEMORY:
            raise self._no_memory()
        if kind == _FAULT:
            raise QueryError(content.decode("utf-8"))
        self._is_whole = kind == _END
        self._size += size * SIZE_OF_AN_ANSWER
        if self._bounds.mebibytes is not None and self._size > self._bounds.mebibytes * MEBIBYTE:
            raise self._no_memory()
        return content

    def _exactly(self, size: int) -> bytes:
        found = b""
        while len(found) < size:
            self._wait()
            part = os.read(self._source, size - len(found))
            if not part:
                raise self._died()
            found += part
        return found

    def _wait(self) -> None:
        """Return when there is something to read, or nothing will come any more."""
        while True:
            left = self._until - time.monotonic()
            if left <= 0:
                raise self._no_time()
            ready, _, _ = select.select([self._source], [], [], min(left, _BETWEEN_LOOKS))
            if ready:
                return
            if self._has_ended() and not select.select([self._source], [], [], 0)[0]:
                raise self._died()

    def _has_ended(self) -> bool:
        if self._status is None:
            pid, status = os.waitpid(self._child, os.WNOHANG)
            self._status = status if pid else None
        return self._status is not None

    def _died(self) -> QueryError:
        if self._status is None:
            _, self._status = os.waitpid(self._child, 0)
        number = os.WTERMSIG(self._status) if os.WIFSIGNALED(self._status) else 0
        if self._bounds.mebibytes is not None and number in (signal.SIGABRT, signal.SIGKILL, signal.SIGBUS):
            return self._no_memory()
        if number == signal.SIGALRM:
            return self._no_time()
        reason = signal.strsignal(number) if number else f"exit status {os.waitstatus_to_exitcode(self._status)}"
        return QueryError(f"{self._name}: the engine broke down over this query ({reason}); it may be too deep or long")

    def _no_time(self) -> QueryError:
        seconds = self._bounds.seconds
        message = f"{self._name}: stopped after {seconds:g} s (--time-limit); ask for less, or allow more"
        return BoundReached(message, "seconds")

    def _no_memory(self) -> QueryError:
        most = f"{self._bounds.mebibytes:,} MiB (--memory)"
        message = f"{self._name}: stopped, as it needs more than {most}; ask for less, or allow more"
        return BoundReached(message, "mebibytes")


# --- In the other process -------------------------------------------------------------------------


def _fork() -> int:
    with warnings.catch_warnings():
        # Python warns of threads that hold locks; the engine's do not when nobody writes, and no other is used.
        warnings.simplefilter("ignore", DeprecationWarning)
        return os.fork()


def _answer_and_exit(write: Callable[[BinaryIO], None], sink: int, most: int | None, seconds: float | None) -> NoReturn:
    """Write the answer to the pipe and end without clearing up: files and locks belong to the process copied."""
    status = 1
    try:
        confine(most, seconds)
        with _Parts(sink) as parts, io.BufferedWriter(parts, _LARGEST_PART) as file:
            status = _written(write, file, parts)
    finally:
        os._exit(status)


def confine(most: int | None, seconds: float | None) -> None:
    """Take the bounds on; be quiet, deaf to Ctrl-C, and gone when the process that asked is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if seconds is not None and seconds < math.inf:
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.setitimer(signal.ITIMER_REAL, min(seconds + 1, _LONGEST))
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_DIE_WITH_PARENT, int(signal.SIGKILL))
    faulthandler.disable()
    nowhere = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(nowhere, standard)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if most is not None:
        _, highest = resource.getrlimit(resource.RLIMIT_AS)
        least = most if highest == resource.RLIM_INFINITY else min(most, highest)
        resource.setrlimit(resource.RLIMIT_AS, (least, highest))


def _written(write: Callable[[BinaryIO], None], file: BinaryIO, parts: _Parts) -> int:
    try:
        write(file)
        file.flush()
    except MemoryError:
        parts.put(_NO_MEMORY, b"")
    except ParleyError as error:
        parts.put(_FAULT, str(error).encode("utf-8", "replace"))
    else:
        parts.put(_END, b"")
        return 0
    return 1


class _Parts(io.RawIOBase):
    """Writes parts with their kind and size before them, so that an answer cut off is never taken for a whole one."""

    def __init__(self, sink: int) -> None:
        self._sink = sink

    def writable(self) -> bool:
        return True

    def write(self, data: Any, /) -> int:
        self.put(_PART, bytes(data))
        return len(data)

    def put(self, kind: bytes, content: bytes) -> None:
        whole = memoryview(_HEAD.pack(kind, len(content)) + content)
        while whole:
            whole = whole[os.write(self._sink, whole) :]


def address_space(name: str) -> int:
    """Return the bytes of addresses that this process has taken already; the copy begins with as many."""
    try:
        pages = Path("/proc/self/statm").read_text(encoding="ascii").split()[0]
    except OSError:
        raise QueryError(f"{name}: this system cannot bound the memory of a query") from None
    return int(pages) * os.sysconf("SC_PAGE_SIZE")
