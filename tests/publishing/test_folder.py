"""The published folder: every link leads to a file, nothing is fetched, nothing confidential is in it."""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Iterator
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit
from xml.etree import ElementTree

import pyoxigraph as ox
import pytest
from click.testing import CliRunner

from kg.cli import main
from kg.explorer.explorer import Explorer
from kg.explorer.opening import open_explorer
from kg.explorer.routes import addresses
from kg.explorer.site import file_of
from kg.graph import KnowledgeGraph
from kg.publishing import publish
from tests.conftest import CASE, NASTY, ROOT

SECRET = re.compile(rb"SECRET-|nasty\.yaml|#identity|neg:identity|" + re.escape(str(ROOT).encode()))


class Links(HTMLParser):
    """Every address that a page leads to or loads, its ids, and what it must not have."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.ids: set[str] = set()
        self.inline: list[str] = []
        self.forms = 0
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name in ("href", "src", "xlink:href") and value is not None:
                self.links.append(value)
            elif name == "id" and value:
                self.ids.add(value)
            elif name == "style" or name.startswith("on"):
                self.inline.append(f"{tag} {name}")
        if tag == "style" or (tag == "script" and not dict(attrs).get("src") and "json" not in str(dict(attrs))):
            self.inline.append(tag)
        self.forms += tag == "form"


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with one person in it."""
    file = tmp_path_factory.mktemp("tiny") / "tiny.yaml"
    file.write_text("dossier: https://example.org/tiny\ntitle: Tiny\npeople: {ann: {name: Ann}}\n", encoding="utf-8")
    return file


def test_each_page_is_there_with_its_twins(explorer: Explorer, published: Path) -> None:
    known = list(addresses(explorer))
    assert len(known) > 100
    for address in known:
        for form in ("html", "json", "md"):
            assert (published / file_of(address, form)).stat().st_size > 0
        assert (published / file_of(address, "ttl")).is_file()  # empty where nobody has changed position, say


@pytest.mark.parametrize("name", ["published", "published_nasty"])
def test_every_link_leads_to_a_file_of_the_folder(name: str, request: pytest.FixtureRequest) -> None:
    place: Path = request.getfixturevalue(name)
    pages = _parsed(place)
    broken = sorted({f"{page.relative_to(place)}: {link}" for page, found in pages.items() for link in found.links
                     if not _leads_somewhere(link, page, place, pages)})  # fmt: skip
    assert broken == []


def _leads_somewhere(link: str, page: Path, place: Path, pages: dict[Path, Links]) -> bool:
    parts = urlsplit(link)
    if parts.scheme or parts.netloc or parts.query or link.startswith("/"):
        return False
    target = (page.parent / unquote(parts.path)).resolve() if parts.path else page
    if not target.is_file() or place.resolve() not in target.parents:
        return False
    return not parts.fragment or target.suffix != ".html" or unquote(parts.fragment) in pages[place / target.relative_to(place.resolve())].ids  # fmt: skip


@pytest.mark.parametrize("name", ["published", "published_nasty"])
def test_no_page_runs_or_styles_anything_inline(name: str, request: pytest.FixtureRequest) -> None:
    place: Path = request.getfixturevalue(name)
    for page, found in _parsed(place).items():
        assert found.inline == [], page
        assert 'http-equiv="Content-Security-Policy"' in page.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["published", "published_nasty"])
def test_every_twin_can_be_read(name: str, request: pytest.FixtureRequest) -> None:
    place: Path = request.getfixturevalue(name)
    for path in _files(place):
        match path.suffix:
            case ".json":
                json.loads(path.read_text(encoding="utf-8"))
            case ".ttl":
                list(ox.parse(path.read_bytes(), format=ox.RdfFormat.TURTLE))
            case ".svg":
                ElementTree.fromstring(path.read_bytes())  # noqa: S314  # our own drawings
            case ".trig":
                assert list(ox.parse(path.read_bytes(), format=ox.RdfFormat.TRIG))


def test_nothing_confidential_is_in_any_file(published_nasty: Path) -> None:
    files = list(_files(published_nasty))
    assert len(files) > 50
    assert [path for path in files if SECRET.search(path.read_bytes())] == []
    assert [path for path in files if SECRET.search(str(path.relative_to(published_nasty)).encode())] == []


def test_the_secrets_are_found_where_they_were_asked_for(tmp_path: Path) -> None:
    done = CliRunner().invoke(main, ["publish", "--confidential", str(NASTY), str(tmp_path / "all")])
    assert done.exit_code == 0, done.output
    everything = b"".join(path.read_bytes() for path in _files(tmp_path / "all"))
    for secret in (b"SECRET-hidden-person", b"SECRET-leaked-memo", b"SECRET-quote", b"SECRET-reading"):
        assert secret in everything


def test_the_same_pages_give_the_same_bytes(published_nasty: Path, tmp_path: Path) -> None:
    done = CliRunner().invoke(main, ["publish", str(NASTY), str(tmp_path / "again")])
    assert done.exit_code == 0, done.output
    assert _contents(tmp_path / "again") == _contents(published_nasty)


def test_a_folder_of_something_else_is_left_alone(tiny: Path, tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work")
    done = CliRunner().invoke(main, ["publish", str(tiny), str(tmp_path)])
    assert done.exit_code == 2
    assert "is not empty" in done.output
    assert (tmp_path / "thesis.txt").read_text() == "years of work"
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_what_was_published_before_is_replaced(tiny: Path, tmp_path: Path) -> None:
    explorer = open_explorer(KnowledgeGraph.load(tiny))
    place = tmp_path / "talks"
    publish(explorer, place)
    (place / "actor" / "gone.html").write_text("somebody who is not in it any more")
    publish(explorer, place)
    assert not (place / "actor" / "gone.html").exists()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["talks"]


def test_too_many_pages_are_refused_before_anything_is_written(tmp_path: Path) -> None:
    done = CliRunner().invoke(main, ["publish", "--most", "20", str(CASE), str(tmp_path / "talks")])
    assert done.exit_code == 2
    assert "more than 20 pages" in done.output
    assert list(tmp_path.iterdir()) == []


def test_one_file_to_mail(tiny: Path, tmp_path: Path) -> None:
    done = CliRunner().invoke(main, ["publish", str(tiny), str(tmp_path / "talks.zip")])
    assert done.exit_code == 0, done.output
    with zipfile.ZipFile(tmp_path / "talks.zip") as archive:
        names = archive.namelist()
        assert archive.testzip() is None
    assert "talks/index.html" in names
    assert all(name.startswith("talks/") and ".." not in name for name in names)


def test_the_target_is_missing() -> None:
    done = CliRunner().invoke(main, ["publish", str(CASE)])
    assert done.exit_code == 2
    assert "PATH... FOLDER" in done.output


@cache
def _parsed(place: Path) -> dict[Path, Links]:
    return {path: Links(path.read_text(encoding="utf-8")) for path in place.rglob("*.html")}


def _files(place: Path) -> Iterator[Path]:
    return (path for path in sorted(place.rglob("*")) if path.is_file())


def _contents(place: Path) -> dict[str, bytes]:
    return {str(path.relative_to(place)): path.read_bytes() for path in _files(place)}
