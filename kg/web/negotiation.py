"""Which form of an answer a client would rather have, by its `Accept` header (RFC 9110, section 12.5.1)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kg.explorer.rendering import MEDIA_TYPES

_RANGE = re.compile(r"\s*([!#$%&'*+.^_`|~\w-]+)/([!#$%&'*+.^_`|~\w-]+)\s*(.*)", re.DOTALL)
_QUALITY = re.compile(r";\s*q\s*=\s*([01](?:\.\d{0,3})?)\s*(?:;|$)", re.IGNORECASE)
_MOST = 100
"""Ranges of one header that are looked at."""
_OTHER_NAMES: Mapping[str, tuple[str, ...]] = {
    "html": ("application/xhtml+xml",),
    "json": ("application/problem+json", "text/json"),
    "ttl": ("application/x-turtle",),
    "csv": ("text/csv",),
    "txt": ("text/plain",),
}


@dataclass(frozen=True, slots=True)
class Range:
    """One range of media types and how much it is liked; `*` is any."""

    kind: str
    subtype: str
    quality: float

    @property
    def closeness(self) -> int:
        """How much the range says: a whole type goes before `text/*`, and that before `*/*`."""
        return (self.kind != "*") + (self.subtype != "*")

    def takes(self, media_type: str) -> bool:
        """Say whether a media type lies in the range."""
        kind, _, subtype = media_type.partition("/")
        return self.kind in ("*", kind) and self.subtype in ("*", subtype)


def ranges(accept: str) -> list[Range]:
    """Read a header; what cannot be read is left out.

    >>> ranges("text/turtle;q=0.8, */*; q=0.1")[0]
    Range(kind='text', subtype='turtle', quality=0.8)
    """
    found = []
    for part in accept.split(",")[:_MOST]:
        if match := _RANGE.fullmatch(part):
            quality = _QUALITY.search(match[3])
            value = float(quality[1]) if quality else 1.0
            found.append(Range(match[1].lower(), match[2].lower(), min(value, 1.0)))
    return found


def best(accept: str, offers: Mapping[str, Sequence[str]]) -> str | None:
    """Choose an offer by the media types under which it goes; the first wins a tie; None if none will do.

    An offer is sent as the first of its types; the others are names that it may be asked for by, in full only. No
    header, or an empty one, takes anything.

    >>> offers = {"json": ("application/json",), "xml": ("application/xml", "text/xml")}
    >>> best("text/xml, application/json;q=0.9", offers), best("*/*", offers), best("image/png", offers)
    ('xml', 'json', None)
    """
    wanted = ranges(accept)
    if not wanted:
        return next(iter(offers)) if not accept.strip() else None
    liked = {name: _liked(types, wanted) for name, types in offers.items()}
    top = max(liked.values(), default=0.0)
    return next((name for name, quality in liked.items() if quality == top), None) if top > 0 else None


def form_wanted(accept: str, forms: Sequence[str]) -> str | None:
    """Choose a form of a page (`html`, `json`, `ttl` …); the first wins a tie; None if none will do.

    >>> form_wanted("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", ("html", "json", "ttl"))
    'html'
    >>> form_wanted("text/turtle", ("html", "json", "ttl")), form_wanted("*/*", ("html", "ttl"))
    ('ttl', 'html')
    """
    return best(accept, {form: (*_type_of(form), *_OTHER_NAMES.get(form, ())) for form in forms})


def prefers_html(accept: str, offers: Mapping[str, Sequence[str]]) -> bool:
    """Say whether a client likes a page more than any of the offers, as browsers do; `*/*` is no such wish.

    >>> prefers_html("text/html,*/*;q=0.8", {"json": ["application/json"]}), prefers_html("*/*", {})
    (True, False)
    """
    wanted = ranges(accept)
    html = max((one.quality for one in wanted if one.takes("text/html") and one.kind != "*"), default=0.0)
    others = [_liked(types, wanted) for types in offers.values()]
    return html > max(others, default=0.0)


def _type_of(form: str) -> tuple[str, ...]:
    return (MEDIA_TYPES[form],) if form in MEDIA_TYPES else ()


def _liked(types: Sequence[str], wanted: Sequence[Range]) -> float:
    whole = [one for one in wanted if one.closeness == 2]
    return max((_quality(one, whole if number else wanted) for number, one in enumerate(types)), default=0.0)


def _quality(media_type: str, wanted: Sequence[Range]) -> float:
    """Return what the closest range says of a type; of several as close, the most."""
    found = [one for one in wanted if one.takes(media_type)]
    return max(((one.closeness, one.quality) for one in found), default=(0, 0.0))[1]
