"""Documents: the text with every quote marked where it stands, orphans first, and nothing confidential."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.explorer.explorer import Explorer
from kg.explorer.opening import open_explorer
from kg.explorer.page import Moved, NotFound
from kg.explorer.pages.documents import addresses
from kg.explorer.reading.document import document_values
from kg.explorer.reading.quotes import words_id
from kg.explorer.rendering import write
from kg.explorer.routes import page_at
from kg.explorer.site import Address, FolderSite
from kg.formats import read
from kg.graph import KnowledgeGraph
from kg.store.oxigraph import OxigraphStore
from kg.terms import Iri
from kg.views.passages import Stretch, paragraphs, passages
from tests.explorer.conftest import CASES, Render
from tests.views.conftest import Page

BASE = "https://e.example/case/reading/"
TEXT = (CASES / "reading.txt").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def reading() -> Explorer:
    return open_explorer(KnowledgeGraph.load(CASES / "reading.yaml"))


# -- cutting a text -----------------------------------------------------------------------------------


@st.composite
def quoted_texts(draw: st.DrawFn) -> tuple[str, list[Stretch]]:
    text = draw(st.text(alphabet="ab \n", max_size=60))
    places = st.integers(0, len(text))
    return text, [(min(a, b), max(a, b)) for a, b in draw(st.lists(st.tuples(places, places), max_size=6))]


@given(quoted_texts())
def test_pieces_are_the_text_and_know_every_quote_they_belong_to(case: tuple[str, list[Stretch]]) -> None:
    text, quotes = case
    begun: list[int] = []
    shown = paragraphs(text)
    for passage in passages(text, quotes, shown):
        at = passage.stretch[0]
        for piece in passage.pieces:
            assert piece.text == text[at : at + len(piece.text)] != ""
            for place in range(at, at + len(piece.text)):
                covering = {n for n, (start, end) in enumerate(quotes) if start <= place < end}
                assert set(piece.quotes) == covering
            begun += piece.begins
            at += len(piece.text)
        assert at == passage.stretch[1]
    kept = {at for start, end in shown for at in range(start, end)}
    assert all(text[at].isspace() for at in range(len(text)) if at not in kept)
    assert sorted(begun) == [n for n, (start, end) in enumerate(quotes) if kept & set(range(start, end))]


def test_a_paragraph_that_cannot_be_read_is_cut_at_a_space() -> None:
    text = "word " * 3_000
    cut = paragraphs(text)
    assert len(cut) > 3
    assert all(end - start <= 4_000 for start, end in cut)
    assert "".join(text[start:end] for start, end in cut) == text.rstrip()
    assert all(text[end - 1] == " " for _, end in cut[:-1])


# -- texts --------------------------------------------------------------------------------------------


def test_a_graph_keeps_the_texts_that_lie_beside_its_files() -> None:
    sources = read(CASES / "reading.yaml")
    assert sources[0].texts == {Iri(BASE + "report"): TEXT}
    assert KnowledgeGraph.load(CASES / "reading.yaml").texts == {Iri(BASE + "report"): TEXT}


SECRETS = """\
dossier: https://e.example/case/s
title: Secrets
recorder: test
recorded: 2026-01-01
people:
  ann: {{name: Ann Open}}
  eve: {{name: Eve Hidden, {mark}}}
unnamed:
  leaker: {{descriptor: a person close to the talks, identity: ann}}
events:
  talks: {{type: Meeting, name: the talks}}
documents:
  paper: {{title: A paper, text: paper.txt{document}}}
claims:
  one: {{by: leaker, on: 2026-01-01, affirms: [talks, is, Held], mention: {{in: {where}, exact: it took place}}{claim}}}
  two: {{by: ann, on: 2026-01-01, denies: [talks, is, Held], mention: {{in: paper, exact: it took}}}}
"""


def _shown(folder: Path, text: str, **marks: str) -> bool:
    given = {"mark": "altName: Evie", "document": "", "claim": "", "where": "paper", **marks}
    (folder / "s.yaml").write_text(SECRETS.format(**given), encoding="utf-8")
    (folder / "paper.txt").write_text(text, encoding="utf-8")
    graph = KnowledgeGraph.load(folder / "s.yaml").public()
    return Iri("https://e.example/case/s/paper") in graph.texts


def test_a_text_that_gives_nothing_away_is_shown(tmp_path: Path) -> None:
    assert _shown(tmp_path, "They said it took place.")
    assert _shown(tmp_path, "They said it took place. Eve Hidden was there.")


@pytest.mark.parametrize(
    ("text", "marks"),
    [
        ("They said it took place.", {"document": ", confidential: true"}),
        ("They said it took place.", {"claim": ", confidential: true"}),
        ("They said it took place. Mrs Hidden was there.", {"mark": "confidential: true"}),
        ("They said it took place. MRS HIDDEN was there.", {"mark": "confidential: true"}),
        ("Ann said it took place.", {}),  # names the one who is the unnamed source of it
    ],
)
def test_a_text_that_gives_something_away_is_not_shown(tmp_path: Path, text: str, marks: dict[str, str]) -> None:
    assert not _shown(tmp_path, text, **marks)


def test_a_text_may_name_somebody_who_is_the_unnamed_source_of_another(tmp_path: Path) -> None:
    assert _shown(tmp_path, "Ann said it took place.", where="paper2", document="}\n  paper2: {title: Another")


# -- the page -----------------------------------------------------------------------------------------


def test_every_quote_is_marked_with_all_its_claims(reading: Explorer, render: Render) -> None:
    values = document_values(reading, Iri(BASE + "report"), 1)
    assert values is not None
    parts = [part for paragraph in values.paragraphs for part in paragraph.parts]
    by_words = {part.text: {str(note.line.ref) for note in part.notes} for part in parts if part.notes}
    assert by_words == {
        "the round was planned and then ": {"outer"},
        "called ": {"outer", "inner"},
        "off": {"outer", "inner", "overlap"},
        " by nobody": {"outer", "overlap"},
        '", Ada said.': {"overlap"},
        "It ends here.": {"across"},
        "It begins again": {"across"},
    }
    page = Page(render(reading, "document/report"))
    assert page.count("mark") == 7
    links = [attrs["href"] for tag, attrs in page.tags if tag == "a"]
    assert {"/claim/outer", "/claim/inner", "/claim/overlap", "/claim/across"} <= set(links)
    ids = [attrs["id"] for _, attrs in page.tags if "id" in attrs]
    assert len(ids) == len(set(ids))
    assert {link[1:] for link in links if link.startswith("#")} <= set(ids)
    assert words_id(Iri(BASE + "inner"), 1) in ids


def test_the_shortest_quote_is_the_one_that_the_words_lead_to(reading: Explorer, render: Render) -> None:
    html = render(reading, "document/report")
    assert '<a href="/claim/inner">off</a>' in html
    assert '<a href="/claim/outer">the round was planned and then </a>' in html


def test_orphans_stand_on_top_with_their_reason_and_are_never_marked(reading: Explorer, render: Render) -> None:
    html = render(reading, "document/report")
    top, text = html.split('<h2 id="orphans">')[1].split("<h2>The text</h2>")
    assert "“It was held”" in top
    assert "the words are not in the text" in top
    assert "“mill”" in top
    assert "the words stand in 2 places" in top
    assert "It was held" not in text
    data = json.loads(render(reading, "document/report", "json"))
    assert sorted(one["words"] for one in data["orphans"]) == ["It was held", "mill"]
    assert "Quotes that do not stand in the text" in render(reading, "document/report", "md")


def test_markup_in_a_text_stays_text(reading: Explorer, nasty: Explorer, render: Render) -> None:
    assert "&lt;b&gt;with markup&lt;/b&gt;" in render(reading, "document/report")
    page = Page(render(nasty, "document/paper"))
    assert page.handlers() == []
    assert page.count("img") == page.count("svg") == 0
    assert page.count("script") == sum(tag == "script" and "src" in attrs for tag, attrs in page.tags)
    assert "</pre><script>alert('text')</script>" in page.text
    assert "called off 🎣 إلى الأبد" in page.text


def test_where_no_text_is_at_hand_the_quotes_are_listed(explorer: Explorer, reading: Explorer, render: Render) -> None:
    html = render(reading, "document/letter")
    assert "The text itself is not at hand" in html
    assert "…if it is held, " in html
    assert "<mark>we want the water</mark>" in html
    first = render(explorer, "document/ft-report")
    assert "The story is unchanged" in first
    assert "Claims without words" in first


def test_a_store_has_no_texts_but_knows_what_was_orphaned(tmp_path: Path, render: Render) -> None:
    KnowledgeGraph.load(CASES / "reading.yaml", store=OxigraphStore.at(tmp_path / "store")).close()
    with KnowledgeGraph.load(tmp_path / "store") as graph:
        opened = open_explorer(graph)
        html = render(opened, "document/report")
        assert "do not stand in the text as it is now" in render(opened, "claim/gone")
        assert "do not stand" not in render(opened, "claim/inner")
        rows = json.loads(render(opened, "documents", "json"))["documents"]
        assert {row["orphans"] for row in rows} == {0, 2}
    assert "The text itself is not at hand" in html
    assert html.count('<p class="orphaned"') == 2
    assert "did not stand in the text when it was read into the store" in html


def test_a_text_that_has_changed_is_said(tmp_path: Path, render: Render) -> None:
    source = (CASES / "reading.yaml").read_text(encoding="utf-8")
    old = source.replace("text: reading.txt", f"text: reading.txt, sha256: {'0' * 64}")
    (tmp_path / "reading.yaml").write_text(old, encoding="utf-8")
    (tmp_path / "reading.txt").write_text(TEXT, encoding="utf-8")
    graph = KnowledgeGraph.load(tmp_path / "reading.yaml")
    for shown in (graph, graph.public()):
        assert "is not the one that was recorded" in render(open_explorer(shown), "document/report")


def test_the_list_counts_claims_disputes_and_orphans(reading: Explorer, render: Render) -> None:
    rows = {row["iri"]: row for row in json.loads(render(reading, "documents", "json"))["documents"]}
    report = rows[BASE + "report"]
    assert (report["claims"], report["disputes"], report["orphans"], report["has_text"]) == (7, 1, 2, True)
    assert report["publishers"][0]["name"] == "the Mill Post"
    assert rows[BASE + "letter"]["has_text"] is False
    assert "/document/report" in render(reading, "documents")
    assert "the Mill Post" in render(reading, "documents", "md")


def test_the_turtle_twin_holds_the_facts_and_the_claims(reading: Explorer, render: Render) -> None:
    turtle = render(reading, "document/report", "ttl")
    assert "Words at the mill" in turtle
    assert "called off" in turtle


def test_other_addresses(reading: Explorer) -> None:
    for wrong in ("nothing", "reprot"):
        with pytest.raises(NotFound):
            page_at(reading, Address.of("document", wrong))
    with pytest.raises(NotFound, match='did you mean "report"'):
        page_at(reading, Address.of("document", "reprot"))
    with pytest.raises(Moved) as moved:
        page_at(reading, Address.of("document", "ada"))
    assert moved.value.address == Address.of("actor", "ada")
    for number in ("2", "0", "x", "9" * 30):
        with pytest.raises(NotFound):
            page_at(reading, Address.of("document", "report", page=number))


def test_a_published_folder_holds_every_page(reading: Explorer) -> None:
    known = set(addresses(reading))
    assert {Address.of("documents"), Address.of("document", "report"), Address.of("document", "letter")} <= known
    here = Address.of("document", "report")
    html = write(page_at(reading, here), reading, FolderSite(here, known))
    assert "<form" not in html
    assert "/claim/" not in html  # the folder does not hold that page, so its name is only a word


# -- long texts ---------------------------------------------------------------------------------------

LONG = """\
dossier: https://e.example/case/long
title: Long
recorder: test
recorded: 2026-01-01
people:
  ann: {name: Ann}
