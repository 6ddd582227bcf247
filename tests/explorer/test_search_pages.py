"""The search page, its twins, and the index of a folder."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import pyoxigraph as ox
import pytest

from kg.columns.kept import kept_columns
from kg.contradiction.check import CheckOptions
from kg.explorer.catalog import Filter
from kg.explorer.explorer import Explorer
from kg.explorer.folder_index import folder_index
from kg.explorer.indexing import entries, index_at_once, index_of, passages, ref_of
from kg.explorer.opening import open_explorer
from kg.explorer.rendering import write
from kg.explorer.routes import addresses, page_at
from kg.explorer.site import Address, FolderSite, file_of
from kg.graph import KnowledgeGraph
from kg.store.oxigraph import OxigraphStore
from tests.conftest import CASE
from tests.explorer.conftest import address

Render = Callable[..., str]


def found(explorer: Explorer, text: str) -> dict[str, list[str]]:
    page = page_at(explorer, Address.of("search", q=text))
    return {group.kind: [one.ref.text for one in group.slice.items] for group in page.values["groups"]}  # type: ignore[attr-defined]


def test_everything_found_links_to_its_page(explorer: Explorer, render: Render) -> None:
    page = render(explorer, "search?q=talks")
    assert 'href="/meeting/preparatory-talks"' in page
    assert re.search(r'href="/dispute/[a-z2-7]{10}"', page)
    assert re.search(r'href="/claim/[a-z-]+"', page)
    assert "<mark>talks</mark>" in page


def test_every_entry_has_a_page(explorer: Explorer) -> None:
    for entry in entries(explorer):
        where = ref_of(explorer, entry).address
        assert where is not None, entry
        page_at(explorer, where)


def test_claims_are_found_by_quote_reading_content_and_id(explorer: Explorer) -> None:
    for words in ('"the story is unchanged"', "he denies cancellation", "plans trade talks", "kudlow-no-cancellation"):
        assert any("Kudlow" in name for name in found(explorer, words).get("claim", [])), words


def test_the_one_thing_that_is_called_so_comes_first(explorer: Explorer, render: Render) -> None:
    page = render(explorer, "search?q=LARRY%20kudlow")
    assert "Called exactly that" in page
    assert next(iter(found(explorer, "larry kudlow"))) == "actor"
    assert "Called exactly that" not in render(explorer, "search?q=talks")


def test_a_kind_is_shown_in_pages(explorer: Explorer, render: Render) -> None:
    page = page_at(explorer, address("search?q=the&kind=claim"))
    group = page.values["groups"][0]  # type: ignore[index]
    assert group.kind == "claim"
    assert group.slice.total > 8
    for odd in ("0", "-1", "x", "99999999999", "²", "2"):
        assert "Claims" in render(explorer, f"search?q=the&kind=claim&page={quote(odd)}")
    assert "Disputes" in render(explorer, "search?q=talks&kind=nonsense")


def test_without_words_it_says_how_to_search(explorer: Explorer, render: Render) -> None:
    for text in ("search", "search?q=", "search?q=%20"):
        assert "Words in" in render(explorer, text)
    assert "Nothing here has all of these words" in render(explorer, "search?q=zzzz")


@pytest.mark.parametrize(
    "text",
    ['"', "'", ")", "*", "NEAR(", "NEAR(a b", "a OR b", "<script>alert(1)</script>", "\u202e", "%00", "a" * 5000],
)
def test_any_text_makes_a_page_in_every_form(nasty: Explorer, render: Render, text: str) -> None:
    place = f"search?q={quote(text)}"
    page = render(nasty, place)
    assert "<script>alert" not in page
    json.loads(render(nasty, place, "json"))
    list(ox.parse(render(nasty, place, "ttl"), format=ox.RdfFormat.TURTLE))
    assert not re.search(r"(?<!\\)<script", render(nasty, place, "md"))


def test_names_in_every_script_are_found_and_stay_text(nasty: Explorer, render: Render) -> None:
    assert found(nasty, "أميرة")["actor"] == ["أميرة بنت خالد"]
    assert found(nasty, "amira bint")["actor"] == ["أميرة بنت خالد"]  # another of her names
    assert found(nasty, "zoe unal")["actor"][0].startswith("Zoë")
    assert "issue" in found(nasty, "🐟")
    page = render(nasty, "search?q=bob")
    assert "&lt;img src=x onerror=alert" in page
    assert "<img" not in page


def test_texts_of_documents_are_found(nasty: Explorer) -> None:
    assert len(found(nasty, "إلى الأبد late wednesday").get("text", [])) == 1
    assert next(passages("a " * 900)).count("a") <= 501
    assert " ".join(passages("a " * 900)).count("a") == 900


def test_what_is_confidential_is_not_found(nasty: Explorer) -> None:
    for text in ("SECRET", "secret-hidden-person", "hidden", "leaked", "secret-claim"):
        assert found(nasty, text) == {}
    whole = " ".join(f"{one.key} {one.name} {one.text} {one.hidden}" for one in entries(nasty))
    assert "SECRET" not in whole


def test_the_twin_in_json_names_iris_and_pages(explorer: Explorer, render: Render) -> None:
    data = json.loads(render(explorer, "search?q=kudlow", "json"))
    actor = next(group for group in data["found"] if group["kind"] == "actor")["items"][0]
    assert actor["page"] == "actor/larry-kudlow"
    assert actor["iri"].endswith("/larry-kudlow")
    assert data["complete"] is True


def test_the_index_of_a_folder_holds_only_its_pages_and_nothing_that_ends_a_script(nasty: Explorer) -> None:
    known = set(addresses(nasty))
    script = folder_index(nasty, known)
    assert script.isascii()
    assert not set("<>&") & set(script)
    rows = json.loads(script.removeprefix("window.PARLEY_INDEX = ").rstrip().removesuffix(";"))
    files = {file_of(one) for one in known}
    assert rows
    assert {row[4] for row in rows} <= files
    assert any(row[1] == "أميرة بنت خالد" for row in rows)
    assert "SECRET" not in script
    fewer = folder_index(nasty, {one for one in known if one.parts[:1] == ("actor",)})
    assert all('"actor/' in row for row in re.findall(r"\[[^\[\]]*\]", fewer))


def test_in_a_folder_everything_stands_from_a_to_z(nasty: Explorer) -> None:
    here = Address.of("search")
    known = {*addresses(nasty), here}
    page = write(page_at(nasty, here), nasty, FolderSite(here, known))
    for entry in entries(nasty):
        where = ref_of(nasty, entry).address
        if where is not None and entry.kind != "text":
            assert f'href="{FolderSite(here, known).href(where)}"' in page
    assert 'src="assets/search-index.js"' in page
    assert "Bob &lt;img" in page
    assert " style=" not in page
    assert "SECRET" not in page


def large_graph(folder: Path) -> Explorer:
    """Open the first case as a large graph in a folder, where its columns and its index are kept."""
    with OxigraphStore.at(folder) as store:
        KnowledgeGraph.load(CASE, store=store)
    return open_explorer(KnowledgeGraph.load(folder, options=CheckOptions(columns_from=3)))


def test_until_a_large_graph_is_indexed_exact_names_and_ids_are_found(
    tmp_path: Path, render: Render, monkeypatch: pytest.MonkeyPatch
) -> None:
    explorer = large_graph(tmp_path / "store")
    monkeypatch.setattr(explorer.searching, "begin", lambda make: None)
    page = render(explorer, "search?q=Larry%20Kudlow")
    assert "Names are being indexed" in page
    assert 'href="/actor/larry-kudlow"' in page
    assert not found(explorer, "larry")
    assert "Nothing here is called exactly that" in render(explorer, "search?q=larry")
    assert found(explorer, "larry-kudlow")["actor"] == ["Larry Kudlow"]
    assert found(explorer, "kudlow-no-cancellation").keys() == {"claim"}
    conflict = explorer.catalog.disputes(Filter()).items[0]
    assert found(explorer, conflict.id).keys() == {"dispute"}
    assert "Names are being indexed" in render(explorer, "search")
    assert json.loads(render(explorer, "search?q=Larry%20Kudlow", form="json"))["complete"] is False
    index_of(explorer)
    assert "Names are being indexed" not in render(explorer, "search?q=larry")
    assert found(explorer, "larry")


def test_the_index_of_a_large_graph_is_kept_beside_its_columns(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    explorer = large_graph(tmp_path / "store")
    made = index_of(explorer)
    again = open_explorer(KnowledgeGraph.load(tmp_path / "store", options=CheckOptions(columns_from=3)))
    monkeypatch.setattr("kg.explorer.indexing.entries", lambda explorer: pytest.fail("it is made again"))
    opened = index_of(again)
    assert opened.counts == made.counts
    assert [hit.entry for hit in opened.find("larry").hits] == [hit.entry for hit in made.find("larry").hits]
    kept = kept_columns(tmp_path / "store", str(again.graph.store.state()))
    assert kept is not None
    assert not kept.faults
    assert list((tmp_path / "store" / "columns").glob("search-*"))


def test_an_index_made_beside_answers_when_it_is_ready(tmp_path: Path) -> None:
    explorer = large_graph(tmp_path / "store")
    assert index_at_once(explorer) is None
    assert index_of(explorer).size == explorer.searching.done
    assert explorer.searching.done >= explorer.searching.total > 0
    assert index_at_once(explorer) is index_of(explorer)


def test_a_large_graph_is_searched_by_names_and_quotes(render: Render) -> None:
    large = open_explorer(KnowledgeGraph.load(CASE, options=CheckOptions(columns_from=3)))
    assert index_of(large).size > 50
    assert found(large, "larry kudlow")["actor"] == ["Larry Kudlow"]
    assert "claim" in found(large, '"the story is unchanged"')
    assert "dispute" not in found(large, "talks")
    assert "disputes are not searched" in render(large, "search")
