"""Markdown: whatever stands in a name or a quote is shown as it is."""

from __future__ import annotations

from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from kg.views.markdown import anchor, escape
from tests.views.conftest import HOSTILE, Page

READER = MarkdownIt("gfm-like", {"linkify": False, "html": True})


def _shown(markdown: str) -> str:
    return " ".join(unescape(Page(READER.render(markdown)).text).split())


@pytest.mark.parametrize(
    "words", [*HOSTILE, "1. one", "- item", "+ item", "# head", "> quote", "a_b_c", "~~x~~", "=", "x\n\ny"]
)
def test_markup_is_shown_as_text(words: str) -> None:
    html = READER.render(escape(words))
    assert {tag for tag, _ in Page(html).tags} <= {"p"}
    assert _shown(escape(words)) == " ".join(words.split())


@given(st.text(st.characters(exclude_categories=["Cs", "Cc", "Cf", "Cn", "Co"])))
def test_any_text_is_shown_as_it_is_in_a_table_and_a_list(words: str) -> None:
    for frame in ("| a |\n| --- |\n| {} |\n", "- x {}\n", "**x{}**\n"):
        page = Page(READER.render(frame.format(escape(words))))
        allowed = {"table", "thead", "tbody", "tr", "th", "td", "ul", "li", "strong", "p"}
        assert {tag for tag, _ in page.tags} <= allowed


def test_an_anchor_holds_nothing_that_could_end_it() -> None:
    assert anchor('x"><script>') == "xscript"
