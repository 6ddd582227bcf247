"""Requests read: their content, of bounded size, and the values of forms and addresses."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Sequence
from typing import TypeVar
from urllib.parse import parse_qsl

from starlette.requests import ClientDisconnect, Request

from kg.formats.rdf_syntax import is_iri
from kg.terms import Iri
from kg.web.refusals import Refused

_T = TypeVar("_T")
LARGEST_QUERY = 1_000_000
"""Bytes of a query or an update."""
LARGEST_GRAPH = 64_000_000
"""Bytes of a graph; what is larger is loaded with `kg load`."""
FORM = "application/x-www-form-urlencoded"
_MOST_VALUES = 1_000
Values = Sequence[tuple[str, str]]


async def body(request: Request, largest: int) -> bytes:
    """Return the content of a request, of at most so many bytes."""
    if request.headers.get("content-encoding", "identity").strip().lower() != "identity":
        raise Refused(415, "packed content is not taken; send it as it is")
    content = bytearray()
    async for part in request.stream():
        content += part
        if len(content) > largest:
            raise Refused(413, f"this is larger than {largest // 1_000_000} MB; for graphs there is kg load")
    return bytes(content)


async def text(request: Request, largest: int = LARGEST_QUERY) -> str:
    """Return the content of a request as text."""
    return decoded(await body(request, largest), request)


def decoded(content: bytes, request: Request) -> str:
    """Read bytes as UTF-8, which is what everything here is in."""
    _, _, parameters = request.headers.get("content-type", "").partition("charset=")
    charset = parameters.partition(";")[0].strip().strip("\"'").lower()
    if charset not in ("", "utf-8", "utf8", "us-ascii"):
        raise Refused(415, f'text is taken in UTF-8, not in "{charset}"')
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Refused(400, f"this is not UTF-8 at byte {error.start}") from None


def media_type(request: Request) -> str:
    """Return the kind of content of a request, without its parameters."""
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


def form_values(content: str) -> list[tuple[str, str]]:
    """Read the values of a form."""
    try:
        return parse_qsl(content, keep_blank_values=True, max_num_fields=_MOST_VALUES, errors="strict")
    except ValueError:
        raise Refused(400, "the form cannot be read") from None


def one(values: Values, name: str) -> str | None:
    """Return the only value of a name; None if there is none."""
    found = [value for key, value in values if key == name]
    if len(found) > 1:
        raise Refused(400, f'"{name}" is given {len(found)} times; once is enough')
    return found[0] if found else None


def iris(values: Values, name: str) -> tuple[Iri, ...]:
    """Return all values of a name as IRIs."""
    found = tuple(dict.fromkeys(value for key, value in values if key == name))
    for value in found:
        if not is_iri(value):
            raise Refused(400, f'{name}: "{value[:200]}" is not an IRI')
    return tuple(map(Iri, found))


async def while_there(request: Request, work: Awaitable[_T]) -> _T:
    """Wait for work as long as the client does; when it has gone, the work is cancelled (`ClientDisconnect`)."""
    task = asyncio.ensure_future(work)
    gone = asyncio.ensure_future(_gone(request))
    try:
        await asyncio.wait({task, gone}, return_when=asyncio.FIRST_COMPLETED)
        if not task.done():
            raise ClientDisconnect
        return task.result()
    finally:
        for one_of_both in (task, gone):
            one_of_both.cancel()
        await asyncio.gather(task, gone, return_exceptions=True)


async def _gone(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass
