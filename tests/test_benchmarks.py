"""The workloads of the benchmarks hold what they say, and every engine that is asked finds exactly that."""

from __future__ import annotations

from dataclasses import replace
from importlib import import_module
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

import benchmarks
from benchmarks import parley_records, parley_tables
from benchmarks.bare.level import Level
from benchmarks.child import in_child
from benchmarks.engines import ENGINES, Engine
from benchmarks.heavy import is_planted, names_of
from benchmarks.parley_tables import read_literals
from benchmarks.peers.data import Files
from benchmarks.results import Measured, Outcome, merge, read
from benchmarks.workload import judge, texts
from benchmarks.workload.claims import CONTENT, Workload
from benchmarks.workload.heavy_tailed import PARTS, hot_subject
from benchmarks.workload.records import dossier, row_of
from benchmarks.workload.saved import busiest_day
from benchmarks.workload.six_rules import RULES, six_rules
from benchmarks.workload.theories import part_theory
from kg.contradiction import check
from kg.contradiction.columnar.case import Case
from kg.contradiction.columnar.compiled import find
from kg.contradiction.columnar.grouping import positions_of

SIZE = 1000
BARE = {"polars_joins": "polars", "duckdb_joins": "duckdb", "numpy_merge": "numpy", "numba_kernel": "numba"}
COUNTING = {"oxigraph_sparql": "pyoxigraph", "rdflib_sparql": "rdflib", "maplib_sparql": "maplib",
            "clingo_rules": "clingo", "nemo_rules": "nmo_python"}  # fmt: skip
WAYS = ("numba sweep", "numpy, two binary searches", "kg.logic.overlap", "polars join", "DuckDB join")


def engine(kind: str, name: str, package: str) -> ModuleType:
    """The module of an engine; without the package that it stands on there is nothing to test."""
    pytest.importorskip(package)
    return import_module(f"benchmarks.{kind}.{name}")


@pytest.fixture(scope="module")
def workload() -> Workload:
    return six_rules(SIZE, seed=7)


def test_a_seed_gives_the_same_claims_and_another_seed_others(workload: Workload) -> None:
    again, other = six_rules(SIZE, seed=7), six_rules(SIZE, seed=8)
    assert all(np.array_equal(getattr(workload.claims, c), getattr(again.claims, c)) for c in CONTENT)
    assert not np.array_equal(workload.claims.subject, other.claims.subject)


def test_claims_of_one_position_and_only_they_have_the_same_content(workload: Workload) -> None:
    rows = np.stack([getattr(workload.claims, name).astype(int) for name in CONTENT], axis=1)
    contents = {(position, *row) for position, row in zip(workload.position.tolist(), rows.tolist(), strict=True)}
    assert len(contents) == len({content[1:] for content in contents}) == len(workload.copies)
    assert np.array_equal(np.bincount(workload.position), workload.copies)


def test_every_rule_is_planted_and_counted_at_both_grains(workload: Workload) -> None:
    assert tuple(sorted(workload.planted)) == RULES
    copies = workload.copies
    for rule, rows in workload.planted.items():
        assert workload.positions_planted()[rule] == len(rows) > 0
        assert workload.claims_planted()[rule] == sum(int(np.prod(copies[row])) for row in rows)


@pytest.mark.parametrize("level", Level)
@pytest.mark.parametrize("name", BARE)
def test_bare_kernels_find_exactly_what_was_planted(name: str, level: Level, workload: Workload) -> None:
    kernel = engine("bare", name, BARE[name])
    tables = kernel.members(kernel.find(kernel.load(workload.claims), level))
    counts, exact = judge.by_rule(workload, tables)
    assert exact, counts
    expected = workload.claims_planted() if level is Level.CLAIMS else workload.positions_planted()
    assert dict(zip(RULES, map(len, tables), strict=True)) == expected


@pytest.mark.parametrize("parley", [parley_tables, parley_records], ids=["compiled", "reference"])
def test_parley_finds_exactly_what_was_planted(parley: ModuleType, workload: Workload) -> None:
    tables = parley.members(parley.find(parley.load(workload.claims), Level.POSITIONS))
    counts, exact = judge.by_rule(workload, tables)
    assert exact
    assert counts == workload.positions_planted()
    assert sum(map(len, tables)) == sum(counts.values())


def test_the_judge_sees_a_conflict_that_is_missing_and_one_too_many(workload: Workload) -> None:
    kernel = engine("bare", "numpy_merge", "numpy")
    tables = kernel.members(kernel.find(workload.claims, Level.POSITIONS))
    assert not judge.by_rule(workload, [tables[0][1:], *tables[1:]])[1]
    assert not judge.by_rule(workload, [*tables, np.array([[0, 1]], np.int32)])[1]


@pytest.mark.parametrize("part", PARTS)
def test_parts_of_the_heavy_tailed_workload_hold_what_they_say(part: str) -> None:
    world = PARTS[part](40 if part == "deep-classes" else 120, 3)
    theory = part_theory(world)
    result = check(
        [dossier(world.claims, world.terms, world.background, unique_names=world.unique_names)], theory
    ).result
    position = {row_of(claim): p.key for p in result.positions for claim in p.claims}
    planted = {frozenset(position[row] for row in rows) for rows in world.planted}
    assert len(result.positions) == world.positions
    assert {frozenset(side.position.key for side in c.sides) for c in result.conflicts} == planted
    assert len(planted) == len(world.planted) > 0


