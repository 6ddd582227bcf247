"""The index: words, phrases, accents, scripts without spaces, ranks, many threads, and nothing typed is its syntax."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.explorer.searching import Entry, Index, Searcher
from kg.explorer.words import fold, marked, passage, phrases, placed_words, words

ENTRIES = [
    Entry("actor", "e:kudlow", "Larry Kudlow", "", "larry-kudlow"),
    Entry("meeting", "e:interview", "Larry Kudlow's interview"),
    Entry("claim", "e:c1", "Ann: the talks were off", "“called off, said Kudlow”"),
    Entry("actor", "e:zoe", "Zoë Ünal-Łabędź 👩‍⚖️"),
    Entry("actor", "e:amira", "أَمِيرَة بنت خالد"),
    Entry("meeting", "e:beijing", "北京会谈 🎣"),
    Entry("issue", "e:straße", "Straßenmaut"),
    Entry("thing", "e:hindi", "हिन्दी भाषा"),
    Entry("thing", "e:near", "NEAR OR AND NOT"),
]


@pytest.fixture(scope="module")
def index() -> Index:
    return Index(ENTRIES)


def keys(index: Index, text: str) -> list[str]:
    return [hit.entry.key for hit in index.find(text).hits]


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("zoe unal", "e:zoe"),
        ("LABEDZ", "e:zoe"),
        ("👩‍⚖️", "e:zoe"),
        ("أميرة", "e:amira"),
        ("\u200fأميرة", "e:amira"),
        ("会谈", "e:beijing"),
        ("北", "e:beijing"),
        ("🎣", "e:beijing"),
        ("STRASSEN", "e:straße"),
        ("हिन्", "e:hindi"),
        ("near or", "e:near"),
    ],
)
def test_names_are_found_without_regard_to_accents_and_capitals(index: Index, typed: str, key: str) -> None:
    assert keys(index, typed)[:1] == [key]


def test_exact_names_come_before_beginnings_and_those_before_words(index: Index) -> None:
    assert keys(index, "larry kudlow") == ["e:kudlow", "e:interview"]
    assert [hit.near for hit in index.find("larry kudlow").hits] == [0, 1]
    assert keys(index, "kudlow")[-1] == "e:c1"  # a name counts more than a quote


def test_all_words_must_be_found_and_phrases_as_they_stand(index: Index) -> None:
    assert keys(index, "off kudl") == ["e:c1"]
    assert keys(index, '"off said"') == ["e:c1"]
    assert keys(index, '"said off"') == []
    assert keys(index, '"larry kud"') == []  # in quotation marks, words are whole


@pytest.mark.parametrize(
    "typed",
    [
        '"',
        "'",
        ")",
        "(",
        "*",
        "NEAR(",
        "NEAR(a b, 2)",
        "name:x",
        "a* OR b*",
        "^a",
        "-a",
        "{a b}",
        "\x00",
        '"" ""',
        "a\\",
        "%",
        ";--",
    ],
)
def test_what_is_typed_is_never_syntax(index: Index, typed: str) -> None:
    index.find(typed)
    index.find(f"larry {typed}")
    index.find(typed * 200)


@given(st.text(max_size=40))
def test_any_text_can_be_typed_and_marked(text: str) -> None:
    index = Index([Entry("thing", "e:x", text, text)])
    found = index.find(text)
    assert bool(found.hits) == bool(words(text))
    assert "".join(part.text for part in marked(text, phrases(text))) == text
    assert [word.folded for word in placed_words(text)] == words(text) or not text.isascii()


def test_operators_are_words(index: Index) -> None:
    assert keys(index, "NOT near") == ["e:near"]
    assert keys(index, "larry OR zoe") == []


def test_a_kind_can_be_asked_for_and_all_are_counted(index: Index) -> None:
    found = index.find("kudlow", kind="claim")
    assert [hit.entry.key for hit in found.hits] == ["e:c1"]
    assert found.counts == {"actor": 1, "meeting": 1, "claim": 1}


def test_a_search_with_very_many_matches_is_cut_and_says_so() -> None:
    index = Index(Entry("thing", f"e:{n}", f"thing {n}") for n in range(500))
    assert index.find("thing", most=100).is_cut
    assert not index.find("thing 499", most=100).is_cut
    assert keys(index, "thing 499")[0] == "e:499"


def test_a_search_that_takes_too_long_ends_and_says_so() -> None:
    entries = [Entry("thing", f"e:{n}", "aa ab ac ad ae af ag", "a b c d e f g h " * 5) for n in range(3_000)]
    index = Index([*entries, Entry("thing", "e:one", "a b c")], seconds=0)
    found = index.find("a b c")
    assert found.is_cut
    assert [hit.entry.key for hit in found.hits] == ["e:one"]  # what is called so is found in any case
    assert not Index([Entry("thing", "e:one", "a b c")]).find("a b c").is_cut


def test_many_threads_ask_one_index() -> None:
    made: list[int] = []

    def entries() -> list[Entry]:
        made.append(1)
        return ENTRIES * 50

    searcher = Searcher()
    with ThreadPoolExecutor(8) as pool:
        answers = list(
            pool.map(lambda _: len(searcher.index(lambda: Index(entries())).find("kudlow").hits), range(200))
        )
    assert set(answers) == {150}
    assert made == [1]


def test_marks_stand_on_the_words_as_they_are_written() -> None:
    parts = marked("Zoë Ünal met Zoe.", phrases("zoe"))
    assert [part.text for part in parts if part.found] == ["Zoë", "Zoe"]
    assert [part.text for part in marked("北京会谈", phrases("京会")) if part.found] == ["京会"]
    assert [part.text for part in marked("أَمِيرَة بنت", phrases("أمير")) if part.found] == ["أَمِيرَة"]


def test_a_long_text_is_shown_around_the_first_match() -> None:
    text = "word " * 500 + "needle" + " word" * 500
    shown = passage(text, phrases("needle"))
    assert len("".join(part.text for part in shown)) < 300
    assert [part.text for part in shown if part.found] == ["needle"]
    assert shown[0].text == shown[-1].text == "…"


def test_folding_keeps_nothing_invisible() -> None:
    assert fold("a\u200fb\u0301C") == "abc"
