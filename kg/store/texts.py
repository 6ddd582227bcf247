"""The SPARQL that stands in files beside the code: a heading in comments, an empty line, and a text with places."""

from __future__ import annotations

import string
from functools import lru_cache
from pathlib import Path


def text_in(file: Path, **values: object) -> str:
    """Return the text of a file without its heading, its places (`$name`) filled in."""
    return _template(file).substitute({key: str(value) for key, value in values.items()})


@lru_cache(maxsize=64)
def _template(file: Path) -> string.Template:
    return string.Template(file.read_text(encoding="utf-8").split("\n\n", 1)[1])
