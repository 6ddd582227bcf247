"""Bring columns up to date when a few graphs were replaced, without reading the others again.

    columns before the change + the graphs that it touched, read anew -> columns after it

A journal beside the columns says which change led from one state of a store to the next, and which graphs it touched.
What it does not say, or says of states that are not those of the store, leads to a full reading, never to old columns.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Collection, Iterable
from dataclasses import fields
from pathlib import Path
from typing import TypeVar

import numpy as np

from kg.columns.dictionary import Dictionary
from kg.columns.records import Background, Claims, Commitments, Propositions, Records, Retractions, Withdrawals
from kg.logic.tables import Flags, Ints
from kg.terms import Iri

JOURNAL = "changes.jsonl"

_T = TypeVar("_T", Claims, Commitments, Propositions, Background, Withdrawals, Retractions)


def note(folder: Path, before: str, after: str, graphs: Iterable[Iri]) -> None:
    """Write down that a change led from one state to another, and touched these graphs and no others.

    Nothing is written where there are no columns.
    """
    if before == after or not folder.is_dir():
        return
    line = json.dumps({"before": before, "after": after, "graphs": sorted(graphs)})
    with (folder / JOURNAL).open("a", encoding="utf-8") as journal:
        journal.write(line + "\n")
        journal.flush()
        os.fsync(journal.fileno())


def touched(folder: Path, before: Collection[str], after: str) -> tuple[str, frozenset[Iri]] | None:
    """Follow the journal back from a state to one of some others; return that one and the graphs touched since."""
    steps = {step["after"]: step for step in _steps(folder / JOURNAL)}
    graphs: set[Iri] = set()
    seen: set[str] = set()
    while after not in before:
        if after in seen or after not in steps:
            return None
        seen.add(after)
        graphs |= {Iri(graph) for graph in steps[after]["graphs"]}
        after = steps[after]["before"]
    return after, frozenset(graphs)


def _steps(journal: Path) -> list[dict[str, str]]:
    found = []
    try:
        for line in journal.read_text(encoding="utf-8").splitlines():
            found.append(json.loads(line))
    except (OSError, ValueError):  # none, or the last line was cut off: what it said is not known
        pass
    return found


def up_to_date(base: Records, graphs: Collection[Iri], read: Callable[[Collection[Iri]], Records]) -> Records:
    """Return records after some graphs were replaced; `read` reads graphs as they are now."""
    wanted = frozenset(graphs)
    while True:
        fresh = read(wanted)
        others = bound_together(base, fresh, wanted) - wanted
        if not others:
            return replaced(base, fresh, wanted)
        wanted |= others


def replaced(base: Records, fresh: Records, graphs: Collection[Iri]) -> Records:
    """Return records in which those of some graphs are the fresh ones, which are of these graphs only."""
    terms = base.terms.extended()
    number = np.append(_numbers(fresh.terms, terms), np.int32(-1))  # -1 stays -1
    gone = terms.numbers(sorted(graphs))
    kept = ~np.isin(base.claims.graph, gone)
    row = np.where(kept, np.cumsum(kept) - 1, -1).astype(np.int32)
    shift = np.int32(kept.sum())
    conditions, old, new = _joined_conditions(base.conditions, fresh.conditions, number)
    ours, theirs = base.commitments, fresh.commitments
    standing = row[ours.claim] >= 0
    taken, withdrawn = row[base.retractions.claim] >= 0, row[base.withdrawals.claim] >= 0
    behind = ~np.isin(base.background.graph, gone)
    return Records(
        terms=terms,
        claims=_both(_some(base.claims, kept), _numbered(fresh.claims, number, ("hedged", "stands"))),
        commitments=_both(
            _with(_some(ours, standing), claim=row[ours.claim[standing]], condition=old[ours.condition[standing]]),
            _with(
                _numbered(theirs, number, ("claim", "denied", "condition")),
                claim=theirs.claim + shift,
                condition=new[theirs.condition],
            ),
        ),
        conditions=conditions,
        background=_both(_some(base.background, behind), _numbered(fresh.background, number)),
        withdrawals=_both(
            _moved(_some(base.withdrawals, withdrawn), row),
            _with(fresh.withdrawals, claim=fresh.withdrawals.claim + shift, by=fresh.withdrawals.by + shift),
        ),
        retractions=_both(
            _with(_some(base.retractions, taken), claim=row[base.retractions.claim[taken]]),
            Retractions(fresh.retractions.claim + shift, number[fresh.retractions.target]),
        ),
        unique=np.sort(np.concatenate([base.unique[~np.isin(base.unique, gone)], number[fresh.unique]])),
    )


def bound_together(base: Records, fresh: Records, graphs: Collection[Iri]) -> frozenset[Iri]:
    """Return the other graphs of `base` whose claims take back, or are taken back by, any claim of some graphs.

    Which claims stand is settled along such chains, so all of a chain is read together.
    """
    terms = base.terms.extended()
    number = _numbers(fresh.terms, terms)
    links = [(base.claims.iri[base.retractions.claim], base.retractions.target)]
    links.append((number[fresh.claims.iri[fresh.retractions.claim]], number[fresh.retractions.target]))
    later, earlier = (np.concatenate(column) for column in zip(*links, strict=True))
    here = np.isin(base.claims.graph, terms.numbers(sorted(graphs)))
    chain = np.zeros(len(terms), np.bool_)
    chain[
        np.intersect1d(np.concatenate([later, earlier]), np.append(base.claims.iri[here], number[fresh.claims.iri]))
    ] = True
    while True:
        on_chain = chain[later] | chain[earlier]
        size = int(chain.sum())
        chain[later[on_chain]] = chain[earlier[on_chain]] = True
        if int(chain.sum()) == size:
            break
    others = np.unique(base.claims.graph[chain[base.claims.iri] & ~here])
    return frozenset(Iri(str(terms.term(graph))) for graph in others.tolist())


def _numbers(fresh: Dictionary, terms: Dictionary) -> Ints:
    return terms.numbers([fresh.term(number) for number in range(len(fresh))])


def _joined_conditions(base: Propositions, fresh: Propositions, number: Ints) -> tuple[Propositions, Ints, Ints]:
    """Join conditions, each once; return also the new rows of the old ones and of the fresh ones (-1 stays -1)."""
    both = _both(base, _numbered(fresh, number))
    rows = np.stack([both.s, both.p, both.o, both.holds], axis=1)
    once, places = np.unique(rows, axis=0, return_inverse=True)
    place = places.reshape(-1).astype(np.int32)
    old, new = (np.append(part, np.int32(-1)) for part in (place[: len(base)], place[len(base) :]))
    return Propositions(*(np.ascontiguousarray(once[:, at]) for at in range(4))), old, new


def _both(first: _T, second: _T) -> _T:
    columns = (np.concatenate([getattr(first, f.name), getattr(second, f.name)]) for f in fields(first))
    return type(first)(*columns)


def _some(table: _T, rows: Flags) -> _T:
    return type(table)(*(getattr(table, f.name)[rows] for f in fields(table)))


def _with(table: _T, **columns: Ints) -> _T:
    return type(table)(*(columns.get(f.name, getattr(table, f.name)) for f in fields(table)))


def _numbered(table: _T, number: Ints, but: Collection[str] = ()) -> _T:
    """Give the terms of a table other numbers; some columns are not of terms."""
    columns = {f.name: getattr(table, f.name) for f in fields(table)}
    return type(table)(*(column if name in but else number[column] for name, column in columns.items()))


def _moved(table: Withdrawals, row: Ints) -> Withdrawals:
    return Withdrawals(row[table.claim], row[table.by], table.how)
