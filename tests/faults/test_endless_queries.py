"""A query that never ends, or wants all the memory, or breaks the engine: an error, and the store as it was."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kg.cli import main
from kg.contradiction import CheckOptions
from kg.errors import ParleyError, QueryError
from kg.graph import KnowledgeGraph
from kg.logic.limits import Limits
from kg.queries import parse_query
from kg.store import bounded
from kg.store.oxigraph import OxigraphStore
from kg.store.protocol import UNBOUNDED, Answer, Bounds, Rows
from kg.terms import RDF_LANG_STRING, XSD, Iri, Literal, Term, Triple
from tests.conftest import CASE

GRAPH = Iri("https://example.org/g")
NUMBER_OF_TRIPLES = 1_000
PRODUCT = "?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n ?o"
"""10^15 rows."""
GROWING = " ".join(f"BIND(CONCAT(?v{n}, ?v{n}, ?v{n}, ?v{n}) AS ?v{n + 1})" for n in range(20))

ENDLESS = {
    "cartesian product": f"SELECT (COUNT(*) AS ?n) {{ {PRODUCT} }}",
    "sorted product": f"SELECT * {{ {PRODUCT} }} ORDER BY ?l",
    "distinct of a product": f"SELECT DISTINCT ?a ?f ?l {{ {PRODUCT} }}",
    "aggregate": f"SELECT (GROUP_CONCAT(CONCAT(STR(?a), STR(?f), STR(?l))) AS ?all) {{ {PRODUCT} }}",
    "construct": f"CONSTRUCT {{ ?a ?e ?l }} WHERE {{ {PRODUCT} }}",
    "unbounded paths": "SELECT (COUNT(*) AS ?n) { ?a (!<e:x>|^!<e:x>)* ?b . ?c (!<e:x>|^!<e:x>)+ ?d . ?e (!<e:x>)* ?f }",
    "endless filter": f'ASK {{ {PRODUCT} FILTER(REGEX(CONCAT(STR(?a), STR(?l)), "(x+x+)+y")) }}',
}
HUNGRY = {
    "sorted product": ENDLESS["sorted product"],
    "aggregate": ENDLESS["aggregate"],
    "a string that grows": f"SELECT ?v20 {{ BIND('xxxxxxxxxx' AS ?v0) {GROWING} }}",
}
BREAKING = {
    "braces": "ASK " + "{" * 30_000 + "}" * 30_000,
    "functions": "ASK { FILTER(" + "STR(" * 5_000 + "1" + ")" * 5_000 + ") }",
    "exists": "ASK { " + "FILTER EXISTS { " * 5_000 + "}" * 5_000 + " }",
    "parentheses": "ASK { FILTER(" + "(" * 30_000 + "1" + ")" * 30_000 + ") }",
    "long disjunction": "ASK { FILTER(true" + "||true" * 50_000 + ") }",
    "long list of binds": "ASK { " + " ".join(f"BIND(1 AS ?x{n})" for n in range(3_000)) + " }",
}


def filled(store: OxigraphStore) -> OxigraphStore:
    things = [Iri(f"https://example.org/{number % 50}") for number in range(NUMBER_OF_TRIPLES)]
    store.put(GRAPH, [Triple(s, things[number % 7], Literal(str(number))) for number, s in enumerate(things)])
    return store


@pytest.fixture(params=["memory", "writing", "reading"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[OxigraphStore]:
    """The same triples in memory, in a folder open for writing, and in one open for reading."""
    if request.param == "memory":
        yield filled(OxigraphStore())
        return
    with filled(OxigraphStore.at(tmp_path / "store")) as written:
        if request.param == "writing":
            yield written
            return
    with OxigraphStore.read_only(tmp_path / "store") as read:
        yield read


@pytest.fixture(scope="module")
def in_memory() -> OxigraphStore:
    return filled(OxigraphStore())


def count(store: OxigraphStore, bounds: Bounds = UNBOUNDED) -> str:
    [(found,)] = store.select("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", bounds=bounds)
    return str(found)


def children() -> list[str]:
    """The processes that this one started and that still are in the table of processes."""
    return [name for name in ps("--ppid", str(os.getpid()), "-o", "comm=").split() if name != "ps"]


def ps(*arguments: str) -> str:
    return subprocess.run(["ps", *arguments], check=False, capture_output=True, text=True).stdout


def test_an_endless_query_is_ended_and_every_store_answers_afterwards(store: OxigraphStore) -> None:
    began = time.monotonic()
    with pytest.raises(QueryError, match=r"^mine.rq: stopped after 0.3 s \(--time-limit\)"):
        store.query(ENDLESS["cartesian product"], name="mine.rq", bounds=Bounds(seconds=0.3))
    assert time.monotonic() - began < 10
    assert count(store) == count(store, Bounds(seconds=60)) == str(NUMBER_OF_TRIPLES)


@pytest.mark.parametrize("text", ENDLESS.values(), ids=ENDLESS)
def test_time_bounds_every_kind_of_query(text: str, in_memory: OxigraphStore) -> None:
    before = children()
    with pytest.raises(QueryError, match=r"stopped"):
        in_memory.query(text, bounds=Bounds(seconds=0.3, mebibytes=1_000))
    assert children() == before  # neither running nor a zombie
    assert count(in_memory) == str(NUMBER_OF_TRIPLES)


@pytest.mark.parametrize("text", HUNGRY.values(), ids=HUNGRY)
@pytest.mark.skipif(sys.platform != "linux", reason="memory can be bounded on Linux only")
def test_memory_bounds_a_query(text: str, in_memory: OxigraphStore) -> None:
    with pytest.raises(QueryError, match=r"^query: stopped, as it needs more than 40 MiB \(--memory\)"):
        in_memory.query(text, bounds=Bounds(seconds=60, mebibytes=40))
    assert count(in_memory) == str(NUMBER_OF_TRIPLES)


def test_rows_bound_an_answer_without_cutting_it_short(in_memory: OxigraphStore) -> None:
    every = "SELECT ?s ?p ?o { ?s ?p ?o }"
    for bounds in (Bounds(rows=NUMBER_OF_TRIPLES), Bounds(rows=NUMBER_OF_TRIPLES, seconds=60)):
        assert len(in_memory.select(every, bounds=bounds)) == NUMBER_OF_TRIPLES
    for bounds in (Bounds(rows=NUMBER_OF_TRIPLES - 1), Bounds(rows=NUMBER_OF_TRIPLES - 1, seconds=60)):
        with pytest.raises(QueryError, match=r"query: the answer has more than 999 rows"):
            in_memory.select(every, bounds=bounds)
    for bounds in (Bounds(rows=10), Bounds(rows=10, seconds=60)):  # and the rest is never worked out
        with pytest.raises(QueryError, match="more than 10 rows"):
            in_memory.select(f"SELECT * {{ {PRODUCT} }}", bounds=bounds)
        with pytest.raises(QueryError, match="more than 10 rows"):
            in_memory.construct("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }", bounds=bounds)


@pytest.mark.parametrize("text", BREAKING.values(), ids=BREAKING)
def test_a_query_that_breaks_the_engine_breaks_nothing_else(text: str, in_memory: OxigraphStore) -> None:
    try:
        assert in_memory.ask(text) is True
    except QueryError as error:
        assert "the engine broke down over this query" in str(error)
    assert count(in_memory) == str(NUMBER_OF_TRIPLES)


QUERIES = (
    "SELECT * { ?s ?p ?o } ORDER BY ?s ?p ?o",
    "SELECT * {}",
    "SELECT ?z { ?s ?p ?o } LIMIT 3",
    "SELECT ?z { FILTER(false) }",
    "ASK { ?s ?p ?o }",
    "ASK { FILTER(false) }",
    "CONSTRUCT { ?s ?p ?o, [] } WHERE { ?s ?p ?o } LIMIT 3",
    "DESCRIBE <https://example.org/1>",
    "SELECT (BNODE() AS ?b) (1/3 AS ?d) (1e0/3 AS ?e) (true AS ?t) (NOW() - NOW() AS ?n) {}",
)


def plain(answer: Answer) -> object:
    """An answer without the names of things that have none."""
    if isinstance(answer, bool):
        return answer
    rows = [[str(cell)[:2] if str(cell).startswith("_:") else cell for cell in row] for row in answer]
    return (answer.variables, rows) if isinstance(answer, Rows) else sorted(map(str, rows))


@pytest.mark.parametrize("text", QUERIES)
def test_bounds_change_no_answer(text: str, store: OxigraphStore) -> None:
    assert plain(store.query(text, bounds=Bounds(seconds=60))) == plain(store.query(text))


terms = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"])).map(Literal),
    st.text(st.characters(exclude_categories=["Cs"])).map(lambda text: Literal(text, RDF_LANG_STRING, "en-gb")),
    st.sampled_from(["integer", "decimal", "double", "boolean", "dateTime", "gYear", "string"]).flatmap(
        lambda kind: st.sampled_from(["1", "-0", "1.50", "INF", "NaN", "1e300", "2019", "true", "x\ty"]).map(
            lambda text: Literal(text, Iri(XSD + kind))
        )
    ),
    st.sampled_from([Iri("https://example.org/é?x=1#y"), Iri("urn:x")]),
)


@given(st.lists(terms, max_size=4))
@settings(max_examples=30, suppress_health_check=[HealthCheck.too_slow])
def test_every_term_comes_back_from_the_other_process(found: list[Term]) -> None:
    subject = Iri("https://example.org/s")
    store = OxigraphStore()
    store.put(GRAPH, [Triple(subject, Iri("https://example.org/p"), term) for term in found])
    text = "SELECT ?o ?none { ?s ?p ?o }"
    assert sorted(map(str, store.select(text, bounds=Bounds(seconds=60)))) == sorted(map(str, store.select(text)))


def test_a_fault_of_the_query_is_said_as_without_bounds(in_memory: OxigraphStore) -> None:
    said = []
    for bounds in (UNBOUNDED, Bounds(seconds=60)):
        with pytest.raises(QueryError) as caught:
            in_memory.query("SELECT ?x {\n ?x a }", {"x": Iri("e:x")}, name="mine.rq", bounds=bounds)
        said.append(str(caught.value))
    assert said[0] == said[1] and said[0].startswith("mine.rq:2:")


def test_a_bounded_query_may_come_from_any_thread(in_memory: OxigraphStore) -> None:
    found: list[str] = []
    threads = [threading.Thread(target=lambda: found.append(count(in_memory, Bounds(seconds=60)))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [str(NUMBER_OF_TRIPLES)] * 4


def test_a_bounded_query_waits_for_a_writer_no_longer_than_it_may() -> None:
    store = filled(OxigraphStore())
    with store._writing, pytest.raises(QueryError, match="somebody wrote to the store all the time"):
        count(store, Bounds(seconds=0.2))
    assert count(store, Bounds(seconds=60)) == str(NUMBER_OF_TRIPLES)


def test_an_error_that_nobody_foresaw_ends_only_the_other_process() -> None:
    def write(file: object) -> None:
        raise KeyError("surprise")

    with bounded.output(write, Bounds(seconds=60), "q") as file, pytest.raises(QueryError, match="broke down"):
        file.read()


def test_an_answer_that_is_cut_off_is_no_answer() -> None:
    def write(file: object) -> None:
        file.write(b"y")  # type: ignore[attr-defined]
        file.flush()  # type: ignore[attr-defined]
        os.kill(os.getpid(), signal.SIGKILL)

    with bounded.output(write, Bounds(seconds=60), "q") as file, pytest.raises(QueryError, match="broke down"):
        file.read()


# --- From the command line ------------------------------------------------------------------------


@pytest.fixture
def endless(tmp_path: Path) -> Path:
    file = tmp_path / "endless.rq"
    file.write_text(ENDLESS["cartesian product"], encoding="utf-8")
    return file


def test_a_time_limit_ends_a_query_with_an_error(endless: Path) -> None:
    done = CliRunner().invoke(main, ["query", str(endless), str(CASE), "--time-limit", "0.3"])
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr == "kg: endless: stopped after 0.3 s (--time-limit); ask for less, or allow more\n"


@pytest.mark.skipif(sys.platform != "linux", reason="memory can be bounded on Linux only")
def test_a_memory_limit_ends_a_query_with_an_error(tmp_path: Path) -> None:
    file = tmp_path / "hungry.rq"
    file.write_text(HUNGRY["a string that grows"], encoding="utf-8")
    done = CliRunner().invoke(main, ["query", str(file), str(CASE), "--memory", "30"])
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr.startswith("kg: hungry: stopped, as it needs more than 30 MiB (--memory)")


def test_a_query_that_needs_conflicts_is_bounded_too(tmp_path: Path, first_case: KnowledgeGraph) -> None:
    endless = parse_query("endless", "# needs: conflicts\n" + ENDLESS["cartesian product"])
    with pytest.raises(QueryError, match=r"endless: stopped after 0\.3 s"):
        first_case.run_query(endless, {}, bounds=Bounds(seconds=0.3))
    assert first_case.query("who-contradicts-whom", bounds=Bounds(seconds=60)) == first_case.query(
        "who-contradicts-whom"
    )
    assert first_case.sparql("ASK { ?s ?p ?o }", bounds=Bounds(seconds=60)) is True


def test_an_answer_never_rests_on_a_check_that_was_stopped() -> None:
    options = CheckOptions(Limits(seconds=1, clock=iter(range(10**9)).__next__).started())
    graph = KnowledgeGraph.load(CASE, options=options)
    with pytest.raises(ParleyError, match=r"the conflicts that it needs are not all known: .*stopped after 1 second"):
        graph.query("who-contradicts-whom")


def endless_command(endless: Path) -> subprocess.Popen[str]:
    """Start `kg query` on an endless query, and wait until the other process works on it."""
    code = "from kg.cli import main; main(prog_name='kg')"
    process = subprocess.Popen(
        [sys.executable, "-c", code, "query", str(endless), str(CASE)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    until = time.monotonic() + 60
    while not grandchildren(process.pid) and time.monotonic() < until:
        time.sleep(0.05)
    return process


def grandchildren(pid: int) -> list[int]:
    return [int(one) for one in ps("--ppid", str(pid), "-o", "pid=").split()]


def is_running(pid: int) -> bool:
    state = ps("-p", str(pid), "-o", "stat=").strip()
    return bool(state) and not state.startswith("Z")


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (signal.SIGINT, 130),
        pytest.param(
            signal.SIGKILL, -9, marks=pytest.mark.skipif(sys.platform != "linux", reason="kept on Linux only")
        ),
    ],
)
def test_the_other_process_ends_with_the_command(sent: signal.Signals, status: int, endless: Path) -> None:
    process = endless_command(endless)
    [worker] = grandchildren(process.pid)
    process.send_signal(sent)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (status, "")
    assert err == ("kg: interrupted\n" if sent == signal.SIGINT else "")
    until = time.monotonic() + 10
    while is_running(worker) and time.monotonic() < until:
        time.sleep(0.05)
    assert not is_running(worker)