@pytest.mark.parametrize("part", PARTS)
def test_the_compiled_check_finds_the_heavy_tailed_conflicts(part: str) -> None:
    world = PARTS[part](2000 if part != "deep-classes" else 40, 3)
    positions, sides = positions_of(world.claims)
    case = Case(
        part_theory(world), world.terms, positions, world.background, names_of(world), read_literals(world.terms)
    )
    assert len(positions) == world.positions
    assert is_planted(world, find(case), sides)


def test_ten_thousand_against_ten_thousand_is_one_conflict() -> None:
    world = PARTS["hot-proposition"](10_000, 1)
    assert (len(world.claims), world.positions, len(world.planted)) == (20_000, 2, 1)


@pytest.mark.parametrize("way", WAYS)
def test_every_way_to_find_stretches_that_meet_finds_the_same(way: str) -> None:
    pytest.importorskip("numba")
    pytest.importorskip("duckdb")
    ways = import_module("benchmarks.sweep").WAYS
    assert tuple(ways) == WAYS
    part = hot_subject(1000)
    spans = part.claims.content.certain
    assert ways[way](part.claims.content.s.astype(np.int64), spans.start, spans.end) == len(part.planted) == 1


@pytest.fixture(scope="module")
def files(workload: Workload, tmp_path_factory: pytest.TempPathFactory) -> Files:
    folder = tmp_path_factory.mktemp("texts")
    found = Files(folder / "claims.nt", folder / "claims.csv", folder / "claims.lp", folder / "day.ttl")
    texts.write_triples(workload.claims, found.triples)
    texts.write_csv(workload.claims, found.csv)
    texts.write_facts(workload.claims, found.facts)
    texts.write_day(workload.claims, busiest_day(workload), found.day)
    return found


@pytest.mark.parametrize("name", COUNTING)
def test_peers_count_exactly_what_was_planted(name: str, workload: Workload, files: Files) -> None:
    peer = engine("peers", name, COUNTING[name])
    assert judge.is_planted(peer.find(peer.load(files)), workload)


@pytest.mark.parametrize("one", ENGINES, ids=lambda one: one.name)
def test_every_engine_listed_has_its_module(one: Engine) -> None:
    assert (Path(benchmarks.__file__).parent / (one.module.replace(".", "/") + ".py")).exists()


def test_the_busiest_day_has_a_conflict_and_is_written_as_owl(files: Files) -> None:
    assert "owl:propertyChainAxiom" in files.day.read_text(encoding="utf-8")


def test_a_child_that_takes_too_long_or_fails_is_said_to() -> None:
    assert in_child(["benchmarks.sweep", "no such way"], "x", 1, cap=60).outcome is Outcome.FAILED
    assert in_child(["benchmarks.heavy", "--here"], "x", 1, cap=0.01).outcome is Outcome.TOO_LONG


def test_results_are_kept_beside_those_of_other_engines(tmp_path: Path) -> None:
    file = tmp_path / "results.json"
    merge(file, {}, [Measured("a", 1, Outcome.DONE, seconds=1.0), Measured("b", 1, Outcome.TOO_LONG)])
    merge(file, {}, [Measured("a", 1, Outcome.DONE, seconds=2.0)])
    assert [(one.engine, one.seconds) for one in read(file)] == [("a", 2.0), ("b", None)]


@pytest.mark.parametrize("name", ["machine", "columns", "ratios", "growth", "peers", "found", "heavy", "sweep"])
def test_tables_are_written_between_their_markers(name: str) -> None:
    pytest.importorskip("numba")
    pytest.importorskip("duckdb")
    report = import_module("benchmarks.report")
    text = f"before\n<!-- table: {name} -->\nold\n<!-- end -->\nafter\n"
    found = report.refreshed(text)
    assert found.startswith(f"before\n<!-- table: {name} -->\n")
    assert found.endswith("<!-- end -->\nafter\n")
    assert "old" not in found
    assert found == report.refreshed(found)


def test_what_another_benchmark_printed_is_taken_over_and_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("numba")
    pytest.importorskip("duckdb")
    report = import_module("benchmarks.report")
    monkeypatch.setattr(report, "OUT", tmp_path)
    text = "<!-- table: other -->\n| old |\n<!-- end -->\n"
    assert report.refreshed(text) == text
    (tmp_path / "other.md").write_text("1 ms a query\n", encoding="utf-8")
    assert report.refreshed(text) == "<!-- table: other -->\n```text\n1 ms a query\n```\n<!-- end -->\n"
    (tmp_path / "other.md").write_text("| 1 |\n", encoding="utf-8")
    assert report.refreshed(text) == "<!-- table: other -->\n| 1 |\n<!-- end -->\n"


def test_ratios_are_of_medians_and_unknown_without_both() -> None:
    pytest.importorskip("numba")
    pytest.importorskip("duckdb")
    ratio = import_module("benchmarks.report").ratio
    one, other = Measured("a", 1, Outcome.DONE, seconds=3.0), Measured("b", 1, Outcome.DONE, seconds=1.5)
    assert ratio(one, other) == "2.0"
    assert ratio(replace(one, cpu=1.0), replace(other, cpu=0.08)) == "2.0 (12)"
    assert ratio(one, None) == ratio(Measured("a", 1, Outcome.TOO_LONG), other) == ""
