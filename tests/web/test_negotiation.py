"""What is sent for which header Accept."""

from __future__ import annotations

import pytest

from kg.web.negotiation import form_wanted, prefers_html, ranges
from kg.web.results import GRAPHS, RESULTS, wanted

CHROME = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"
PAGE = ("html", "json", "ttl", "md", "svg")


@pytest.mark.parametrize(
    ("accept", "form"),
    [
        ("", "html"),
        ("*/*", "html"),
        (CHROME, "html"),
        ("text/turtle", "ttl"),
        ("text/turtle;q=0.5, application/json;q=0.6", "json"),
        ("text/*", "html"),
        ("text/*, text/html;q=0.1", "ttl"),  # what is said of a type itself goes before what is said of its kind
        ("application/json, text/html;q=0", "json"),
        ("TEXT/TURTLE; charset=utf-8; Q=0.9", "ttl"),
        ("image/svg+xml", "svg"),
        ("application/pdf", None),
        ("text/turtle;q=0", None),
        ("nonsense", None),
        ("text/turtle;q=nan, text/markdown;q=0.1", "ttl"),
        ("," * 5_000 + "text/turtle", None),
    ],
)
def test_the_form_of_a_page(accept: str, form: str | None) -> None:
    assert form_wanted(accept, PAGE) == form


@pytest.mark.parametrize(
    ("accept", "results", "graphs"),
    [
        ("", "json", "ttl"),
        ("*/*", "json", "ttl"),
        ("application/json", "json", "jsonld"),
        ("application/xml", "xml", "rdf"),
        ("text/csv;q=0.2, text/tab-separated-values;q=0.3", "tsv", None),
        ("application/n-quads, text/csv", "csv", "nq"),
        ("application/sparql-results+xml, text/turtle;q=0.5", "xml", "ttl"),
    ],
)
def test_the_format_of_an_answer(accept: str, results: str, graphs: str | None) -> None:
    assert wanted(accept, RESULTS) == results
    if graphs is not None:
        assert wanted(accept, GRAPHS) == graphs


@pytest.mark.parametrize(
    ("accept", "is_browser"),
    [(CHROME, True), ("*/*", False), ("", False), ("text/html", True), ("text/html;q=0.1, text/csv", False)],
)
def test_who_would_rather_have_a_page(accept: str, is_browser: bool) -> None:
    assert prefers_html(accept, {**RESULTS, **GRAPHS}) is is_browser


def test_a_quality_is_never_above_one() -> None:
    assert [one.quality for one in ranges("a/b;q=1.9, a/c;q=0.12345, a/d;q=1.000")] == [1.0, 1.0, 1.0]
