"""Open the columns of a store: from their files where they are up to date, else from the store itself."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import fields
from functools import partial
from pathlib import Path
from typing import Any, TypeVar, cast

from kg.columns import cache
from kg.columns.cache import Array, Arrays, Damaged
from kg.columns.case import Held, HeldTables, Pairs, held, hold
from kg.columns.changing import note, touched, up_to_date
from kg.columns.dictionary import Dictionary
from kg.columns.reading import read_records
from kg.columns.records import Background, Claims, Commitments, Propositions, Records, Retractions, Withdrawals
from kg.columns.statements import of_quads, of_store
from kg.contradiction.columnar.case import Names
from kg.contradiction.theory import Theory
from kg.ids import digest
from kg.logic.tables import FactTable, PositionTable, Spans
from kg.store.oxigraph import OxigraphStore
from kg.store.protocol import Store
from kg.terms import Iri, n3
from kg.vocab import ONTOLOGY_GRAPH

FOLDER = "columns"
"""The name of the folder beside the data of a store."""

_RECORDS = "records-"
_MOST_LATER = 100_000  # terms that are not in the sorted run; with more, everything is read again
_T = TypeVar("_T")
_TABLES: Mapping[str, type[Any]] = {
    "claims": Claims,
    "commitments": Commitments,
    "conditions": Propositions,
    "background": Background,
    "withdrawals": Withdrawals,
    "retractions": Retractions,
}

_HELD: Mapping[str, type[Any]] = {
    "positions": PositionTable,
    "background": FactTable,
    "names": Names,
    "maybe_same": Pairs,
}


def open_records(store: Store, said: list[str] | None = None) -> Records:
    """Return the records of a store in columns.

    Those of a folder are kept beside its data for the next time; no other store has a place for them. What went wrong
    with the files, if anything, is added to `said` in sentences; the columns are right all the same.
    """
    said = [] if said is None else said
    state = store.state()
    if not state or not isinstance(store, OxigraphStore):
        return read_records(of_store(store, [ONTOLOGY_GRAPH]))
    place = Path(store.place) / FOLDER / f"{_RECORDS}{state}"
    _follow(store, place.parent)
    kept = _loaded(place, _records, said)
    if kept is not None:
        return kept
    records = _brought_up_to_date(store, state, said) or read_records(of_store(store, [ONTOLOGY_GRAPH]))
    if store.state() == state:  # else somebody wrote in the meantime, and it is not known what was read
        _save(place, _record_arrays(records), said)
        cache.keep_only(place.parent, place.name)
    return records


def note_change(store: Store, before: str | None, graphs: Iterable[Iri]) -> None:
    """Write down beside the columns of a store, if it has any, that these graphs were replaced or removed, no others.

    `before` is what `store.state()` was before that. The next opening then reads only these graphs again.
    """
    folder, after = Path(store.place) / FOLDER, store.state()
    if before and after and isinstance(store, OxigraphStore) and folder.is_dir():
        note(folder, before, after, graphs)
        _follow(store, folder)


def _follow(store: OxigraphStore, folder: Path) -> None:
    """Have it noted under which state the store can be found again when it is closed."""
    store.when_closed = partial(note, folder, graphs=())


def _brought_up_to_date(store: Store, state: str, said: list[str]) -> Records | None:
    """Start from the columns of an earlier state, if it is known which graphs were touched since."""
    folder = Path(store.place) / FOLDER
    known = {place.name.removeprefix(_RECORDS) for place in folder.glob(f"{_RECORDS}*")}
    found = touched(folder, known, state)
    base = None if found is None else _loaded(folder / f"{_RECORDS}{found[0]}", _records, said)
    if found is None or base is None or base.terms.count_later > _MOST_LATER:
        return None

    def read(graphs: Collection[Iri]) -> Records:
        return read_records(of_quads(quad for graph in sorted(graphs) for quad in store.quads(graph)))

    return up_to_date(base, found[1] - {ONTOLOGY_GRAPH}, read)


def open_columns(store: Store, theory: Theory, said: list[str] | None = None) -> Held:
    """Return what the claims of a store hold under a theory, in columns; see `open_records`."""
    said = [] if said is None else said
    records = open_records(store, said)
    state = store.state()
    if not state or not isinstance(store, OxigraphStore):
        return hold(records, theory)
    place = Path(store.place) / FOLDER / f"held-{state}-{theory_digest(theory)}"
    kept = _loaded(place, _held_tables, said)
    if kept is not None:
        return held(records, theory, kept)
    later = records.terms.count_later
    made = hold(records, theory)
    if (place.parent / f"{_RECORDS}{state}").is_dir() and records.terms.count_later == later:
        _save(place, _held_arrays(made.tables), said)
    return made


def kept(store: Store, name: str, said: list[str]) -> Arrays | None:
    """Return arrays that follow from the columns of a store, if they were kept; see `kept_or_made`."""
    place = _place(store, name)
    return None if place is None else _loaded(place, dict, said)


def kept_file(store: Store, name: str, file: str) -> Path | None:
    """Return where one of the kept arrays stands as a file, to be opened as such; None if nothing can be kept."""
    place = _place(store, name)
    return None if place is None else place / file


def kept_or_made(store: Store, name: str, make: Callable[[], Arrays], said: list[str]) -> Arrays:
    """Return arrays that follow from the columns of a store, from the files of that name beside them, or make them.

    `name` must say all that they depend on beside the state of the store.
    """
    place = _place(store, name)
    if place is None:
        return make()
    found = _loaded(place, dict, said)
    if found is not None:
        return found
    made = make()
    if _place(store, name) == place:  # else somebody wrote in the meantime, and it is not known what was read
        _save(place, made, said)
    return made


def _place(store: Store, name: str) -> Path | None:
    """Return where arrays of that name are kept for the store as it is now; None if there is no place for them."""
    state = store.state()
    place = Path(store.place) / FOLDER / f"{name}-{state}"
    return place if state and isinstance(store, OxigraphStore) and place.parent.is_dir() else None


def theory_digest(theory: Theory) -> str:
    """Name what of a theory the columns depend on: its axioms, how long things last, and what are mere notes."""
    axioms = sorted(" ".join(map(n3, axiom)) for axiom in theory.axioms)
    lasting = sorted(f"{term} {kind.value}" for term, kind in theory.persistence.items())
    return digest([*axioms, *lasting, *sorted(theory.annotations)], 12)


def _loaded(place: Path, build: Callable[[Arrays], _T], said: list[str]) -> _T | None:
    try:
        arrays = cache.load(place)
        return None if arrays is None else build(arrays)
    except (Damaged, OSError, KeyError) as error:
        said.append(f"the columns in {place} cannot be used and are built again: {error}")
        cache.discard(place)
        return None


def _save(place: Path, arrays: Arrays, said: list[str]) -> None:
    try:
        cache.save(place, arrays)
    except OSError as error:
        said.append(f"the columns could not be kept in {place.parent}: {error.strerror or error}")


# -- tables as files -----------------------------------------------------------------------------


def _record_arrays(records: Records) -> Arrays:
    terms, later = records.terms, records.terms.later()
    arrays: Arrays = {"terms.text": terms.text, "terms.ends": terms.ends, "unique": records.unique}
    arrays |= {"later.text": later.text, "later.ends": later.ends}
    for name in _TABLES:
        arrays |= _columns(name, getattr(records, name))
    return arrays


def _records(arrays: Arrays) -> Records:
    tables = {name: _table(name, kind, arrays) for name, kind in _TABLES.items()}
    terms, later = (
        Dictionary(cast(Any, arrays[f"{name}.text"]), cast(Any, arrays[f"{name}.ends"])) for name in ("terms", "later")
    )
    return Records(terms=terms.with_later(later), unique=cast(Any, arrays["unique"]), **tables)


def _held_arrays(tables: HeldTables) -> Arrays:
    arrays: Arrays = {"rows": tables.rows, "position": tables.position}
    for name in _HELD:
        arrays |= _columns(name, getattr(tables, name))
    return arrays


def _held_tables(arrays: Arrays) -> HeldTables:
    tables = {name: _table(name, kind, arrays) for name, kind in _HELD.items()}
    return HeldTables(rows=cast(Any, arrays["rows"]), position=cast(Any, arrays["position"]), **tables)


def _columns(name: str, table: object) -> Arrays:
    """Name the columns of a table; the two ends of its spans are columns of their own."""
    found: Arrays = {}
    for field in fields(cast(Any, table)):
        column = getattr(table, field.name)
        if isinstance(column, Spans):
            found |= {f"{name}.{field.name}.start": column.start, f"{name}.{field.name}.end": column.end}
        else:
            found[f"{name}.{field.name}"] = column
    return found


def _table(name: str, kind: type[_T], arrays: Mapping[str, Array]) -> _T:
    columns: dict[str, Any] = {}
    for field in fields(cast(Any, kind)):
        key = f"{name}.{field.name}"
        columns[field.name] = (
            arrays[key] if key in arrays else Spans(cast(Any, arrays[f"{key}.start"]), cast(Any, arrays[f"{key}.end"]))
        )
    return kind(**columns)