events:
  talks: {type: Meeting, name: the talks}
documents:
  book: {title: A book, text: book.txt}
claims:
"""


@pytest.fixture(scope="module")
def long(tmp_path_factory: pytest.TempPathFactory) -> Explorer:
    """A text of a megabyte in which 300 claims stand."""
    folder = tmp_path_factory.mktemp("long")
    body = "".join(f"Paragraph {n}: {'some words of it, ' * 18}and statement {n}.\n\n" for n in range(3_000))
    (folder / "book.txt").write_text(body, encoding="utf-8")
    claims = "".join(
        f'  c{n}: {{by: ann, on: 2026-01-01, affirms: [talks, is, Held], mention: {{in: book, exact: "statement {n}."}}}}\n'
        for n in range(0, 3_000, 10)
    )
    (folder / "long.yaml").write_text(LONG + claims, encoding="utf-8")
    return open_explorer(KnowledgeGraph.load(folder / "long.yaml"))


def test_a_long_text_is_shown_a_page_at_a_time(long: Explorer, render: Render) -> None:
    begun = time.monotonic()
    html = render(long, "document/book?page=17")
    assert time.monotonic() - begun < 5
    assert len(html) < 500_000
    assert "page 17 of" in html
    pages = [one for one in addresses(long) if one.parts == ("document", "book")]
    assert len(pages) > 30
    marked = sum(render(long, "document/book" + (f"?page={n}" if n > 1 else "")).count("<mark") for n in (1, 2))
    assert marked > 10


def test_a_claim_leads_to_the_page_on_which_its_words_stand(long: Explorer, render: Render) -> None:
    html = render(long, "claim/c2990")
    link = next(attrs["href"] for tag, attrs in Page(html).tags if tag == "a" and "words-" in attrs.get("href", ""))
    path, _, anchor = link.partition("#")
    assert path.startswith("/document/book?page=")
    assert f'id="{anchor}"' in render(long, path.lstrip("/"))
