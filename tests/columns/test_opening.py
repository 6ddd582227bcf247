"""Columns beside a store: found again, never stale, whole or not there."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from kg.columns import cache
from kg.columns.opening import FOLDER, open_columns, theory_digest
from kg.contradiction import build_theory
from kg.store import OxigraphStore
from kg.terms import XSD, Iri, Literal, Triple
from kg.vocab import EDTF, NEG, PROV, RDF, TYPE
from tests.columns.test_reading import THEORY
from tests.worlds import ex

GRAPH = Iri("urn:g")


def said(number: int, thing: str) -> list[Triple]:
    claim, proposition = ex(f"c{number}"), ex(f"p{number}")
    return [
        Triple(claim, PROV.wasAttributedTo, ex("ann")),
        Triple(claim, NEG.saidOn, Literal("2019-01-22", EDTF)),
        Triple(claim, NEG.affirms, proposition),
        Triple(proposition, RDF.subject, ex(thing)),
        Triple(proposition, RDF.predicate, TYPE),
        Triple(proposition, RDF.object, ex("A")),
    ]


@pytest.fixture
def store(tmp_path: Path) -> Path:
    with OxigraphStore.at(tmp_path / "store") as written:
        written.put(GRAPH, [*said(1, "x"), *said(2, "x"), Triple(ex("x"), ex("p"), Literal("7", Iri(XSD + "int")))])
    return tmp_path / "store"


def subjects(store: Path, notes: list[str] | None = None) -> list[str]:
    """What the claims of a store are about, by its columns."""
    with OxigraphStore.read_only(store) as opened:
        held = open_columns(opened, THEORY, notes)
    return [str(held.records.terms.term(int(s))).rsplit("/", 1)[1] for s in held.records.commitments.s]


def files(store: Path) -> dict[str, int]:
    return {str(f.relative_to(store)): f.stat().st_mtime_ns for f in (store / FOLDER).rglob("*") if f.is_file()}


def test_columns_are_found_again(store: Path) -> None:
    assert subjects(store) == ["x", "x"]
    kept = files(store)
    assert len(kept) > 30
    assert subjects(store) == ["x", "x"]
    assert files(store) == kept


def test_the_same_columns_come_from_the_files(store: Path) -> None:
    with OxigraphStore.read_only(store) as opened:
        built, mapped = open_columns(opened, THEORY), open_columns(opened, THEORY)
    for name in ("s", "p", "o", "denied", "hedged", "condition"):
        assert (getattr(built.case.positions, name) == getattr(mapped.case.positions, name)).all()
    assert (built.case.positions.certain.start == mapped.case.positions.certain.start).all()
    assert (built.case.background.o == mapped.case.background.o).all()
    assert [mapped.records.terms.term(n) for n in range(len(mapped.records.terms))] == [
        built.records.terms.term(n) for n in range(len(built.records.terms))
    ]


@pytest.mark.parametrize("change", ["more", "less", "other"])
def test_columns_of_another_state_are_not_used(store: Path, change: str) -> None:
    subjects(store)
    with OxigraphStore.at(store) as written:
        if change == "more":
            written.put(ex("h"), said(3, "y"))
        elif change == "less":
            written.remove(GRAPH)
        else:
            written.put(GRAPH, said(1, "z"))
    assert sorted(subjects(store)) == {"more": ["x", "x", "y"], "less": [], "other": ["z"]}[change]
    assert len([f for f in (store / FOLDER).iterdir() if f.name.startswith("records-")]) == 1


def test_a_store_that_is_open_for_writing_is_read_as_it_is(store: Path) -> None:
    with OxigraphStore.at(store) as opened:
        assert len(open_columns(opened, THEORY).records.claims) == 2
        opened.put(ex("h"), said(3, "y"))
        assert len(open_columns(opened, THEORY).records.claims) == 3
        opened.put(ex("h"), [])
        assert len(open_columns(opened, THEORY).records.claims) == 2


def test_another_theory_has_columns_of_its_own(store: Path) -> None:
    lasting = build_theory([Triple(ex("A"), NEG.persistence, NEG.State)], ())
    assert theory_digest(lasting) != theory_digest(THEORY)
    with OxigraphStore.read_only(store) as opened:
        for _ in range(2):
            permanent, state = (open_columns(opened, theory).case.positions for theory in (THEORY, lasting))
            assert permanent.certain.end[0] > state.certain.end[0]
    assert len(list((store / FOLDER).glob("held-*"))) == 2


@pytest.mark.parametrize("damage", ["cut", "flip", "missing", "manifest", "no-manifest", "version", "columns"])
@pytest.mark.parametrize("kind", ["records", "held"])
def test_damaged_columns_are_built_again_and_it_is_said(store: Path, damage: str, kind: str) -> None:
    subjects(store)
    [place] = (store / FOLDER).glob(f"{kind}-*")
    file = place / ("commitments.s" if kind == "records" else "positions.s")
    manifest = place / "manifest.json"
    text = json.loads(manifest.read_text())
    if damage == "cut":
        file.write_bytes(file.read_bytes()[:-1])
    elif damage == "flip":
        data = bytearray(file.read_bytes())
        data[0] ^= 1
        file.write_bytes(data)
    elif damage == "missing":
        file.unlink()
    elif damage == "manifest":
        manifest.write_text("{")
    elif damage == "no-manifest":
        manifest.unlink()
    elif damage == "version":
        manifest.write_text(json.dumps({**text, "version": cache.VERSION + 1}))
    else:
        del text["files"][file.name]
        manifest.write_text(json.dumps(text))
    notes: list[str] = []
    assert subjects(store, notes) == ["x", "x"]
    assert [place.name in note for note in notes] == ([] if damage == "version" else [True])
    mended = files(store)
    assert subjects(store, notes) == ["x", "x"]
    assert len(notes) < 2 and files(store) == mended, "once is enough"


def test_columns_that_cannot_be_kept_are_used_all_the_same(store: Path) -> None:
    (store / FOLDER).write_text("in the way")
    notes: list[str] = []
    assert subjects(store, notes) == ["x", "x"]
    assert notes and all("columns" in note for note in notes)


_ENDLESS = """
import sys
from pathlib import Path
import numpy as np
from kg.columns import cache
place = Path(sys.argv[1])
print("ready", flush=True)
for turn in range(1_000_000):
    cache.save(place / "records-x", {"a": np.full(50_000, turn), "b": np.full(50_000, turn)})
    cache.discard(place / "records-x")
    cache.save(place / "records-x", {"a": np.full(50_000, turn), "b": np.full(50_000, turn)})
    cache.discard(place / "records-x")
