"""A tree of texts, lists and mappings to YAML that reads well and reads back the same."""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from typing import TypeAlias

WIDTH = 110
"""Longest line of a list or mapping that is written on one line."""
_LONG_TEXT = 90


class Verbatim(str):
    """A scalar that must stand without quotes, such as true or 12."""

    __slots__ = ()


Tree: TypeAlias = "str | Sequence[Tree] | Mapping[str, Tree]"

_SAFE = re.compile(r"[^\W_][^\x00-\x1f:#\[\]{}\"`]*(?<! )|~[0-9][^:#,\[\]{}\"`]*(?<! )|\.\.[0-9/.~-]*")
_SAFE_COLON = re.compile(r"[A-Za-z][^\s,\[\]{}#\"'`]*[^\s,\[\]{}#\"'`:]")  # an address or a prefixed name
_NOT_TEXT = re.compile(
    r"(?i:null|true|false|yes|no|on|off|y|n|~)|[-+]?[0-9][0-9_]*(\.[0-9_]*)?(e[-+]?[0-9]+)?|0[xo][0-9a-f]+|"
    r"[-+]?[0-9][0-9:_]*|[-+]?\.(inf|nan)|\.nan",
    re.IGNORECASE,
)
_UNPRINTABLE = re.compile(r"[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff]")
_FOLDS = re.compile(r"\S+(?: \S+)*")


def write_tree(tree: Mapping[str, Tree]) -> str:
    r"""Write a mapping as a YAML document.

    >>> print(write_tree({"a": ["x", "no"], "b": {"c": {"d": "1: 2"}}}), end="")
    a: [x, "no"]
    <BLANKLINE>
    b:
      c: {d: "1: 2"}
    """
    return "\n".join(_mapping_lines(tree, 0)) + "\n"


def _mapping_lines(tree: Mapping[str, Tree], indent: int) -> Iterator[str]:
    pad = " " * indent
    for key, value in tree.items():
        head = f"{pad}{_key(key)}:"
        if isinstance(value, Mapping) and not indent:
            yield ""
        line = f"{head} {_flow(value)}"
        if isinstance(value, str):
            yield from _text_lines(head, value, indent)
        elif (len(line) <= WIDTH and "\n" not in line and (indent or not isinstance(value, Mapping))) or not value:
            yield line
        else:
            yield head
            yield from _block(value, indent + 2)


def _block(value: Tree, indent: int) -> Iterator[str]:
    if isinstance(value, Mapping):
        yield from _mapping_lines(value, indent)
        return
    for item in value:
        flow = f"{' ' * indent}- {_flow(item)}"
        if isinstance(item, str) or len(flow) <= WIDTH or not item:
            yield flow
            continue
        lines = list(_block(item, indent + 2))
        yield f"{' ' * indent}- {lines[0].lstrip()}"
        yield from lines[1:]


def _text_lines(head: str, value: str, indent: int) -> Iterator[str]:
    pad = " " * (indent + 2)
    if len(value) > _LONG_TEXT and _FOLDS.fullmatch(value) and not _UNPRINTABLE.search(value) and value.isprintable():
        yield f"{head} >-"
        lines = textwrap.wrap(value, WIDTH - indent - 2, break_long_words=False, break_on_hyphens=False)
        yield from (pad + line for line in lines)
    elif _is_block(value):
        yield f"{head} |"
        yield from (pad + line if line else "" for line in value[:-1].split("\n"))
    else:
        yield f"{head} {scalar(value)}"


def _is_block(value: str) -> bool:
    """Say whether a text of several lines can stand as a block: what it ends and starts with is then clear."""
    lines = value[:-1].split("\n")
    return (
        value.endswith("\n")
        and bool(lines[0].strip())
        and not value.startswith(" ")
        and bool(lines[-1].strip())
        and all(line.isprintable() and not _UNPRINTABLE.search(line) for line in lines)
    )


def _flow(value: Tree) -> str:
    if isinstance(value, str):
        return scalar(value, flow=True)
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_key(key)}: {_flow(item)}" for key, item in value.items()) + "}"
    return "[" + ", ".join(_flow(item) for item in value) + "]"


def _key(text: str) -> str:
    plain = re.fullmatch(r"[A-Za-z][A-Za-z0-9_.-]*", text) and text.lower() not in ("null", "true", "false")
    return text if plain else scalar(text, flow=True)


def scalar(text: str, *, flow: bool = False) -> str:
    r"""Write a text on one line, in quotes where it could be taken for something else.

    >>> scalar("Liu He"), scalar("no"), scalar("15:10"), scalar("a\nb"), scalar("https://e.org/x")
    ('Liu He', '"no"', '"15:10"', '"a\\nb"', 'https://e.org/x')
    """
    if isinstance(text, Verbatim):
        return str(text)
    plain = _SAFE.fullmatch(text) or _SAFE_COLON.fullmatch(text)
    if flow and "," in text:
        plain = None
    if plain and text.isprintable() and not _NOT_TEXT.fullmatch(text) and not _UNPRINTABLE.search(text):
        return text
    quoted = json.dumps(text, ensure_ascii=False)
    return _UNPRINTABLE.sub(lambda match: f"\\u{ord(match[0]):04x}", quoted)
