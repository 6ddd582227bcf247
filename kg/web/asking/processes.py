"""The server's side of asking: a question goes to a process, and its bytes come back, to a thread or to the loop."""

from __future__ import annotations

import asyncio
import contextlib
import os
import pickle
import select
import socket
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import BinaryIO, cast

import kg
from kg.errors import BoundReached
from kg.explorer.answering import ASSERTED, Answered, Question
from kg.graph import KnowledgeGraph
from kg.store.protocol import Bounds
from kg.web.asking import verdicts
from kg.web.asking.data import send
from kg.web.asking.helper import HEAD, SIZE
from kg.web.asking.jobs import Answer, Job
from kg.web.asking.verdicts import BrokeDown, Busy, Closed

PATIENCE = 10.0
"""Seconds that a question waits for its turn."""
STARTING = 60.0
"""Seconds that a question waits for its process to be ready."""
_SLACK = 60.0
"""Seconds beyond all that was allowed, after which an asking process that says nothing is given up."""
_LOOK = 0.02
_LONGEST = 10_000_000.0
_NOT_READY = "the data is still being made ready for questions; ask again later"
_PART = 65_536
_MEBIBYTE = 1_048_576
Feed = Callable[[BinaryIO], None]
"""Writes what an asking process works on."""


@dataclass(eq=False)
class _Line:
    """The line to an asking process, which is ready when it has read its data; it is also then when it has ended."""

    control: socket.socket
    ready: threading.Event = field(default_factory=threading.Event)


class _Lost(Exception):
    """The asking process has gone before it said anything; a new one may be asked."""


class AskingProcesses:
    """Answers questions about one graph, as it is now, in other processes. Close it when the graph is shown no more.

    Processes are started when first needed: one for what is asserted, and one that knows what can be believed. It is an
    `Answering` for the pages; `fetch` and `stream` are for the endpoint.
    """

    def __init__(self, graph: KnowledgeGraph, *, patience: float = PATIENCE) -> None:
        self._graph = graph
        self._asserted = AskingProcess(partial(send, graph), patience)
        self._believed = AskingProcess(partial(send, graph, warm=True), patience)

    def start(self) -> None:
        """Start the process for what is asserted now, so that the first question need not wait for it."""
        self._asserted.start()

    def answer(self, question: Question, bounds: Bounds) -> Answered:
        """Answer a question; raises `QueryError` with line and column, or with the bound that was reached."""
        process = self._asserted
        if question.under != ASSERTED:
            self._graph.small_only("answers under undisputed, every or some")
            process = self._believed
        answered: Answered = pickle.loads(process.run(Answer(question, bounds), bounds))  # noqa: S301 - from our own
        return answered

    async def fetch(self, job: Job, bounds: Bounds) -> bytes:
        """Have something done with what is asserted; to cancel this ends it."""
        return await self._asserted.fetch(job, bounds)

    def stream(self, job: Job, bounds: Bounds) -> AsyncIterator[bytes]:
        """Have something done with what is asserted, and give what comes as it comes."""
        return self._asserted.stream(job, bounds)

    def close(self, *, at_once: bool = False) -> None:
        """Take no more questions; those under way are still answered, unless it is to end at once."""
        for process in (self._asserted, self._believed):
            process.close(at_once=at_once)


