"""Draw SVG as text: escaped, valid XML, numbers rounded so that the same drawing has the same bytes."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from html import escape

from kg.views.page import clean

_NARROW = frozenset("iljtfrI.,:;'|!()[]{} -")
_BROAD = frozenset("mwMW@%—✕")


def element(name: str, *children: str, **attributes: str | float | None) -> str:
    """Write an element; children are SVG already, attribute values are escaped here.

    `_` in a name stands for `-`; a trailing one is dropped; a value of None leaves the attribute out.

    >>> element("text", text("a < b"), x=1.50, text_anchor="end", class_="<q>")
    '<text x="1.5" text-anchor="end" class="&lt;q&gt;">a &lt; b</text>'
    """
    parts = [name]
    for key, value in attributes.items():
        if value is not None:
            shown = number(value) if isinstance(value, int | float) else escape(clean(value), quote=True)
            parts.append(f'{key.rstrip("_").replace("_", "-")}="{shown}"')
    head = " ".join(parts)
    return f"<{head}>{''.join(children)}</{name}>" if children else f"<{head}/>"


def text(value: str) -> str:
    """Escape text that stands between tags."""
    return escape(clean(value), quote=False).replace("\r", " ")


def number(value: float) -> str:
    """Write a coordinate with at most one decimal.

    >>> number(3.0), number(-0.04), number(2.345)
    ('3', '0', '2.3')
    """
    shown = f"{value:.1f}".rstrip("0").rstrip(".")
    return "0" if shown == "-0" else shown


def text_width(value: str, size: float) -> float:
    """Estimate how wide a sans-serif text is, in pixels; wide and combining characters are told apart."""
    return sum(map(_advance, value)) * size


@lru_cache(maxsize=10_000)
def _advance(character: str) -> float:
    if unicodedata.combining(character) or unicodedata.category(character) in ("Cf", "Mn"):
        return 0.0
    if unicodedata.east_asian_width(character) in "WF":
        return 1.05
    if character in _NARROW:
        return 0.34
    if character in _BROAD:
        return 0.9
    return 0.72 if character.isupper() else 0.61


def wrap(value: str, width: float, size: float, lines: int) -> list[str]:
    """Break text into at most so many lines; what does not fit ends in "…".

    >>> wrap("one two three", 60, 12, 2)
    ['one two', 'three']
    """
    rows: list[str] = []
    for word in _words(value, width, size):
        if rows and text_width(f"{rows[-1]} {word}", size) <= width:
            rows[-1] = f"{rows[-1]} {word}"
        else:
            rows.append(word)
    if len(rows) > lines:
        rows = [*rows[: lines - 1], shorten(" ".join(rows[lines - 1 :]), width, size)]
    return rows


def _words(value: str, width: float, size: float) -> Iterable[str]:
    for word in value.split():
        rest = word
        while text_width(rest, size) > width and len(rest) > 1:
            at = len(rest) - 1
            while at > 1 and text_width(rest[:at], size) > width:
                at -= 1
            yield rest[:at]
            rest = rest[at:]
        yield rest


def shorten(value: str, width: float, size: float) -> str:
    """Cut text to a width, with "…" where it was cut."""
    if text_width(value, size) <= width:
        return value
    room = width - text_width("…", size)
    used = 0.0
    for at, character in enumerate(value):
        used += _advance(character) * size
        if used > room:
            return value[:at].rstrip() + "…"
    return value


def drawing(
    width: float,
    height: float,
    title: str,
    body: Iterable[str],
    *,
    style: str | None = None,
    hidden: bool = False,
    role: str = "img",
) -> str:
    """Wrap a drawing; with `style` it can stand alone as a file, without it the page brings the style.

    One with links in it has another role than `img`, whose parts a screen reader does not find.

    A hidden drawing only repeats the words beside it, so that a screen reader passes it over.
    """
    return element(
        "svg",
        *([] if hidden else [element("title", text(title))]),
        *([element("style", text(f"svg.drawing {{ background: #fff; }}\n{style}"))] if style is not None else []),
        *body,
        xmlns="http://www.w3.org/2000/svg",
        class_="drawing",
        viewBox=f"0 0 {number(width)} {number(height)}",
        width=width,
        height=height,
        role=None if hidden else role,
        aria_hidden="true" if hidden else None,
    )
