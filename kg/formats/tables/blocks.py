"""What reading a large file of claims gives, a block at a time: N-Quads text, and what is wrong."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import polars as pl

from kg.errors import Fault
from kg.formats.claims import ClaimReader
from kg.formats.desk import Desk
from kg.formats.entries import collect_ids
from kg.formats.rdf_files import keep_apart
from kg.formats.yaml_reader import Mapping as Map
from kg.formats.yaml_reader import Text
from kg.ids import digest
from kg.model import Claim
from kg.rdf import claim_triples
from kg.terms import Iri, Triple, n3

MOST_FAULTS = 1_000
"""After so many faults a file is not read further: nobody mends them one by one."""


@dataclass(frozen=True, slots=True)
class Block:
    """Quads of one graph.

    `sure` is N-Quads text of claims in which no shape finds anything, whatever else is in the graph about other things;
    `other` is N-Quads text that has to be validated. `quads` counts both (a proposition of two blocks twice), `claims`
    the claims. With faults, nothing of the file may be used.
    """

    graph: Iri
    sure: bytes = b""
    other: bytes = b""
    quads: int = 0
    claims: int = 0
    faults: tuple[Fault, ...] = ()


def as_nquads(triples: Iterable[Triple], graph: Iri) -> tuple[str, int]:
    """Write triples of a dossier as N-Quads, each once, its blank nodes kept apart from other files'; count them."""
    end = f" {n3(graph)} .\n"
    lines = [f"{n3(s)} {n3(p)} {n3(o)}{end}" for s, p, o in dict.fromkeys(keep_apart(triples, digest([graph], 10)))]
    return "".join(lines), len(lines)


def read_claims(section: Map, desk: Desk) -> tuple[list[Claim], list[Triple]]:
    """Read some claims of a dossier whose entries the desk knows.

    Their ids are forgotten again, for any id that is not known means the thing of that id in the dossier; only claims
    with an address of their own stay known.
    """
    before = {key: desk.ids[key] for key in section.items if key in desk.ids}
    collect_ids(desk, {"claims": section})
    claims = ClaimReader(desk).claims(section)
    for key in section.items:
        iri = desk.ids.get(key)
        if iri is not None:
            desk.places.pop(iri, None)
            if iri == f"{desk.base}/{key}":
                del desk.ids[key]
                desk.claim_ids.discard(key)
    desk.ids |= before
    triples = [*desk.background, *(triple for claim in claims for triple in claim_triples(claim))]
    desk.background.clear()
    return claims, triples


class SeenIds:
    """The ids of all claims of a large file, as hashes: 24 bytes each."""

    def __init__(self) -> None:
        self._seen: list[pl.DataFrame] = []

    def add(self, ids: pl.Series, lines: pl.Series) -> None:
        """Note the ids of claims and the lines in which they begin."""
        self._seen.append(pl.DataFrame({"one": ids.hash(1), "two": ids.hash(2), "line": lines}))

    def twice(self) -> Iterator[tuple[int, int]]:
        """Yield, for each id that comes again, the line where it does and the line where it was first, in order."""
        if not self._seen:
            return
        rows = pl.concat(self._seen)
        again = rows.with_columns(pl.col("line").min().over("one", "two").alias("first"))
        yield from again.filter(pl.col("line") > pl.col("first")).sort("line").select("line", "first").iter_rows()

    def without(self, ids: list[str]) -> list[str]:
        """Return those of some ids that no claim has."""
        if not self._seen or not ids:
            return ids
        asked = pl.Series("id", ids)
        rows = pl.DataFrame({"id": asked, "one": asked.hash(1), "two": asked.hash(2)})
        return rows.join(pl.concat(self._seen), on=["one", "two"], how="anti", maintain_order="left")["id"].to_list()


ADDRESSED = (
    '"{}" has an address of its own and is named by its id before line {}; name it by its address, or put it first'
)


class EarlyNames:
    """Looks out for entries and claims that have an address of their own and were named by their id before."""

    def __init__(self) -> None:
        self._named = SeenIds()

    def named(self, names: pl.Series) -> None:
        """Note ids that were taken to be of the dossier."""
        self._named.add(names, pl.zeros(names.len(), dtype=pl.UInt64, eager=True))

    def addressed(self, section: Map, desk: Desk) -> None:
        """Say which of those that have just been read came too late."""
        own = {
            key: at for key, (at, _) in section.items.items() if desk.ids.get(key, "") not in ("", f"{desk.base}/{key}")
        }
        missed = set(self._named.without([*own]))
        for key, at in own.items():
            if key not in missed:
                desk.complain(at, ADDRESSED.format(key, at.line))


def unknown_names(met: Iterable[tuple[Text, str]], seen: SeenIds, desk: Desk) -> None:
    """Say which ids that were met are those of no entry and of no claim."""
    unsure = [(text, what) for text, what in met if text.value not in desk.ids]
    unknown = set(seen.without(sorted({text.value for text, _ in unsure})))
    for text, what in unsure:
        if text.value in unknown:
            desk.unknown(text, what, desk.ids)
