"""A state whose questions are answered by other processes, asked directly and over a real port."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import uvicorn

from kg.web.app import create_app
from kg.web.asking import AskingProcesses
from kg.web.serving import base_of, bind
from kg.web.settings import Settings
from kg.web.source import Source
from kg.web.state import State

TOKEN = "correct-horse-battery"
WRITER = {"Authorization": f"Bearer {TOKEN}"}


@contextmanager
def asking_state(*paths: str | Path, confidential: bool = False, **settings: object) -> Iterator[State]:
    """A state over some data, as `kg serve` makes it."""
    source = Source(tuple(map(str, paths)), confidential=confidential)
    state = State.open(source, Settings(**settings))  # type: ignore[arg-type]
    try:
        state.warm()
        yield state
    finally:
        answering = state.answering
        state.close()
        assert isinstance(answering, AskingProcesses)
        answering.close(at_once=True)


@contextmanager
def served(*paths: str | Path, confidential: bool = False, **settings: object) -> Iterator[tuple[str, State]]:
    """The same on a free port of this machine; gives the address, with a slash at its end."""
    taken = bind("127.0.0.1", 0)
    base = base_of("127.0.0.1", taken.getsockname()[1])
    with asking_state(*paths, confidential=confidential, base=base, **settings) as state:
        server = uvicorn.Server(uvicorn.Config(create_app(state), log_level="error", lifespan="on"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [taken]}, daemon=True)
        thread.start()
        try:
            yield base, state
        finally:
            server.should_exit = True
            thread.join(10)
            taken.close()


def children_of(process: int) -> list[int]:
    """The processes that a process has begun, and that have not ended."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            state = _state(int(entry.name))
            if len(state) > 1 and state[1] == str(process) and state[0] != "Z":
                found.append(int(entry.name))
    return found


def is_alive(process: int) -> bool:
    """Say whether a process has not ended."""
    return _state(process)[:1] not in ([], ["Z"])


def _state(process: int) -> list[str]:
    """The state and the parent of a process; nothing if there is none."""
    try:
        return Path(f"/proc/{process}/stat").read_text(errors="replace").rpartition(") ")[2].split()[:2]
    except OSError:
        return []
