"""Large files replace graphs whole or not at all, by whichever way."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.columns.opening import note_change, open_records
from kg.errors import StoreError
from kg.store import OxigraphStore, generations, oxigraph, replacing
from kg.terms import Iri, Literal, Quad, Triple
from tests.store_at_rest.conftest import G, H, K, Writer, content, lines, versions

WAYS = ("at once", "unseen")


@pytest.fixture(params=WAYS, autouse=True)
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Let every test run twice: with small files in one transaction, and as if its files were large."""
    if request.param == "unseen":
        monkeypatch.setattr(oxigraph, "SMALL", 0)
        monkeypatch.setattr(oxigraph, "SMALL_REMOVAL", 0)
        monkeypatch.setattr(replacing, "_CHUNK", 7)
    return str(request.param)


def test_files_become_the_whole_content_of_their_graphs(store: OxigraphStore, written: Writer) -> None:
    store.put(K, [Triple(K, K, Literal("kept"))])
    store.load_files([G, H], [written(G, "1", 20), written(H, "1", 30)])
    kept = content(store, K)
    assert len(content(store, G)) == 20 and len(content(store, H)) == 30 and len(kept) == 1
    store.load_files([G], [written(G, "2", 10)])
    assert versions(store, G) == ["2"] * 7 and len(content(store, H)) == 30 and content(store, K) == kept
    assert store.graphs() == (G, H, K)


def test_loading_again_replaces_and_never_duplicates(store: OxigraphStore, written: Writer) -> None:
    file = written(G, "1", 30)
    store.load_files([G], [file])
    once = content(store)
    store.load_files([G], [file])
    assert content(store) == once and len(once) == 30  # blank nodes with their labels


def test_the_content_is_that_of_an_ordinary_put(store: OxigraphStore, written: Writer) -> None:
    quads = ox.parse(path=written(G, "1", 12), format=ox.RdfFormat.N_QUADS)
    with OxigraphStore.in_memory() as other:
        other._store.extend(quads)
        expected = content(other)
    store.load_files([G], [written(G, "0", 40)])
    store.load_files([G], [written(G, "1", 12)])
    assert content(store) == expected


def test_one_blank_node_in_two_files_is_one(store: OxigraphStore, tmp_path: Path) -> None:
    files = [tmp_path / "a.nq", tmp_path / "b.nq"]
    for n, file in enumerate(files):
        file.write_text(f"_:x <http://e/p{n}> _:y <{G}> .")  # no line end at the end of the file
    store.load_files([G], files)
    assert len({quad.s for quad in content(store)}) == 1 and len(content(store)) == 2


def test_graphs_of_which_no_file_speaks_are_empty_then(store: OxigraphStore, written: Writer) -> None:
    store.load_files([G, H], [written(G, "1", 9), written(H, "1", 9)])
    store.load_files([G, H, K], [written(G, "2", 9)])
    assert store.graphs() == (G, H, K) and not content(store, H) and not content(store, K)
    store.load_files([G], [])
    assert store.graphs() == (G, H, K) and not content(store)


def test_other_graphs_stay_as_they_are_also_empty_ones(store: OxigraphStore, written: Writer) -> None:
    store.put(H, [])
    store._store.add(ox.Quad(ox.NamedNode(K), ox.NamedNode(K), ox.BlankNode("b7")))  # in the default graph
    store.load_files([G], [written(G, "1", 30)])
    store.load_files([G], [written(G, "2", 30)])
    assert store.graphs() == (G, H) and len(content(store)) == 31
    assert any(quad.g is None and str(quad.o) == "_:b7" for quad in store.quads())


def test_a_large_graph_is_removed_and_the_others_stay(store: OxigraphStore, written: Writer) -> None:
    store.load_files([G, H], [written(G, "1", 30), written(H, "1", 100)])
    store.remove(G)
    store.remove(K)
    assert store.graphs() == (H,) and len(content(store)) == 100


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("<http://e/a> <http://e/b> <http://e/c> <{g}> .\nnonsense\n", r"bad\.nq:2:1: .*IRI"),
        ("<http://e/a> <http://e/b> <http://e/c> <{h}> .\n", r"bad\.nq: .*<http://e/h>, which is not replaced"),
        ("<http://e/a> <http://e/b> <http://e/c> .\n", r"bad\.nq: .*no graph"),
        ('<http://e/a> <http://e/b> "\\uD800" <{g}> .\n', r"bad\.nq:1:"),
    ],
)
def test_a_bad_file_changes_nothing(
    store: OxigraphStore, written: Writer, tmp_path: Path, text: str, said: str
) -> None:
    store.load_files([G], [written(G, "1", 50)])
    before = content(store)
    bad = tmp_path / "bad.nq"
    bad.write_text(text.format(g=G, h=H))
    for files in ([bad], [written(G, "2", 40), bad], [bad, written(G, "2", 40)]):
        with pytest.raises(StoreError, match=said):
            store.load_files([G], files)
        assert content(store) == before and store.graphs() == (G,)
    with pytest.raises(StoreError, match=r"gone\.nq: it cannot be read: No such file"):
        store.load_files([G], [tmp_path / "gone.nq"])
    store.load_files([G], [written(G, "2", 40)])
    assert len(versions(store, G)) == 37


