"""The frame of every page: menu, search, twins, SPARQL, faults; and that no text of the data becomes markup."""

from __future__ import annotations

import json
import re

import pyoxigraph
import pytest

from kg.explorer import rendering
from kg.explorer.explorer import Explorer
from kg.explorer.rendering import fault, html, write
from kg.explorer.routes import page_at
from kg.explorer.site import Address, FolderSite, ServerSite
from tests.explorer.conftest import Render
from tests.explorer.looking import Parsed, harbour, own_addresses, with_faults

HOME = Address()


def test_the_menu_says_where_one_is(explorer: Explorer, render: Render) -> None:
    page = Parsed(render(explorer, "accounts"))
    current = [attrs["href"] for tag, attrs in page.tags if tag == "a" and "aria-current" in attrs]
    assert current == ["/accounts"]
    assert page.count("h1") == 1
    assert page.count("main") == 1


def test_a_server_has_a_search_form_and_a_folder_has_none(explorer: Explorer) -> None:
    live = html(page_at(explorer, HOME), explorer, ServerSite())
    assert '<form class="search" role="search" action="/search" method="get">' in live
    folder = html(page_at(explorer, HOME), explorer, FolderSite(HOME, {HOME, Address.of("search")}))
    assert "<form" not in folder
    assert '<div class="search" id="search-here"><a href="search.html">' in folder


def test_a_folder_links_only_to_what_it_holds(explorer: Explorer) -> None:
    known = set(own_addresses(explorer))
    for address in known:
        page = Parsed(html(page_at(explorer, address), explorer, FolderSite(address, known)))
        outside = [href for href, _ in page.links if href.startswith(("/", "http"))]
        assert outside == []
        assert "run it" not in [words for _, words in page.links]
    home = Parsed(html(page_at(explorer, HOME), explorer, FolderSite(HOME, known)))
    assert "disputes/actor=larry-kudlow.html" in [href for href, _ in home.links]
    assert home.hrefs("Timeline") == []


def test_twins_stand_at_the_same_address(explorer: Explorer, render: Render) -> None:
    page = Parsed(render(explorer, "disputes?kind=presupposition"))
    twins = [href for href, words in page.links if words.startswith(".")]
    assert twins == [f"/disputes.{form}?kind=presupposition" for form in ("json", "ttl", "md")]
    alternates = [attrs["href"] for tag, attrs in page.tags if tag == "link" and attrs.get("rel") == "alternate"]
    assert alternates == twins


def test_every_twin_of_these_pages_can_be_read(explorer: Explorer) -> None:
    for address in own_addresses(explorer):
        page = page_at(explorer, address)
        assert page.address == address
        json.loads(write(page, explorer, ServerSite(), "json"))
        turtle = write(page, explorer, ServerSite(), "ttl")
        list(pyoxigraph.parse(turtle.encode(), format=pyoxigraph.RdfFormat.TURTLE))
        assert write(page, explorer, ServerSite(), "md").startswith("#") or "###" in write(
            page, explorer, ServerSite(), "md"
        )


def test_the_fold_shows_queries_that_can_be_run(explorer: Explorer, render: Render) -> None:
    page = Parsed(render(explorer, "disputes"))
    assert "Show the SPARQL" in page.text
    runs = page.hrefs("run it")
    assert len(runs) == 2
    assert all(href.startswith("/sparql?query=") for href in runs)


@pytest.mark.parametrize("large", [False, True])
def test_the_query_of_every_page_answers_something(large: bool) -> None:
    shown = harbour(large=large)
    ours = [address for address in own_addresses(shown) if not address.get("kind") or not large]
    found = {query.text: query.title for address in ours for query in page_at(shown, address).queries}
    assert len(found) > 3
    assert [title for text, title in found.items() if not shown.graph.everything.query(text)] == []


def test_files_that_cannot_be_read_are_said_on_every_page(explorer: Explorer) -> None:
    broken = with_faults(explorer, 'talks.yaml:3:1: unknown actor "<b>"')
    shown = html(page_at(broken, HOME), broken, ServerSite())
    assert "This is the last good version" in shown
    assert "unknown actor &#34;&lt;b&gt;&#34;" in shown
    assert "This is the last good version" not in html(page_at(explorer, HOME), explorer, ServerSite())


def test_the_version_of_the_data_is_told_to_the_browser(explorer: Explorer) -> None:
    live = html(page_at(explorer, HOME), explorer, ServerSite(), version="7")
    assert '<html lang="en" data-version="7"' in live
    assert "/assets/live.js" in live
    folder = html(page_at(explorer, HOME), explorer, FolderSite(HOME, {HOME}), policy="default-src 'none'")
    assert "live.js" not in folder
    assert '<meta http-equiv="Content-Security-Policy" content="default-src &#39;none&#39;">' in folder


def test_a_fault_says_what_and_offers_a_way_on(explorer: Explorer) -> None:
    page = Parsed(fault(404, "There is no such page", 'no <b>meeting</b> "x"', explorer, ServerSite()))
    assert 'No <b>meeting</b> "x".' in page.text
    assert "/" in page.hrefs("To the disputes")
    assert [words for _, words in page.links if words.startswith(".")] == []


def test_the_pages_look_as_the_reports_do() -> None:
    sheet = rendering.asset("explorer.css").decode()
    assert "--paper: #fbfaf7" in sheet
    assert "@media print" in sheet
    assert ".row-sides" in sheet
    assert "http" not in sheet.replace("http://www.w3.org", "")


@pytest.mark.parametrize("which", ["nasty", "harbour"])
def test_nothing_in_the_data_becomes_markup_or_style(which: str, nasty: Explorer) -> None:
    shown = nasty if which == "nasty" else harbour()
    for address in own_addresses(shown):
        text = html(page_at(shown, address), shown, ServerSite())
        page = Parsed(text)
        names = {name for _, attrs in page.tags for name in attrs}
        assert not {name for name in names if name == "style" or name.startswith("on")}, address
        assert page.count("style") == 0
        assert all(
            "src" in attrs or attrs.get("type") == "application/json" for tag, attrs in page.tags if tag == "script"
        )
        assert not {tag for tag, _ in page.tags} & {"img", "b", "i", "u", "iframe", "object"}
        assert "SECRET-" not in text
        assert not [href for href, _ in page.links if href.lower().startswith(("javascript:", "data:"))]


def test_hostile_text_stays_text_in_markdown(nasty: Explorer) -> None:
    for address in own_addresses(nasty):
        text = write(page_at(nasty, address), nasty, ServerSite(), "md")
        assert not re.search(r"(?<!\\)<(script|img|b|i|svg|u)\b", text)
        assert "SECRET-" not in text
