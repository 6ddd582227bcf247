"""Find the files that ship with the package: ontology, rules, queries, examples.

In a checkout they stand at the top level, beside `kg/`; in an installed wheel they are inside the
package. Nothing is read at import.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def folder(name: str) -> Path:
    """Return the folder `ontology`, `queries` or `examples`."""
    for place in (_PACKAGE / "data" / name, _PACKAGE.parent / name):
        if place.is_dir():
            return place
    raise FileNotFoundError(f"the {name}/ folder is not part of this installation")


def ontology_file(name: str = "negotiation.ttl") -> Path:
    """Return a file of the ontology folder."""
    return folder("ontology") / name


@lru_cache(maxsize=32)
def text(folder_name: str, file_name: str) -> str:
    """Return the text of a shipped file."""
    return (folder(folder_name) / file_name).read_text(encoding="utf-8")
