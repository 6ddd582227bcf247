"""The commands and the facade on a real server: the same answers as from a folder."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from kg.cli import main
from kg.contradiction import CheckOptions
from kg.errors import QueryError, StoreError
from kg.graph import KnowledgeGraph
from kg.store.oxigraph import OxigraphStore
from kg.store.protocol import Store
from kg.store.remote import RemoteStore, writing
from kg.store.remote.dialects import STAGING
from kg.store.remote.uploads import Upload
from kg.terms import Blank, Iri, Literal, Triple
from tests.stores.servers import Server

CASE = Path(__file__).parents[2] / "examples" / "us-china-2019"
G, H, S, P = (Iri(f"http://e/{name}") for name in "ghsp")
TRIPLES = [Triple(S, P, Literal(str(number))) for number in range(500)] + [Triple(S, P, Blank("_:b"))]


@pytest.fixture
def remote(oxigraph: Server) -> Iterator[RemoteStore]:
    with RemoteStore(oxigraph.address) as store:
        for graph in store.graphs():
            store.remove(graph)
        yield store


def content(store: Store) -> set[object]:
    return set(store.quads())


def test_a_case_on_a_server_is_the_case_in_a_file(remote: RemoteStore) -> None:
    KnowledgeGraph.load(CASE, store=remote)
    here, there = KnowledgeGraph.load(CASE), KnowledgeGraph.load(remote.place)
    assert content(there.store) == content(here.store)
    assert [one.id for one in there.conflicts()] == [one.id for one in here.conflicts()]
    large = KnowledgeGraph.load(remote.place, options=CheckOptions(columns_from=1))
    assert large.is_large and {one.id for one in large.conflicts()} == {one.id for one in here.conflicts()}
    with pytest.raises(StoreError, match="opened for reading only"):
        there.store.remove(G)
    with pytest.raises(StoreError, match="not together with files"):
        KnowledgeGraph.load(remote.place, CASE)


COMMANDS = (
    ["check", "--format", "json"],
    ["query", "claims-by-speaker", "speaker=larry-kudlow", "--format", "csv"],
    ["export", "--format", "nq"],
)


def test_commands_take_a_server(remote: RemoteStore, tmp_path: Path) -> None:
    loaded = CliRunner().invoke(main, ["load", str(CASE), "--store", remote.place])
    assert loaded.exit_code == 0 and "loaded https://w3id.org/parley/case/us-china-2019" in loaded.output
    with OxigraphStore.at(tmp_path / "st") as folder:
        KnowledgeGraph.load(CASE, store=folder)
    for command, place in zip(COMMANDS, (["--store", remote.place], [remote.place], [remote.place]), strict=True):
        asked = 2 if command[0] == "query" else 1
        here, there = (
            CliRunner().invoke(main, [*command[:asked], *where, *command[asked:]])
            for where in (["--store", str(tmp_path / "st")], place)
        )
        assert there.exit_code == 0 and there.output and there.output == here.output


@pytest.mark.parametrize("way", ["staged", "in place"])
def test_a_large_write_replaces_graphs_as_a_small_one_does(
    remote: RemoteStore, way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    remote.put_all({G: TRIPLES[:3], H: TRIPLES})
    before = content(remote)
    remote._writer._dialect = replace(remote.dialect, update_bytes=0)
    monkeypatch.setattr(writing, "LARGEST_SWAP", 0 if way == "in place" else 1 << 20)
    if way == "staged":
        add = writing.Writer._add

        def failing(self: writing.Writer, part: dict[bytes, bytes]) -> None:
            add(self, part)
            assert content(remote) == before  # what is being loaded is not seen yet
            raise StoreError("the line broke")

        with monkeypatch.context() as patched, pytest.raises(StoreError, match="the line broke"):
            patched.setattr(writing.Writer, "_add", failing)
            remote.put_all({G: TRIPLES, H: []})
        assert content(remote) == before
        assert not [name for name in remote._graphs() if name.startswith(STAGING)]
    remote.put_all({G: TRIPLES, H: []})
    with OxigraphStore.in_memory() as here:
        here.put_all({G: TRIPLES, H: []})
        assert content(remote) == content(here) and remote.graphs() == here.graphs()


def test_graphs_that_are_not_there_are_written_in_one_request_however_large(
    remote: RemoteStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    remote._writer._dialect = replace(remote.dialect, update_bytes=0)
    monkeypatch.setattr(writing.Writer, "_swap", None)
    monkeypatch.setattr(writing.Writer, "_in_place", None)
    file = tmp_path / "x.nq"
    file.write_text("".join(f'_:a <http://e/p> "{n}" <http://e/g> .\n' for n in range(20_000)), encoding="utf-8")
    before = content(remote)

    def cut(self: Upload, size: int = 1000) -> Iterator[bytes]:
        yield from itertools.islice(quads(self, size), 300)
        yield b"no statement\n"

    quads = Upload.quads
    with monkeypatch.context() as patched, pytest.raises(StoreError, match="status 400"):
        patched.setattr(Upload, "quads", cut)
        remote.load_files([G, H], [file])
    assert content(remote) == before  # all or nothing
    remote.load_files([G, H], [file])
    assert remote.graphs() == (G, H) and len(content(remote)) == 20_000
    assert {quad.s for quad in remote.quads()} == {"_:a"}


def test_what_is_large_leaves_a_graph_bit_by_bit(remote: RemoteStore, monkeypatch: pytest.MonkeyPatch) -> None:
    remote.put_all({G: TRIPLES, H: []})
    remote._writer._dialect = replace(remote.dialect, update_bytes=0)
    monkeypatch.setattr(writing, "LARGEST_SWAP", 0)
    monkeypatch.setattr(writing, "REMOVED_AT_ONCE", 100)
    sent: list[str] = []
    update = writing.Writer.update
    monkeypatch.setattr(writing.Writer, "update", lambda self, *texts: (sent.extend(texts), update(self, *texts))[1])
    remote.put_all({G: TRIPLES[:7], H: []})
    assert sum("LIMIT 100" in text for text in sent) == 6  # 501 triples
    assert remote.graphs() == (G, H) and len(content(remote)) == 7


def test_files_are_loaded_and_what_was_left_behind_is_swept(remote: RemoteStore, tmp_path: Path) -> None:
    old = Iri(f"{STAGING}1000/dead/0")
    remote.put(old, TRIPLES[:2])
    assert remote.graphs() == () and content(remote) == set()
    file = tmp_path / "x.nq"
    file.write_text('_:a <http://e/p> "ü"@de <http://e/g> .\n_:a <http://e/p> _:a <http://e/h> .\n', encoding="utf-8")
    for _ in range(2):
        remote.load_files([G, H], [file])
        assert {quad.s for quad in remote.quads()} == {"_:a"} and len(content(remote)) == 2
    assert old not in remote._graphs()


def test_virtuoso_is_not_asked_what_it_answers_wrongly(virtuoso: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    environment = {"PARLEY_SPARQL_USER": virtuoso.user, "PARLEY_SPARQL_PASSWORD": virtuoso.password}
    with RemoteStore(virtuoso.address, environment=environment) as store:
        store.put(G, TRIPLES)
        asked = "SELECT (1/2 AS ?half) { ?s ?p '7' }"
        assert [str(cell) for row in store.select(asked) for cell in row] == ["0.5"]  # itself it says 0
        monkeypatch.setattr("kg.store.remote.store.MOST_COPIED", 10)
        with pytest.raises(QueryError, match=r"does not answer such a query by the standard.* 10 statements"):
            store.select(asked)
        assert len(store.select("SELECT ?s { ?s ?p '7' }")) == 1
        monkeypatch.undo()
        made: list[OxigraphStore] = []
        copied = RemoteStore.copy_with
        monkeypatch.setattr(
            RemoteStore, "copy_with", lambda self, graphs: made.append(copied(self, graphs)) or made[-1]
        )
        with RemoteStore(virtuoso.address, writable=False, environment=environment) as reader:
            assert reader.select(asked) == reader.select(asked) and len(made) == 1
        assert store.select(asked) == store.select(asked) and len(made) == 3  # who may write sees what is there now
        store.remove(G)


def test_what_a_server_is_like_can_be_seen(oxigraph: Server, remote: RemoteStore) -> None:
    assert repr(remote) == f"<RemoteStore {oxigraph.address} (Oxigraph)>"
    for tail in ("/query", "/store", "?query=query&update=update"):
        with RemoteStore(oxigraph.address + tail) as store:
            assert store.dialect.name == "Oxigraph" and store.ports.query == oxigraph.query
    assert json.dumps(remote.state()) == "null"
