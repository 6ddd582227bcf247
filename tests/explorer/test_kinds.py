"""The kinds of the conflicts of a large graph: counted beside, exactly, and kept for the next time."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kg.columns.browsing.counting import KindCounting
from kg.columns.checking import ColumnResult
from kg.columns.kept import kept_columns
from kg.contradiction import CheckOptions, Verdict
from kg.contradiction.results import Conflict
from kg.errors import QueryError
from kg.explorer.catalog import Catalog, Facet, Filter, Slice
from kg.explorer.large import LargeCatalog
from kg.explorer.opening import catalog_of
from kg.explorer.small import SmallCatalog
from kg.graph import KnowledgeGraph
from kg.store import OxigraphStore
from kg.terms import Iri
from tests.conftest import CASE
from tests.web.served import client_of, state_of
from tests.worlds import triples

LARGE = CheckOptions(columns_from=0)
PATIENCE = 120.0


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store in a folder, with the records of the first case, beside which no kinds are kept."""
    place = tmp_path_factory.mktemp("kinds") / "store"
    records = KnowledgeGraph.load(CASE).store
    with OxigraphStore.at(place) as store:
        for graph in records.graphs():
            store.put(graph, [quad.triple for quad in records.quads(graph)])
    return place


@pytest.fixture
def folder(filled: Path, tmp_path: Path) -> Path:
    """A copy of it."""
    return Path(shutil.copytree(filled, tmp_path / "store"))


@pytest.fixture(scope="module")
def known(filled: Path) -> Path:
    """The same with its kinds, which another process has counted."""
    place = Path(shutil.copytree(filled, filled.with_name("known")))
    for catalog in opened(place):
        counted(catalog)
    return place


@pytest.fixture
def large(folder: Path) -> Iterator[LargeCatalog]:
    yield from opened(folder)


@pytest.fixture
def large_and_known(known: Path) -> Iterator[LargeCatalog]:
    yield from opened(known)


def opened(folder: Path) -> Iterator[LargeCatalog]:
    with OxigraphStore.read_only(folder) as store:
        catalog = catalog_of(KnowledgeGraph(store, options=LARGE))
        assert isinstance(catalog, LargeCatalog)
        yield catalog
        catalog.close()


def counted(catalog: Catalog) -> Catalog:
    """Begin, and wait until all is counted."""
    catalog.begin()
    wait(lambda: not catalog.stage)
    return catalog


def wait(done: Callable[[], object]) -> None:
    until = time.monotonic() + PATIENCE
    while not done():
        assert time.monotonic() < until
        time.sleep(0.02)


def kinds_of(catalog: Catalog, wanted: Filter | None = None) -> Facet:
    return next(facet for facet in catalog.facets(wanted or Filter()) if facet.name == "kind")


def ids(found: Slice[Conflict]) -> tuple[int, set[str]]:
    return found.total, {one.id for one in found.items}


def children(catalog: LargeCatalog) -> subprocess.Popen[bytes]:
    """The process that counts, once there is one."""
    wait(lambda: catalog._counting._process)
    process = catalog._counting._process
    assert process is not None
    return process


# -- the same as where everything is proved ------------------------------------------------------


def test_kinds_are_counted_and_chosen_as_in_a_small_graph(
    large_and_known: LargeCatalog, first_case: KnowledgeGraph
) -> None:
    small, large = catalog_of(first_case), large_and_known
    assert isinstance(small, SmallCatalog)
    names = [choice.value for choice in kinds_of(small).choices]
    assert len(names) > 2
    actor = small.busiest("actor", 1)[0][0]
    for kind in (*names, None, "no-such-kind"):
        for wanted in (
            Filter(kind=kind),
            Filter(kind=kind, verdict=Verdict.CONTRADICTION),
            Filter(kind=kind, actor=actor),
        ):
            assert large.facets(wanted) == small.facets(wanted)
            assert ids(large.disputes(wanted, 0, 1_000)) == ids(small.disputes(wanted, 0, 1_000))


# -- before that, no number that is not true -----------------------------------------------------


def test_kinds_that_are_not_counted_yet_cannot_be_chosen(large: LargeCatalog) -> None:
    facet = kinds_of(large)
    assert not facet.choices
    assert "Not counted" in facet.note
    with pytest.raises(QueryError, match=r"by kind here now\. Not counted"):
        large.disputes(Filter(kind="presupposition"))
    with pytest.raises(QueryError, match="by kind"):
        large.facets(Filter(kind="presupposition"))


def test_a_page_says_how_far_the_counting_has_come(large: LargeCatalog) -> None:
    large.begin()
    large.begin()  # is one counting all the same
    stages = set()
    while stage := large.stage:
        stages.add(stage)
        kinds_of(large)
        time.sleep(0.01)
    total = sum(large.counts().verdicts.values())
    assert all(f"of {total:,} disputes are proved so far" in stage for stage in stages)
    assert kinds_of(large).choices
    assert not kinds_of(large).note


def test_a_store_in_memory_says_where_kinds_are_counted(first_case: KnowledgeGraph) -> None:
    catalog = catalog_of(KnowledgeGraph(first_case.store, options=LARGE))
    catalog.begin()
    assert "only where a store in a folder is served" in kinds_of(catalog).note
    catalog.close()


def test_too_many_are_not_proved(large: LargeCatalog) -> None:
    result = large.graph.check()
    assert isinstance(result, ColumnResult)
    counting = KindCounting(result.columns, large.graph.options.limits, most=1)
    counting.begin()
    assert "are too many to prove them all" in counting.note
    assert counting._process is None


# -- kept, whole or not at all -------------------------------------------------------------------


def kept(folder: Path) -> list[Path]:
    return list((folder / "columns").glob("kinds-*"))


