"""Quotes are found letter by letter, in one place, or said to be orphaned; texts stay in their folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.errors import BadInput
from kg.formats import read, write_graph
from kg.model import Quote
from kg.quotes import Found, UnsafePath, find, plain, sha256, text_file
from kg.rdf import TRUE
from kg.terms import Iri
from kg.vocab import NEG

TEXT = "He said \u201cno\u201d, and then\nno again. No more."


@pytest.mark.parametrize(
    ("quote", "found"),
    [
        (Quote("again"), Found.ONCE),
        (Quote("no"), Found.OFTEN),
        (Quote("no", suffix=" again"), Found.ONCE),
        (Quote("no", prefix="\u201c"), Found.ONCE),
        (Quote("no", prefix="\u201c", suffix=" again"), Found.NOWHERE),
        (Quote("never"), Found.NOWHERE),
        (Quote(""), Found.NOWHERE),
        (Quote("He", prefix="x"), Found.NOWHERE),
    ],
)
def test_a_quote_is_found_once_or_not(quote: Quote, found: Found) -> None:
    anchor = find(quote, TEXT)
    assert anchor.found is found
    assert (anchor.span is None) == bool(anchor.reason)
    if anchor.span:
        assert TEXT[slice(*anchor.span)] == quote.exact


def test_overlapping_places_are_counted() -> None:
    assert find(Quote("aa"), "aaa").found is Found.OFTEN


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        ("then no again", "spaces, line breaks"),
        ('said "no", and', "the shape of quotation marks"),
        ("HE SAID", "capital letters"),
        ("never", "are not in the text"),
    ],
)
def test_a_near_match_is_said_but_never_taken(words: str, hint: str) -> None:
    anchor = find(Quote(words), TEXT)
    assert anchor.found is Found.NOWHERE
    assert hint in anchor.reason


def test_levelling_is_only_about_typography() -> None:
    assert plain("a\u00a0\u2014 b\u00ad\n") == "a - b"
    assert plain("yes") != plain("no")


@pytest.mark.parametrize("name", ["../x", "a/../../x", "/etc/passwd", "C:\\x", "..\\x", "a\x00b", "C:x"])
def test_a_text_outside_the_folder_is_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(UnsafePath):
        text_file(name, tmp_path)


def test_a_link_out_of_the_folder_is_refused(tmp_path: Path) -> None:
    inside = tmp_path / "case"
    inside.mkdir()
    (tmp_path / "secret.txt").write_text("s")
    (inside / "link.txt").symlink_to(tmp_path / "secret.txt")
    with pytest.raises(UnsafePath, match="link"):
        text_file("link.txt", inside)


def test_a_text_in_a_folder_below_is_taken(tmp_path: Path) -> None:
    assert text_file("texts/a.txt", tmp_path) == tmp_path / "texts" / "a.txt"


def dossier(tmp_path: Path, text: str, mention: str, sha: str = "") -> Path:
    (tmp_path / "t.txt").write_text(text, encoding="utf-8")
    path = tmp_path / "d.yaml"
    path.write_text(
        "dossier: https://example.org/d\n"
        f"documents:\n  doc: {{text: t.txt{sha}}}\n"
        "people:\n  ann: {name: Ann}\n"
        "claims:\n"
        "  c:\n"
        "    by: ann\n"
        "    on: 2019\n"
        "    affirms: [ann, is, Official]\n"
        f"    mention: [{{in: doc}}, {mention}]\n",
        encoding="utf-8",
    )
    return path


def test_an_orphaned_quote_is_reported_with_its_line_and_marked_in_the_graph(tmp_path: Path) -> None:
    (source,) = read(dossier(tmp_path, "Ann is out.", "{in: doc, exact: Ann is in}"))
    (orphan,) = source.orphans
    assert orphan.claim == "https://example.org/d/c"
    assert orphan.document == "https://example.org/d/doc"
    assert orphan.quote == Quote("Ann is in")
    assert (orphan.line, orphan.reason) == (11, "the words are not in the text")
    mention = Iri("https://example.org/d/c/mention/2")
    assert (mention, NEG.orphaned, TRUE) in source.triples


def test_an_ambiguous_quote_is_an_orphan_until_it_says_what_is_around_it(tmp_path: Path) -> None:
    text = "Ann is in. Bob says Ann is in."
    (source,) = read(dossier(tmp_path, text, "{in: doc, exact: Ann is in}"))
    assert "2 places" in source.orphans[0].reason
    (source,) = read(dossier(tmp_path, text, '{in: doc, exact: Ann is in, before: "says "}'))
    assert source.orphans == ()


def test_a_text_that_is_not_the_recorded_one_is_said(tmp_path: Path) -> None:
    good = sha256(b"Ann is in.")
    (source,) = read(dossier(tmp_path, "Ann is in.", "{in: doc, exact: Ann is in}", f", sha256: {good}"))
    assert source.orphans == ()
    (source,) = read(dossier(tmp_path, "Ann is in!", "{in: doc, exact: Ann is in}", f", sha256: {good}"))
    (orphan,) = source.orphans
    assert (orphan.claim, orphan.quote) == (None, None)
    assert "is not the one that was recorded" in orphan.reason


def test_quotes_of_an_rdf_file_are_looked_up_where_its_text_is_there(tmp_path: Path) -> None:
    (source,) = read(dossier(tmp_path, "Ann is out.", "{in: doc, exact: Ann is in}"))
    turtle = tmp_path / "export" / "d.ttl"
    turtle.parent.mkdir()
    turtle.write_text(write_graph(source.triples, "ttl"), encoding="utf-8")
    (away,) = read(turtle)
    assert away.orphans == ()
    assert any(triple.p == NEG.orphaned for triple in away.triples), "nothing new is known"
    (turtle.parent / "t.txt").write_text("Ann is out.")
    (beside,) = read(turtle)
    assert [orphan.quote for orphan in beside.orphans] == [Quote("Ann is in")]
    (turtle.parent / "t.txt").write_text("Ann is in.")
    (mended,) = read(turtle)
    assert mended.orphans == ()
    assert not any(triple.p == NEG.orphaned for triple in mended.triples)


def test_a_text_that_is_not_utf8_is_a_fault(tmp_path: Path) -> None:
    path = dossier(tmp_path, "", "{in: doc, exact: x}")
    (tmp_path / "t.txt").write_bytes(b"\xff\xfe")
    with pytest.raises(BadInput, match=r'the text "t\.txt" is not UTF-8'):
        read(path)