class AskingProcess:
    """One asking process, started when it is first needed, and again when it was lost."""

    def __init__(self, feed: Feed, patience: float = PATIENCE) -> None:
        self._feed, self._patience = feed, patience
        self._lock = threading.Lock()
        self._line: _Line | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._is_closed = False
        self._is_over = False
        self._users = 0

    # -- asking

    def run(self, job: Job, bounds: Bounds) -> bytes:
        """Have a job done; return what it wrote. For threads."""
        with self._used():
            try:
                return self._run(job, bounds)
            except _Lost:
                with _lost_twice():
                    return self._run(job, bounds)

    async def fetch(self, job: Job, bounds: Bounds) -> bytes:
        """Have a job done; return what it wrote. For the loop; to cancel this ends the job."""
        with self._used():
            try:
                return b"".join([part async for part in self._parts(job, bounds)])
            except _Lost:
                with _lost_twice():
                    return b"".join([part async for part in self._parts(job, bounds)])

    async def stream(self, job: Job, bounds: Bounds) -> AsyncIterator[bytes]:
        """Have a job done; yield what it writes. An error may come at any time, also after the first bytes."""
        with self._used(), _lost_twice():
            async for part in self._parts(job, bounds):
                yield part

    @contextmanager
    def _used(self) -> Iterator[None]:
        """Keep the process until a question is answered, whoever closes it meanwhile."""
        with self._lock:
            if self._is_closed:
                raise Closed("the data is being read again; ask again")
            self._users += 1
        try:
            yield
        finally:
            with self._lock:
                self._users -= 1
            self._end_if_done()

    def _run(self, job: Job, bounds: Bounds) -> bytes:
        line = self._started()
        if not line.ready.wait(STARTING):
            raise Busy(_NOT_READY)
        with self._asked(line, bounds) as (answer, verdict):
            for end in (answer, verdict):
                end.settimeout(self._patience + _seconds(bounds) + _SLACK)
            counted = _Counted(bounds)
            try:
                verdict.sendall(_message(job))
                parts = []
                while part := answer.recv(_PART):
                    parts.append(counted(part))
                with verdict.makefile("rb") as lines:
                    _judge(lines.readline(), bounds)
            except TimeoutError:
                raise self._given_up(bounds) from None
            return b"".join(parts)

    async def _parts(self, job: Job, bounds: Bounds) -> AsyncIterator[bytes]:
        loop = asyncio.get_running_loop()
        line = self._started()
        until = loop.time() + STARTING
        while not line.ready.is_set():
            if loop.time() > until:
                raise Busy(_NOT_READY)
            await asyncio.sleep(_LOOK)
        with self._asked(line, bounds) as (answer, verdict):
            for end in (answer, verdict):
                end.settimeout(0)
            counted = _Counted(bounds)
            try:
                async with asyncio.timeout(self._patience + _seconds(bounds) + _SLACK):
                    await loop.sock_sendall(verdict, _message(job))
                    while part := await loop.sock_recv(answer, _PART):
                        yield counted(part)
                    text = b""
                    while not text.endswith(b"\n") and (part := await loop.sock_recv(verdict, _PART)):
                        text += part
                    _judge(text, bounds)
            except TimeoutError:
                raise self._given_up(bounds) from None

    def _given_up(self, bounds: Bounds) -> BoundReached:
        self._kill()
        return BoundReached(verdicts.out_of_time(_seconds(bounds)), verdicts.SECONDS)

    @contextmanager
    def _asked(self, line: _Line, bounds: Bounds) -> Iterator[tuple[socket.socket, socket.socket]]:
        """Hand the ends of two new sockets to the process; our ends of them are closed in the end."""
        head = HEAD.pack(_seconds(bounds), self._patience, -1 if bounds.mebibytes is None else bounds.mebibytes)
        answer, there = socket.socketpair()
        verdict, there_too = socket.socketpair()
        with answer, verdict:
            with there, there_too:
                try:
                    socket.send_fds(line.control, [head], [there.fileno(), there_too.fileno()])
                except BlockingIOError:
                    raise Busy("too many questions are waiting; ask again later") from None
                except OSError:
                    self._forget(line)
                    raise _Lost from None
            try:
                yield answer, verdict
            except (_Lost, BrokenPipeError, ConnectionResetError):
                self._forget(line)  # so that the next question starts another process
                raise _Lost from None

    # -- the process

    def start(self) -> None:
        """Start the process now, so that the first question need not wait for it."""
        with self._used():
            self._started()

    def _started(self) -> _Line:
        """Start the process if there is none; return the line to it."""
        with self._lock:
            if self._is_over:
                raise Closed("the server is ending")
            if self._line is None:
                ours, theirs = socket.socketpair()
                ours.settimeout(0)
                self._line = _Line(ours)
                threading.Thread(target=self._keep, args=(self._line, theirs), daemon=True, name="asking").start()
            return self._line

    def _keep(self, line: _Line, theirs: socket.socket) -> None:
        """Start a process, feed it, and wait for its end. It dies with this thread, should the server be killed."""
        command = [sys.executable, "-P", "-m", "kg.web.asking", str(os.getpid()), str(theirs.fileno())]
        package = str(Path(kg.__file__).resolve().parent.parent)
        paths = os.pathsep.join(filter(None, [package, os.environ.get("PYTHONPATH", "")]))
        environment = {**os.environ, "PYTHONPATH": paths, "OPENBLAS_NUM_THREADS": "1", "POLARS_MAX_THREADS": "1"}
        try:
            with theirs:
                process = subprocess.Popen(  # noqa: S603 - our own module, by the interpreter that runs this
                    command, stdin=subprocess.PIPE, pass_fds=[theirs.fileno()], env=environment
                )
            with self._lock:
                self._process = process
            with process:
                self._fed(process)
                self._await_ready(line)
        finally:
            self._forget(line)

    def _fed(self, process: subprocess.Popen[bytes]) -> None:
        """Give the process its data; one that was given half of them must not answer from that half."""
        try:
            with cast(BinaryIO, process.stdin) as source:
                self._feed(source)
        except BrokenPipeError:  # it has ended, and will be waited for
            return
        except BaseException:
            process.kill()
            raise

    def _await_ready(self, line: _Line) -> None:
        with contextlib.suppress(OSError, ValueError):  # it was closed meanwhile
            select.select([line.control], [], [])
            if line.control.recv(1):
                line.ready.set()

    def _forget(self, line: _Line) -> None:
        with self._lock:
            if self._line is line:
                self._line = None
        with contextlib.suppress(OSError):
            line.control.shutdown(socket.SHUT_RDWR)  # whoever waits for it is to hear of it now
        line.control.close()
        line.ready.set()

    def _kill(self) -> None:
        with self._lock:
            process = self._process
        if process is not None:
            process.kill()

    def close(self, *, at_once: bool = False) -> None:
        """Take no more questions. The process ends when those under way are answered, or at once."""
        with self._lock:
            self._is_closed = True
            self._is_over = at_once
        if at_once:
            self._kill()
        self._end_if_done()

    def _end_if_done(self) -> None:
        with self._lock:
            line = self._line if self._is_closed and not self._users else None
        if line is not None:
            self._forget(line)


class _Counted:
    """Counts the bytes of an answer, which count as memory."""

    def __init__(self, bounds: Bounds) -> None:
        self._most = bounds.mebibytes
        self._size = 0

    def __call__(self, part: bytes) -> bytes:
        self._size += len(part)
        if self._most is not None and self._size > self._most * _MEBIBYTE:
            raise BoundReached(verdicts.out_of_memory(self._most), verdicts.MEBIBYTES)
        return part


@contextmanager
def _lost_twice() -> Iterator[None]:
    try:
        yield
    except _Lost:
        raise BrokeDown("the process that answers ended, and ended again") from None


def _judge(text: bytes, bounds: Bounds) -> None:
    if not text.endswith(b"\n"):
        raise _Lost
    verdicts.raise_unless_well(text, bounds.mebibytes)


def _message(job: Job) -> bytes:
    content = pickle.dumps(job)
    return SIZE.pack(len(content)) + content


def _seconds(bounds: Bounds) -> float:
    return _LONGEST if bounds.seconds is None else bounds.seconds
