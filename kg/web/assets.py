"""Style sheets and scripts, held in memory: small, the same for every page, and never of another origin."""

from __future__ import annotations

import gzip
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from types import MappingProxyType

from kg.explorer.rendering import asset, assets

MEDIA_TYPES: Mapping[str, str] = MappingProxyType(
    {
        "css": "text/css; charset=utf-8",
        "js": "text/javascript; charset=utf-8",
        "svg": "image/svg+xml",
        "png": "image/png",
        "ico": "image/x-icon",
        "txt": "text/plain; charset=utf-8",
        "json": "application/json",
    }
)
"""By the end of a name; what is not here is not given out."""


@dataclass(frozen=True, slots=True)
class Asset:
    """One file as it is sent: plain, and packed where that is shorter."""

    content: bytes
    packed: bytes | None
    media_type: str
    print: str
    """The beginning of the hash of its content."""


@lru_cache(maxsize=1)
def everything() -> Mapping[str, Asset]:
    """Return all assets by name; they are read once."""
    return MappingProxyType({name: _read(name) for name in assets() if _end(name) in MEDIA_TYPES})


def _read(name: str) -> Asset:
    content = asset(name)
    packed = gzip.compress(content, 9, mtime=0)
    shorter = packed if len(packed) < len(content) else None
    return Asset(content, shorter, MEDIA_TYPES[_end(name)], sha256(content).hexdigest()[:16])


def _end(name: str) -> str:
    return name.rpartition(".")[2].lower()