def test_what_is_loaded_is_there_when_the_store_is_opened_again(tmp_path: Path, written: Writer) -> None:
    folder = tmp_path / "st"
    for version in ("1", "2", "3"):
        with OxigraphStore.at(folder) as store:
            store.load_files([G, H], [written(G, version, 20), written(H, version, 10)])
        with OxigraphStore.read_only(folder) as reader:
            assert set(versions(reader, G)) == {version} == set(versions(reader, H))


def test_generations_follow_one_another_and_the_last_is_swept_away(tmp_path: Path, written: Writer, way: str) -> None:
    folder = tmp_path / "st"
    with OxigraphStore.at(folder) as store:
        store.load_files([G], [written(G, "1", 20)])
        assert generations.data_folder(folder) == folder  # nothing was replaced
        store.load_files([G], [written(G, "2", 20)])
        store.load_files([G], [written(G, "3", 20)])
        assert set(versions(store, G)) == {"3"}
    expected = "generation-2" if way == "unseen" else "st"
    assert generations.data_folder(folder).name == expected
    left = {path.name for path in folder.iterdir()}
    if way == "unseen":
        assert left == {"generation-2", "generation.json", "writer.lock"}
    assert is_plain(folder) == (way != "unseen")


def is_plain(folder: Path) -> bool:
    return (folder / "CURRENT").is_file()


def test_little_or_much_of_a_store_can_be_replaced(tmp_path: Path, written: Writer, way: str) -> None:
    for first, second in ((10, 100), (100, 10)):
        with OxigraphStore.at(tmp_path / f"st{first}") as store:
            store.load_files([G, H], [written(G, "1", first), written(H, "1", second)])
            other = content(store, H)
            store.load_files([G], [written(G, "2", 15)])
            assert content(store, H) == other and versions(store, G) == ["2"] * 12


def test_a_reading_begun_before_goes_on_with_what_was_there(store: OxigraphStore, written: Writer) -> None:
    store.load_files([G], [written(G, "1", 1000)])
    reading = store.quads(G)
    first = next(reading)
    store.load_files([G], [written(G, "2", 1000)])
    assert {quad.o for quad in (first, *reading) if quad.p == Iri("http://e/v")} == {Literal("1")}


def test_a_store_opened_for_reading_takes_no_files(tmp_path: Path, written: Writer) -> None:
    with OxigraphStore.at(tmp_path / "st") as store:
        store.load_files([G], [written(G, "1", 9)])
    with OxigraphStore.read_only(tmp_path / "st") as reader:
        with pytest.raises(StoreError, match="opened for reading only"):
            reader.load_files([G], [written(G, "2", 9)])
        assert set(versions(reader, G)) == {"1"}


def test_the_state_changes_with_what_is_read_and_only_then(tmp_path: Path, written: Writer) -> None:
    folder = tmp_path / "st"
    states = []
    for version in ("1", "2", "3"):
        with OxigraphStore.at(folder) as store:
            before = store.state()
            store.load_files([G], [written(G, version, 30)])
            assert store.state() != before
        with OxigraphStore.read_only(folder) as one, OxigraphStore.read_only(folder) as another:
            assert one.state() == another.state()
            states.append(one.state())
    assert len(set(states)) == 3 and all(states)


def test_columns_follow_a_load_graph_by_graph(tmp_path: Path, written: Writer, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "st"
    with OxigraphStore.at(folder) as store:
        store.load_files([G, H], [written(G, "1", 20), written(H, "1", 20)])
    with OxigraphStore.read_only(folder) as reader:
        open_records(reader)
    with OxigraphStore.at(folder) as store:
        before = store.state()
        store.load_files([G], [written(G, "2", 25)])
        note_change(store, before, [G])
    asked: list[Iri | None] = []
    quads = OxigraphStore.quads

    def watched(self: OxigraphStore, graph: Iri | None = None) -> Iterator[Quad]:
        asked.append(graph)
        return quads(self, graph)

    monkeypatch.setattr(OxigraphStore, "quads", watched)
    with OxigraphStore.read_only(folder) as reader:
        followed = open_records(reader)
        assert asked == [G]  # the other graph was not read again
    with OxigraphStore.in_memory() as fresh:
        fresh.load_files([G, H], [written(G, "2", 25), written(H, "1", 20)])
        assert len(open_records(fresh).background.s) == len(followed.background.s)


@settings(max_examples=8)
@given(
    steps=st.lists(
        st.dictionaries(st.sampled_from([G, H, K]), st.integers(3, 12), min_size=1).map(lambda d: tuple(d.items())),
        min_size=1,
        max_size=4,
    )
)
def test_any_sequence_of_loads_leaves_the_last_of_each_graph(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[tuple[Iri, int], ...]]
) -> None:
    folder = tmp_path_factory.mktemp("loads")
    expected: dict[Iri, int] = {}
    with OxigraphStore.in_memory() as memory, OxigraphStore.at(folder / "st") as disk:
        for number, step in enumerate(steps):
            file = folder / f"{number}.nq"
            file.write_text("".join(line for graph, count in step for line in lines(graph, str(number), count)))
            expected |= dict(step)
            for store in (memory, disk):
                store.load_files([graph for graph, _ in step], [file])
        assert content(memory) == content(disk)
        assert {graph: len(content(disk, graph)) for graph in disk.graphs()} == expected


def test_the_suffix_of_a_file_does_not_matter(store: OxigraphStore, tmp_path: Path) -> None:
    file = tmp_path / "staged.txt"
    file.write_text("".join(lines(G, "1", 8)))
    store.load_files([G], [file])
    assert len(content(store)) == 8 and re.search("1", versions(store, G)[0])
