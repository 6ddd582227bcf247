"""SVG as text: valid XML whatever stands in it."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.views.svg import drawing, element, shorten, text, text_width, wrap
from tests.views.conftest import HOSTILE


@given(st.text())
def test_any_text_gives_valid_xml_that_says_the_same(words: str) -> None:
    svg = drawing(10, 10, words, [element("text", text(words), x=1, class_=words)])
    root = ElementTree.fromstring(svg)  # noqa: S314  # made here
    shown = root.find("{http://www.w3.org/2000/svg}text")
    assert shown is not None
    assert len(shown.text or "") == len(words)
    assert len(list(root)) == 2


@pytest.mark.parametrize("words", HOSTILE)
def test_markup_stays_text(words: str) -> None:
    assert "<script" not in element("text", text(words), title=words)
    assert "<img" not in element("text", text(words), title=words)


@given(st.text(max_size=80), st.integers(20, 300), st.integers(1, 4))
def test_wrapped_lines_fit_and_are_no_more_than_asked(words: str, width: int, lines: int) -> None:
    rows = wrap(words, width, 12, lines)
    assert len(rows) <= lines
    assert all(text_width(row, 12) <= width + 14 for row in rows)


def test_cut_text_says_that_it_was_cut() -> None:
    assert shorten("a long label", 40, 12).endswith("…")
    assert shorten("short", 400, 12) == "short"


def test_combining_marks_take_no_room() -> None:
    assert text_width("e\u0301", 10) == text_width("e", 10)
