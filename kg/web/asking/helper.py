"""The process that answers: one thread, a list of questions, and a copy of itself for each that is being answered."""

from __future__ import annotations

import ctypes
import gc
import math
import os
import pickle
import select
import signal
import socket
import struct
import sys
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import BinaryIO, NoReturn, cast

from kg.store.bounded import MEBIBYTE, address_space, confine
from kg.web.asking import verdicts
from kg.web.asking.data import Data, receive
from kg.web.asking.jobs import Job

HEAD = struct.Struct("!ddq")
"""Sent with the two sockets of a question: seconds that it may take and may wait, mebibytes (-1: no bound)."""
SIZE = struct.Struct("!Q")
"""Before the pickled job."""
_AT_ONCE = max(4, 2 * (os.cpu_count() or 1))
"""Questions that are worked on beside each other; the system shares the cores out among them."""
_NICER = 5
"""The server's own threads go first."""
_DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG of Linux
_LONGEST_SLEEP = 60.0


@dataclass
class _Task:
    """A question: its sockets, its bounds, until when it waits or runs (monotonic time), who works on it."""

    answer: socket.socket
    verdict: socket.socket
    seconds: float
    mebibytes: int | None
    until: float
    process: int = 0
    is_late: bool = False


def main(parent: int, control: int) -> None:
    """Read the data from standard input, then answer until the server closes `control`, or is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the server's to understand
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_DIE_WITH_PARENT, int(signal.SIGKILL))
    if os.getppid() != parent:
        return
    try:
        data = receive(sys.stdin.buffer)
    except EOFError:
        return
    gc.collect()
    gc.freeze()  # so that copies of this process share these pages
    with socket.socket(fileno=control) as line:
        _Helper(line, data).serve()


class _Helper:
    """Takes questions, sees to it that each keeps its bounds, and says how those ended that cannot say so."""

    def __init__(self, control: socket.socket, data: Data) -> None:
        self._control, self._data = control, data
        self._process = os.getpid()
        self._is_open = True
        self._waiting: deque[_Task] = deque()
        self._working: list[_Task] = []
        self._poll = select.poll()
        self._woken, self._waker = socket.socketpair()
        for end in (self._woken, self._waker):
            end.settimeout(0)

    def serve(self) -> None:
        """Work until nobody can ask any more, and nobody waits for an answer."""
        signal.set_wakeup_fd(self._waker.fileno(), warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        self._poll.register(self._control, select.POLLIN)
        self._poll.register(self._woken, select.POLLIN)
        with suppress(OSError):
            self._control.send(b"r")  # ready
        while self._is_open or self._waiting or self._working:
            for file, _ in self._poll.poll(self._patience() * 1000):
                if file == self._control.fileno():
                    self._take()
                elif file == self._woken.fileno():
                    with suppress(BlockingIOError):
                        self._woken.recv(4096)
                else:
                    self._forget(file)
            self._reap()
            self._keep_time()
            self._begin()

    def _patience(self) -> float:
        until = min((task.until for task in (*self._working, *self._waiting)), default=math.inf)
        return min(max(until - time.monotonic(), 0.0), _LONGEST_SLEEP)

    def _take(self) -> None:
        head, files, _, _ = socket.recv_fds(self._control, HEAD.size, 2)
        if len(head) < HEAD.size or len(files) != 2:
            self._is_open = False
            self._poll.unregister(self._control)
            return
        seconds, wait, mebibytes = HEAD.unpack(head)
        answer, verdict = (socket.socket(fileno=file) for file in files)
        most = None if mebibytes < 0 else mebibytes
        self._waiting.append(_Task(answer, verdict, seconds, most, time.monotonic() + wait))
        self._poll.register(verdict, 0)  # only to hear when the other end is closed

    def _forget(self, file: int) -> None:
        """Let go of a question whose asker has gone."""
        for task in [one for one in self._waiting if one.verdict.fileno() == file]:
            self._waiting.remove(task)
            self._close(task)
        for task in [one for one in self._working if one.verdict.fileno() == file]:
            os.kill(task.process, signal.SIGKILL)
            self._poll.unregister(task.verdict)

    def _keep_time(self) -> None:
        now = time.monotonic()
        for task in self._working:
            if task.until <= now:
                task.is_late, task.until = True, math.inf
                os.kill(task.process, signal.SIGKILL)
        for task in [one for one in self._waiting if one.until <= now]:
            self._waiting.remove(task)
            self._tell(task, verdicts.line(verdicts.BUSY, "too many questions are being answered; ask again later"))
            self._close(task)

    def _begin(self) -> None:
        while self._waiting and len(self._working) < _AT_ONCE:
            task = self._waiting.popleft()
            try:
                task.process = os.fork()
            except OSError as error:
                self._tell(task, verdicts.line(verdicts.BUSY, f"no process can be started ({error.strerror})"))
                self._close(task)
                return
            if task.process == 0:
                self._work_and_exit(task)
            task.answer.close()
            task.until = time.monotonic() + task.seconds
            self._working.append(task)

    def _reap(self) -> None:
        for task in list(self._working):
            process, status = os.waitpid(task.process, os.WNOHANG)
            if process:
                self._working.remove(task)
                if status and os.WIFSIGNALED(status):
                    self._tell(task, self._why(task, os.WTERMSIG(status)))
                elif status:
                    self._tell(task, verdicts.line(verdicts.BROKE, "the process that answered ended by itself"))
                self._close(task)

    def _why(self, task: _Task, number: int) -> bytes:
        if task.is_late or number == signal.SIGALRM:
            return verdicts.line(verdicts.SECONDS, verdicts.out_of_time(task.seconds))
        if task.mebibytes is not None and number in (signal.SIGABRT, signal.SIGKILL, signal.SIGBUS):
            return verdicts.line(verdicts.MEBIBYTES, "")
        reason = signal.strsignal(number)
        message = f"query: the engine broke down over this query ({reason}); it may be too deep or long"
        return verdicts.line(verdicts.BROKE, message)

    def _tell(self, task: _Task, verdict: bytes) -> None:
        with suppress(OSError):  # the asker has gone
            task.verdict.settimeout(0)
            task.verdict.send(verdict)

    def _close(self, task: _Task) -> None:
        with suppress(KeyError):
            self._poll.unregister(task.verdict)
        task.verdict.close()
        task.answer.close()

    # -- in the copy of this process

    def _work_and_exit(self, task: _Task) -> NoReturn:
        """Work on a question, tell how it went, and end without clearing up: all files are the other's."""
        status = 1
        try:
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            for other in (*self._waiting, *self._working):
                other.answer.close()
                other.verdict.close()
            for mine in (self._control, self._woken, self._waker):
                mine.close()
            os.nice(_NICER)
            with _telling(task):
                most = None if task.mebibytes is None else address_space("query") + task.mebibytes * MEBIBYTE
                confine(most, task.seconds if task.seconds < math.inf else None)
                if os.getppid() != self._process:  # it has gone before that could be known: the question is lost, not
                    os._exit(status)  # answered, and whoever asked is to hear nothing rather than an empty answer
                _work(task, self._data)
            status = 0
        finally:
            os._exit(status)


def _work(task: _Task, data: Data) -> None:
    job = _job(task.verdict)
    with task.answer.makefile("wb", 65_536) as output:
        job.run(data, cast(BinaryIO, output))
    task.answer.shutdown(socket.SHUT_RDWR)


@contextmanager
def _telling(task: _Task) -> Iterator[None]:
    """Say how it went, whatever it was."""
    task.answer.settimeout(None)
    task.verdict.settimeout(None)
    try:
        yield
    except BaseException as error:
        task.verdict.sendall(verdicts.of_error(error))
    else:
        task.verdict.sendall(verdicts.WELL)


def _job(line: socket.socket) -> Job:
    with line.makefile("rb") as source:
        (size,) = SIZE.unpack(source.read(SIZE.size))
        job: Job = pickle.loads(source.read(size))  # noqa: S301 - from the server that started us
        return job
