"""Threads that make pages, so that the loop of the server never waits: few of each kind, and nobody waits for ever.

A page that asks SPARQL waits for another process and needs no processor here; such pages have threads of their own,
so that slow questions leave the others free.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from enum import Enum
from typing import TypeVar

import anyio
import anyio.to_thread

T = TypeVar("T")
LONGEST_WAIT = 20.0
"""Seconds for which a request waits for a thread."""


class Work(Enum):
    """Kinds of work, and how many of each may be done at one time."""

    MAKING = 4
    ASKING = 16


class Busy(Exception):
    """So much is being done already that this could not be begun in time."""


class Workers:
    """Runs functions in threads, each kind of work within its number."""

    def __init__(self, longest_wait: float = LONGEST_WAIT) -> None:
        self._longest_wait = longest_wait
        self._free = {work: asyncio.Semaphore(work.value) for work in Work}
        self._threads = anyio.CapacityLimiter(sum(work.value for work in Work))

    async def run(self, work: Work, function: Callable[[], T]) -> T:
        """Run a function in a thread; raises `Busy` if none is free in time."""
        free = self._free[work]
        try:
            await asyncio.wait_for(free.acquire(), self._longest_wait)
        except TimeoutError:
            raise Busy from None
        try:
            return await anyio.to_thread.run_sync(function, limiter=self._threads, abandon_on_cancel=True)
        finally:
            free.release()