def test_what_was_counted_is_there_the_next_time(large_and_known: LargeCatalog, known: Path) -> None:
    assert len(kept(known)) == 1
    assert large_and_known.stage == ""
    assert kinds_of(large_and_known).choices
    large_and_known.begin()
    assert large_and_known._counting._process is None
    looked = kept_columns(known, large_and_known.graph.store.state() or "")
    assert looked is not None
    assert looked.faults == ()


def test_other_records_are_counted_anew(known: Path, tmp_path: Path) -> None:
    place = Path(shutil.copytree(known, tmp_path / "store"))
    for catalog in opened(place):
        assert not catalog.stage
    more = "@prefix ex: <https://e.example/> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . ex:x rdfs:label 'x' ."
    with OxigraphStore.at(place) as store:
        store.put(Iri("urn:more"), triples(more))
    for catalog in opened(place):
        assert catalog.stage


def test_under_other_rules_they_are_counted_anew(large_and_known: LargeCatalog) -> None:
    graph = KnowledgeGraph(large_and_known.graph.store, options=LARGE)
    graph.rules = graph.rules[:-1]
    assert catalog_of(graph).stage


def test_ids_are_kept_once_whatever_the_order_in_which_conflicts_are_found(folder: Path) -> None:
    program = (
        "import sys; from kg.graph import KnowledgeGraph; from kg.contradiction import CheckOptions; "
        "from kg.store import OxigraphStore; "
        "g = KnowledgeGraph(OxigraphStore.read_only(sys.argv[1]), options=CheckOptions(columns_from=0)); "
        "print(' '.join(i.decode() for i in g.check().columns.ids[g.check().columns.ranked]))"
    )
    found = set()
    for seed in ("1", "2"):
        done = subprocess.run(
            [sys.executable, "-c", program, folder],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        )
        found.add(done.stdout)
    assert len(found) == 1
    assert len(list((folder / "columns").glob("ids-*"))) == 1


# -- it ends -------------------------------------------------------------------------------------


def stopped(process: subprocess.Popen[bytes]) -> subprocess.Popen[bytes]:
    """Halt the process that counts, so that it cannot be done before the test is."""
    process.send_signal(signal.SIGSTOP)
    return process


def test_closing_ends_the_process_and_keeps_nothing(large: LargeCatalog, folder: Path) -> None:
    large.begin()
    process = stopped(children(large))
    large.close()
    assert process.returncode is not None  # ended, and waited for
    assert not kept(folder)
    assert not list((folder / "columns").glob("unfinished-*"))
    assert "Not counted" in kinds_of(large).note
    large.begin()
    assert large._counting._process is process  # none is begun after the end


def test_a_process_that_is_lost_is_said(large: LargeCatalog, folder: Path) -> None:
    large.begin()
    stopped(children(large)).kill()
    wait(lambda: "could not all be made" in large.stage)
    assert not kept(folder)
    assert not kinds_of(large).choices


def test_the_process_ends_with_a_server_that_is_killed(folder: Path) -> None:
    program = (
        "import sys, time; from kg.graph import KnowledgeGraph; from kg.contradiction import CheckOptions; "
        "from kg.explorer.opening import catalog_of; from kg.store import OxigraphStore; "
        "c = catalog_of(KnowledgeGraph(OxigraphStore.read_only(sys.argv[1]), options=CheckOptions(columns_from=0))); "
        "c.begin(); "
        "[time.sleep(0.01) for _ in iter(lambda: c._counting._process is None, False)]; "
        "print(c._counting._process.pid, flush=True); time.sleep(60)"
    )
    # What counts is made slow, so that it would go on for long.
    slow = {**os.environ, "PYTHONPATH": str(_slow(folder.parent))}
    with subprocess.Popen(
        [sys.executable, "-c", program, folder], stdout=subprocess.PIPE, env=slow, text=True
    ) as server:
        assert server.stdout is not None
        counting = int(server.stdout.readline())
        server.kill()
    wait(lambda: not _is_running(counting))
    assert not kept(folder)


def _slow(place: Path) -> Path:
    """A folder from which Python loads something that makes every proof take long."""
    path = place / "slow"
    path.mkdir()
    (path / "sitecustomize.py").write_text(
        "import sys, time\n"
        "if '-P' in sys.orig_argv:\n"
        "    from kg.contradiction.columnar.proving import Prover\n"
        "    before = Prover.prove\n"
        "    def prove(*given, **named):\n"
        "        time.sleep(30)\n"
        "        return before(*given, **named)\n"
        "    Prover.prove = prove\n"
    )
    return path


def _is_running(process: int) -> bool:
    try:
        return " Z " not in Path(f"/proc/{process}/stat").read_text(encoding="utf-8")
    except FileNotFoundError:
        return False


# -- what a server makes of it -------------------------------------------------------------------


def test_a_server_begins_it_and_ends_it(monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[str] = []
    monkeypatch.setattr(SmallCatalog, "begin", lambda _: done.append("begin"))
    monkeypatch.setattr(SmallCatalog, "close", lambda _: done.append("close"))
    state = state_of(CASE)
    assert done == ["begin"]
    state.read_again()
    assert done == ["begin", "begin", "close"]
    state.close()
    assert done[-1] == "close"


def test_browsers_ask_again_when_more_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    state = state_of(CASE)
    client = client_of(state)
    tag = client.get("/disputes").headers["etag"]
    assert client.get("/disputes", headers={"If-None-Match": tag}).status_code == 304
    monkeypatch.setattr(SmallCatalog, "stage", "being counted")
    assert client.get("/disputes", headers={"If-None-Match": tag}).status_code == 200
    state.close()
