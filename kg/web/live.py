"""Tell browsers that there is something newer to see: Server-Sent Events, and the thread that looks at the files."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Callable
from typing import Protocol

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse

HEARTBEAT = 15.0
"""Seconds after which a line is sent that says nothing: so that a connection that has died is found out."""

MOST_LISTENERS = 200
EVERY = 0.5
"""Seconds between looks at the files."""

SETTLED = 0.2
"""Seconds for which files must stay as they are before they are read: an editor may still be writing."""

LONGEST_UNREST = 10.0
"""Seconds after which files are read though they are still being written."""

MISSING = 1.5
"""Seconds for which a file may be missing before that is said: some editors put a new file in its place."""


class Announcements:
    """Versions, told from any thread to all who listen in the loop of the server."""

    def __init__(self) -> None:
        self._listeners: set[asyncio.Queue[str | None]] = set()
        self._loop: asyncio.AbstractEventLoop | None = None
        self.is_closed = False

    @property
    def listeners(self) -> int:
        """How many listen."""
        return len(self._listeners)

    def tell(self, version: str) -> None:
        """Tell a version to everybody who listens."""
        self._put(version)

    def close(self) -> None:
        """Let everybody who listens go."""
        self.is_closed = True
        self._put(None)

    def _put(self, word: str | None) -> None:
        if self._loop is None or self._loop.is_closed():
            return
        self._loop.call_soon_threadsafe(self._put_here, word)

    def _put_here(self, word: str | None) -> None:
        for listener in self._listeners:
            listener.put_nowait(word)

    async def words(self, first: str, heartbeat: float = HEARTBEAT) -> AsyncIterator[str]:
        """Yield the events that one browser is sent: the version now, each one after it, and the heartbeat between."""
        self._loop = asyncio.get_running_loop()
        listener: asyncio.Queue[str | None] = asyncio.Queue()
        self._listeners.add(listener)
        try:
            yield _event(first)
            while not self.is_closed:
                try:
                    word = await asyncio.wait_for(listener.get(), heartbeat)
                except TimeoutError:
                    yield ": still here\n\n"
                    continue
                if word is None:
                    return
                yield _event(word)
        finally:
            self._listeners.discard(listener)


def _event(version: str) -> str:
    return f"retry: 1000\nevent: version\ndata: {version}\n\n"


class Announcing(Protocol):
    """What has versions to tell."""

    announcements: Announcements

    @property
    def version(self) -> str:
        """The version that is shown now."""
        ...


def events(state: Announcing, request: Request) -> Response:
    """Answer with the versions as they come, as Server-Sent Events."""
    del request  # every browser is told the same
    if state.announcements.listeners >= MOST_LISTENERS:
        return PlainTextResponse("Too many pages are listening.\n", 503, {"Retry-After": "60"})
    words = state.announcements.words(state.version)
    return StreamingResponse(words, media_type="text/event-stream", headers={"Cache-Control": "no-store"})


class Watched(Protocol):
    """Files that may change, and what reads them again."""

    def has_changed(self) -> bool:
        """Say whether files are not as they were when they were read last."""
        ...

    def is_missing(self) -> bool:
        """Say whether a file that was named is not there."""
        ...

    def prints(self) -> object:
        """Return what tells one state of the files from another."""
        ...

    def read_again(self) -> None:
        """Read the files again."""
        ...


class Watcher(threading.Thread):
    """Looks at files every half second, and has them read again when they have changed and come to rest."""

    def __init__(self, watched: Watched, *, every: float = EVERY, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__(name="watcher", daemon=True)
        self._watched, self._every, self._clock = watched, every, clock
        self._ended = threading.Event()

    def run(self) -> None:
        """Look until `stop` is called."""
        while not self._ended.wait(self._every):
            if self._watched.has_changed() and self._comes_to_rest():
                self._watched.read_again()

    def stop(self) -> None:
        """End; a reading that has begun goes on to its end."""
        self._ended.set()

    def _comes_to_rest(self) -> bool:
        """Wait until files stay as they are; False if the thread is to end."""
        began, before = self._clock(), self._watched.prints()
        while not self._ended.wait(SETTLED):
            now = self._watched.prints()
            waited = self._clock() - began
            if waited > LONGEST_UNREST or (now == before and not (waited < MISSING and self._watched.is_missing())):
                return True
            before = now
        return False
