"""What is asked for: a page and one of its forms, read from the path and the query of a request."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from urllib.parse import parse_qsl, unquote_to_bytes

from kg.explorer.site import Address

LONGEST_PATH = 8_192
LONGEST_QUERY = 65_536
MOST_FIELDS = 200
INDEX = "index"
"""What the home page is called where a name must stand, as in `/index.json`."""


class BadRequest(Exception):
    """A request that cannot be meant; `status` is what HTTP calls it."""

    def __init__(self, reason: str, status: int = 400) -> None:
        super().__init__(reason)
        self.reason = reason
        self.status = status


@dataclass(frozen=True, slots=True)
class Asked:
    """A page, and the form of it that the end of its path names; `other` is the page if that is no end but a name."""

    address: Address
    form: str = ""
    other: Address | None = None
    is_plain: bool = True
    """Whether the path is written as our links write it; if not, the page stands at `address`."""


def asked(raw_path: bytes, query: bytes, forms: Collection[str]) -> Asked:
    """Read a path, as it was sent, and a query; raises `BadRequest`.

    A slash that is written `%2F` stays in the name, and so does an end whose dot is written `%2E`.

    >>> asked(b"/thing/http%3A%2F%2Fe%2Fa.json", b"page=2", ["json"]).address
    Address(parts=('thing', 'http://e/a'), query=(('page', '2'),))
    >>> asked(b"/thing/a%2Ejson", b"", ["json"]).form
    ''
    >>> asked(b"/index.md", b"", ["md"]).address.parts
    ()
    """
    if len(raw_path) > LONGEST_PATH:
        raise BadRequest("the path is too long", 414)
    fields = _fields(query)
    segments = raw_path.removeprefix(b"/").split(b"/")
    slash = len(segments) > 1 and not segments[-1]
    if slash:
        segments.pop()
    if len(segments) > 1 and b"" in segments:
        raise BadRequest("a part of the path has no name", 404)
    last, dot, end = segments[-1].rpartition(b".")
    form = end.decode("ascii", "replace") if dot and last and end.decode("ascii", "replace") in forms else ""
    whole = _address(segments, fields)
    if not form:
        return Asked(whole, is_plain=not slash and segments != [INDEX.encode()])
    return Asked(_address([*segments[:-1], last], fields), form, other=whole, is_plain=not slash)


def _address(segments: list[bytes], fields: tuple[tuple[str, str], ...]) -> Address:
    parts = tuple(_text(unquote_to_bytes(segment)) for segment in segments)
    return Address(() if parts in (("",), (INDEX,)) else parts, fields)


def _fields(query: bytes) -> tuple[tuple[str, str], ...]:
    """Read the fields of a query; one that is empty was not filled in, and of several the last counts."""
    if len(query) > LONGEST_QUERY:
        raise BadRequest("the query is too long", 414)
    try:
        found = parse_qsl(query.decode("ascii"), encoding="utf-8", errors="strict", max_num_fields=MOST_FIELDS)
    except UnicodeError:
        raise BadRequest("the query is not text in UTF-8, percent-encoded") from None
    except ValueError:
        raise BadRequest(f"the query has more than {MOST_FIELDS} fields") from None
    if any("\0" in key or "\0" in value for key, value in found):
        raise BadRequest("the query holds a character that no text has")
    return tuple(dict(found).items())


def _text(segment: bytes) -> str:
    """Read one part of a path.

    >>> _text(b"a" + bytes([0]))
    Traceback (most recent call last):
    ...
    kg.web.asked.BadRequest: the path holds a character that no name has
    """
    try:
        found = segment.decode("utf-8")
    except UnicodeDecodeError:
        raise BadRequest("the path is not text in UTF-8, percent-encoded") from None
    if any(ord(char) < 32 or ord(char) == 127 for char in found):
        raise BadRequest("the path holds a character that no name has")
    return found
