"""Records of staged files judged by the shapes, together with those that were read in the ordinary way."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import polars as pl

from kg.bulk.feeding import Progress
from kg.bulk.picking import is_among, pick, triples
from kg.bulk.staging import Staged
from kg.errors import Fault
from kg.formats import GraphSource
from kg.terms import Blank, Iri, Node, Triple, local_name, n3
from kg.validate import Violation, focus_node, shacl, told_violation
from kg.validate.looked_at import Hashes, LookedAt, hashes, looked_at
from kg.validate.nodes import Records
from kg.validate.settled import open_nodes, told
from kg.validate.surroundings import seen_from
from kg.vocab import RDFS

_PICKED = 20_000  # records that are taken out of the files at one time
_SHOWN = 1_000  # records that the SHACL engine sees at one time
_ENOUGH = 500
"""Faults after which doubtful records are only counted: nobody mends more at one time."""
_LISTED = 1_000  # warnings of one kind
_STAGE = "checking records"


@dataclass(slots=True)
class Judged:
    """What is wrong with records, and what looks wrong; `unseen` is how many doubtful ones were not looked at."""

    faults: list[Fault] = field(default_factory=list)
    warnings: list[Fault] = field(default_factory=list)
    unseen: int = 0


def judge(
    staged: Sequence[Staged],
    sources: Sequence[GraphSource],
    looked: LookedAt,
    classes: Sequence[Triple],
    progress: Progress,
) -> Judged:
    """Judge all records; the SHACL engine sees those that do not plainly keep every shape, a batch at a time.

    That is equal to showing it everything at once: what it says of a record rests on the statements that the shapes
    of that record see, and a batch holds all of these (`seen_from`); what it says of others in the batch is ignored.
    """
    found = Judged()
    progress(_STAGE, 0, None)
    small = [triple for source in sources for triple in source.triples]
    small_hashes = hashes(triple.s for triple in small)
    records = Records(looked, looked_at(classes).below)
    _warn(records, staged, sources, found)
    opened = records.nodes[open_nodes(records)]
    done = 0
    for some in _chunks(opened, _PICKED):
        picked = pick(staged, seen_from(records, some))
        for batch in _chunks(some, _SHOWN):
            progress(_STAGE, done, len(opened))
            shown = seen_from(records, batch)
            about_classes = pl.col("p") == n3(RDFS.subClassOf)
            rows = picked.filter(pl.Series(is_among(picked["hash"].to_numpy(), shown)) | about_classes)
            beside = [t for t, is_shown in zip(small, is_among(small_hashes, shown), strict=True) if is_shown]
            beside += [t for t in small if t.p == RDFS.subClassOf]
            violations = shacl([*triples(rows), *beside], classes, batch)
            placed = _Places(rows, staged, sources).faults(violations)
            for violation, fault in zip(violations, placed, strict=True):
                (found.warnings if violation.warning else found.faults).append(fault)
            done += len(batch)
            if len(found.faults) >= _ENOUGH:
                found.unseen = len(opened) - done
                return found
    return found


def _warn(records: Records, staged: Sequence[Staged], sources: Sequence[GraphSource], found: Judged) -> None:
    """Say what can be told without the SHACL engine; of many warnings of one kind the first thousand, and how many."""
    shapes = {shape: records.nodes[marked] for shape, marked in told(records).items()}
    shapes = {shape: nodes for shape, nodes in shapes.items() if len(nodes)}
    if not shapes:
        return
    rows = pick(staged, np.concatenate([nodes[:_LISTED] for nodes in shapes.values()]))
    names = dict(zip(rows["hash"].to_list(), rows["s"].to_list(), strict=True))
    names |= {
        int(code): n3(triple.s)
        for source in sources
        for triple, code in zip(source.triples, hashes(triple.s for triple in source.triples), strict=True)
    }
    places = _Places(rows, staged, sources)
    for shape, nodes in shapes.items():
        violations = [told_violation(shape, names[node].strip("<>")) for node in nodes[:_LISTED].tolist()]
        found.warnings += places.faults(violations)
        if len(nodes) > _LISTED:
            message = f"the same is so of {len(nodes) - _LISTED:,} more: {violations[0].message}"
            found.warnings.append(Fault(found.warnings[-1].file, 0, 0, message))


def _chunks(items: Hashes, size: int) -> Iterator[Hashes]:
    return (items[at : at + size] for at in range(0, len(items), size))


# -- where it stands -------------------------------------------------------------------------------

_Place = tuple[int, int]
"""The number of a staged file and that of a statement in it."""


class _Places:
    """Where the records of picked statements begin."""

    def __init__(self, rows: pl.DataFrame, staged: Sequence[Staged], sources: Sequence[GraphSource]) -> None:
        self._staged, self._sources = staged, sources
        first = rows.group_by("s", maintain_order=True).agg(pl.col("file").first(), pl.col("ordinal").first())
        self._known: dict[Node, _Place] = {_node(s): (file, ordinal) for s, file, ordinal in first.iter_rows()}

    def faults(self, violations: Sequence[Violation]) -> list[Fault]:
        """Say each violation at the place in the file where its record begins."""
        about = [self._record(violation) for violation in violations]
        lines = self._lines(self._known[node] for node in about if node in self._known)
        return [self._fault(one, node, lines) for one, node in zip(violations, about, strict=True)]

    def _record(self, violation: Violation) -> Node | None:
        """Find the record that a violation is about, or the record that it is part of."""
        for source in self._sources:
            node = focus_node(violation, source.places)
            if node is not None:
                return node
        exact = _node(violation.focus if violation.focus.startswith("_:") else f"<{violation.focus}>")
        return exact if exact in self._known else focus_node(violation, self._known)

    def _lines(self, places: Iterable[_Place]) -> dict[_Place, int]:
        wanted: dict[int, set[int]] = {}
        for file, ordinal in places:
            wanted.setdefault(file, set()).add(ordinal)
        return {
            (file, ordinal): line
            for file, ordinals in wanted.items()
            for ordinal, line in self._staged[file].places(ordinals).items()
        }

    def _fault(self, violation: Violation, node: Node | None, lines: Mapping[_Place, int]) -> Fault:
        if node is not None and node in self._known:
            one, line = self._staged[self._known[node][0]], lines.get(self._known[node], 0)
            name = one.final(n3(node).encode()).decode().strip("<>")
            return Fault(one.given.file, line, int(line > 0), f"{local_name(name)}: {violation.message}")
        for source in self._sources:
            if node is not None and node in source.places:
                return Fault(source.file, *source.places[node], f"{local_name(node)}: {violation.message}")
        files = [source.file for source in self._sources if any(t.s == violation.focus for t in source.triples)]
        files += [one.given.file for one in self._staged] + [source.file for source in self._sources]
        return Fault(files[0], 0, 0, str(violation))


def _node(text: str) -> Node:
    return Blank(text) if text.startswith("_:") else Iri(text[1:-1])
