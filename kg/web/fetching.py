"""Whole graphs to fetch: the dump of all data, and single graphs, sent bit by bit as they are read."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from kg.store.protocol import Bounds
from kg.terms import Iri
from kg.web import results
from kg.web.asking import Busy, Dump
from kg.web.asking.verdicts import Closed
from kg.web.processes import processes

if TYPE_CHECKING:
    from kg.web.state import State

LONGEST = 900.0
"""Seconds in which a copy must be fetched."""
AT_ONCE = 3
"""Copies that are made beside each other; a client that reads slowly keeps one from others for so long."""


class Fetching:
    """Sends graphs, a few at a time."""

    def __init__(self) -> None:
        self._free = AT_ONCE

    async def send(
        self, state: State, request: Request, syntax: str, graphs: tuple[Iri, ...] = (), name: str = ""
    ) -> Response:
        """Answer with some graphs, or with all; `name` is that of a file to keep it in."""
        headers = {
            "Content-Type": results.content_type(syntax, results.GRAPHS),
            "Cache-Control": "no-cache",
            "Vary": "Accept",
        }
        if name:
            headers["Content-Disposition"] = f'attachment; filename="{name}"'
        if request.method == "HEAD":
            return Response(headers=headers)
        if not self._free:
            raise Busy("too many copies of the data are being fetched; try again later")
        self._free -= 1
        try:
            first, parts = await self._begun(state, Dump(syntax, graphs))
        except BaseException:
            self._free += 1
            raise
        return StreamingResponse(self._sent(first, parts), headers=headers)

    async def _begun(self, state: State, job: Dump) -> tuple[bytes, AsyncIterator[bytes]]:
        """Wait for the first bytes, so that what cannot be had is said as such; where data was read anew, of that."""
        asked = processes(state)
        parts = asked.stream(job, Bounds(seconds=LONGEST))
        try:
            return await anext(parts, b""), parts
        except Closed:
            if processes(state) is asked:
                raise
        parts = processes(state).stream(job, Bounds(seconds=LONGEST))
        return await anext(parts, b""), parts

    async def _sent(self, first: bytes, parts: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
        try:
            yield first
            async with asyncio.timeout(LONGEST):
                async for part in parts:
                    yield part
        finally:
            self._free += 1