"""


def test_a_writer_that_is_killed_leaves_all_or_nothing(tmp_path: Path) -> None:
    for nth in range(6):
        writer = subprocess.Popen([sys.executable, "-c", _ENDLESS, str(tmp_path / "c")], stdout=subprocess.PIPE)
        assert writer.stdout is not None and writer.stdout.readline()
        time.sleep(0.05 + 0.037 * nth)
        os.kill(writer.pid, signal.SIGKILL)
        writer.wait()
        writer.stdout.close()
        try:
            arrays = cache.load(tmp_path / "c" / "records-x")
        except cache.Damaged:
            arrays = None  # killed while the whole folder was thrown away
        assert arrays is None or (len(set(arrays["a"])) == 1 and (arrays["a"] == arrays["b"]).all())
        cache.discard(tmp_path / "c" / "records-x")


def test_what_stopped_programs_left_is_swept_away(tmp_path: Path) -> None:
    left, busy = tmp_path / "c" / "unfinished-old", tmp_path / "c" / "unfinished-new"
    left.mkdir(parents=True)
    busy.mkdir()
    os.utime(left, (0, 0))
    cache.save(tmp_path / "c" / "records-x", {})
    assert not left.exists() and busy.exists()
    assert cache.load(tmp_path / "c" / "records-x") == {}
