"""Questions to begin with on the SPARQL page: `starters/*.rq`, with a sense or a view in their heading."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import as_file, files

from kg.explorer.answering import ASSERTED
from kg.explorer.explorer import Explorer
from kg.explorer.site import Address
from kg.queries import NamedQuery, query_from_file

_OWN = re.compile(r"^# (under|view): (\w+)\n", re.MULTILINE)
_HEADING = re.compile(r"\A(#.*\n)*\n*")


@dataclass(frozen=True, slots=True)
class Starter:
    """A question to begin with; `text` is without its heading."""

    query: NamedQuery
    text: str
    under: str
    view: str

    @property
    def address(self) -> Address:
        """Where it is asked."""
        under = "" if self.under == ASSERTED else self.under
        return Address.of("sparql", query=self.text, under=under, view=self.view)


def starters(explorer: Explorer) -> tuple[Starter, ...]:
    """Return the questions that can be asked of this graph; a large one is asked only about what is written in it."""
    large = explorer.graph.is_large
    return tuple(
        one for one in _all() if not (large and (one.query.needs_conflicts or one.under != ASSERTED))
    )  # fmt: skip


@lru_cache(maxsize=1)
def _all() -> tuple[Starter, ...]:
    return tuple(_read())


def _read() -> Iterator[Starter]:
    with as_file(files("kg.explorer").joinpath("starters")) as place:
        for file in sorted(place.glob("*.rq")):
            query = query_from_file(file)
            own = dict(_OWN.findall(query.text))
            yield Starter(query, _HEADING.sub("", query.text), own.get("under", ASSERTED), own.get("view", ""))
