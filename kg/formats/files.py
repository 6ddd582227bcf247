"""The bytes of a file that somebody names: of plain files only, and no more than can be read whole.

A pipe may never say anything, and a device never end; neither is opened. Standard input is read where somebody asks
for it by `-`.
"""

from __future__ import annotations

import codecs
from pathlib import Path

from kg.errors import BadInput, Fault

LONGEST_LINE = 64_000_000
"""Bytes; no record of ours is a hundredth as long, and a parser holds a line several times over."""
_BLOCK = 1_000_000


def file_bytes(path: Path, largest: int | None = None) -> bytes:
    """Read a file whole, or raise `BadInput`; `largest` is how many bytes it may have, if that is bounded."""
    try:
        if not path.exists():
            raise _bad(path, "cannot be read: there is no such file")
        if not path.is_file():
            raise _bad(path, "cannot be read: it is a pipe, a device or a socket; give - to read standard input")
        size = path.stat().st_size
        if largest is not None and size > largest:
            raise _bad(path, f"the file is larger than {largest // 1_000_000} MB")
        if size > LONGEST_LINE and (line := _line_too_long(path)):
            raise BadInput([Fault(str(path), line, 1, f"this line is longer than {LONGEST_LINE // 1_000_000} MB")])
        return path.read_bytes()
    except OSError as error:
        raise _bad(path, f"cannot be read: {error.strerror}") from None


def file_text(path: Path, largest: int | None = None) -> str:
    """Read a file of text whole, or raise `BadInput` with the place where it is not UTF-8."""
    data = file_bytes(path, largest)
    if fault := not_utf8(data, str(path)):
        raise BadInput([fault])
    return data.decode("utf-8-sig")


def not_utf8(data: bytes, file: str) -> Fault | None:
    """Say where bytes are not UTF-8 text, if they are not.

    >>> str(not_utf8(b"ab" + bytes([0xFF]), "ft.yaml"))
    'ft.yaml:1:3: this is not UTF-8 text; save the file as UTF-8'
    """
    text = data.removeprefix(codecs.BOM_UTF8)
    try:
        text.decode("utf-8")
    except UnicodeDecodeError as error:
        before = text[: error.start]
        line, column = before.count(b"\n") + 1, error.start - (before.rfind(b"\n") + 1) + 1
        return Fault(file, line, column, "this is not UTF-8 text; save the file as UTF-8")
    return None


def _line_too_long(path: Path) -> int:
    """Return the number of the first line that is too long, or 0, and hold no more than a block of the file."""
    line, length = 1, 0
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            breaks = block.count(b"\n")
            length += block.find(b"\n") if breaks else len(block)
            if length > LONGEST_LINE:
                return line
            if breaks:
                line, length = line + breaks, len(block) - block.rfind(b"\n") - 1
    return 0


def _bad(path: Path, message: str) -> BadInput:
    return BadInput([Fault(str(path), 0, 0, message)])
