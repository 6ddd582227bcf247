"""Packed files: gzip around any format, opened without trusting how large it says to be."""

from __future__ import annotations

import zlib
from pathlib import Path, PurePath

from kg.errors import BadInput, Fault

SUFFIX = ".gz"
LARGEST_UNPACKED = 1_000_000_000
"""Bytes that a packed file may unpack to where it is read whole; a thousandth of it can be a file that does."""
_MAGIC = b"\x1f\x8b"
_STEP = 1_000_000


def inner(path: Path) -> Path:
    """Return the path of what is packed: without `.gz`.

    >>> inner(Path("talks/june.ttl.gz")).name, inner(Path("june.ttl")).name
    ('june.ttl', 'june.ttl')
    """
    return path.with_suffix("") if path.suffix.lower() == SUFFIX else path


def inner_name(name: str) -> str:
    """Return a name without `.gz`, so that a graph is called the same whether its file is packed or not."""
    return name[: -len(SUFFIX)] if PurePath(name).suffix.lower() == SUFFIX else name


def is_packed(data: bytes) -> bool:
    """Say whether bytes are gzip; no text begins like it."""
    return data.startswith(_MAGIC)


def unpacked(data: bytes, file: str, largest: int = LARGEST_UNPACKED) -> bytes:
    """Unpack gzip, or return other bytes as they are; `BadInput` for a broken file or one larger than `largest`."""
    if not is_packed(data):
        return data
    parts: list[bytes] = []
    try:
        while data:  # a file may be several packed ones, one after another
            member = zlib.decompressobj(wbits=31)
            while data and not member.eof:
                parts.append(member.decompress(data, _STEP))
                data = member.unconsumed_tail or member.unused_data
                if sum(map(len, parts)) > largest:
                    raise _bad(file, f"this gzip file unpacks to more than {largest // 1_000_000} MB")
                parts = [b"".join(parts)] if len(parts) > 100 else parts
            if not member.eof:
                raise _bad(file, "this gzip file ends too early; it was cut off")
            data = data.lstrip(b"\x00")  # tapes and some programs fill up with zeros
    except zlib.error as error:
        raise _bad(file, f"this gzip file is broken: {error}") from None
    return b"".join(parts)


def beginning(path: Path, size: int) -> bytes:
    """Return the first bytes of a file, unpacked, as far as they can be had."""
    with path.open("rb") as file:
        head = file.read(size)
    if not is_packed(head):
        return head
    try:
        return zlib.decompressobj(wbits=31).decompress(head, size)
    except zlib.error:
        return b""


def _bad(file: str, message: str) -> BadInput:
    return BadInput([Fault(file, 0, 0, message)])
