"""Every page of a dossier full of hostile text, found by following every link: nothing of it runs, nothing is broken."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urljoin, urlsplit
from xml.etree import ElementTree as ET

import pyoxigraph as ox
import pytest
from starlette.testclient import TestClient

from kg.web.state import State
from tests.web.served import BASE, client_of, state_of

NASTY = Path(__file__).resolve().parents[1] / "explorer" / "cases" / "nasty.yaml"
OF_ONE_SHAPE = 9
"""Addresses of one shape (the kind of page, the form, what its query is about) that are followed."""

RUNS = {"script", "iframe", "object", "embed", "applet", "base", "frame", "frameset", "img", "style", "video", "audio"}
BAD_ADDRESS = re.compile(r"\s*(javascript|data|vbscript|file):", re.IGNORECASE)
NOT_ESCAPED = re.compile(r"(?<!\\)<(script|img|svg|b|i|u|iframe|a|/)\b", re.IGNORECASE)


@dataclass
class Seen(HTMLParser):
    """What a page holds that matters: its links, and what could run."""

    links: set[str] = field(default_factory=set)
    faults: list[str] = field(default_factory=list)
    headings: list[str] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {key: value or "" for key, value in attrs}
        ours = tag == "script" and (
            values.get("src", "").startswith("/assets/") or values.get("type") == "application/json"
        )
        if tag in RUNS and not ours:
            self.faults.append(f"<{tag} {values}>")
        for name, value in values.items():
            if name.startswith("on") or name in ("style", "srcdoc", "formaction"):
                self.faults.append(f"<{tag} {name}={value!r}>")
            if name in ("href", "src", "action", "xlink:href"):
                if BAD_ADDRESS.match(value) or urlsplit(urljoin(BASE, value)).netloc != urlsplit(BASE).netloc:
                    if not (
                        tag == "a"
                        and value.startswith(("http://", "https://"))
                        and "noreferrer" in values.get("rel", "")
                    ):
                        self.faults.append(f"<{tag} {name}={value!r}>")
                elif name == "href":
                    self.links.add(value)
        if tag == "h1":
            self.headings.append(tag)
        if "id" in values:
            self.ids.append(values["id"])


@pytest.fixture(scope="module")
def nasty() -> Iterator[State]:
    made = state_of(NASTY)
    yield made
    made.close()


@pytest.fixture(scope="module")
def crawled(nasty: State) -> dict[str, tuple[int, str, str]]:
    """Every address that can be reached, with the status, the media type and the text of its answer."""
    found: dict[str, tuple[int, str, str]] = {}
    with client_of(nasty) as client:
        queue = ["/"]
        shapes: Counter[tuple[object, ...]] = Counter()
        while queue:
            address = queue.pop(0)
            if address in found or shapes[_shape(address)] >= OF_ONE_SHAPE:
                continue
            shapes[_shape(address)] += 1
            answer = client.get(address, headers={"Accept": "text/html"}, follow_redirects=True)
            found[address] = (answer.status_code, answer.headers["content-type"].partition(";")[0], answer.text)
            if "html" in answer.headers["content-type"]:
                seen = Seen()
                seen.feed(answer.text)
                queue += sorted(link for link in _inside(seen.links, address) if link not in found)
    return found


def _shape(address: str) -> tuple[object, ...]:
    parts = urlsplit(address)
    names = parts.path.split("/")
    form = names[-1].rpartition(".")[2] if "." in names[-1] else ""
    return names[1].partition(".")[0], len(names), form, parts.query.partition("=")[0]


def _inside(links: set[str], page: str) -> Iterator[str]:
    for link in links:
        address = urljoin(BASE + page, link).removeprefix(BASE).partition("#")[0]
        query = urlsplit(address).query
        if address and query.count("=") <= 1 and "query=" not in query:
            yield address


def test_there_is_something_to_crawl(crawled: dict[str, tuple[int, str, str]]) -> None:
    first_parts = {urlsplit(address).path.split("/")[1].partition(".")[0] for address in crawled}
    wanted = {
        "dispute",
        "accounts",
        "actor",
        "actors",
        "institution",
        "meeting",
        "issue",
        "claim",
        "document",
        "timeline",
    }
    assert wanted <= first_parts, wanted - first_parts
    assert len(crawled) > 150


def test_every_link_leads_to_a_page(crawled: dict[str, tuple[int, str, str]]) -> None:
    assert [(address, status) for address, (status, _, _) in crawled.items() if status != 200] == []


def test_nothing_of_the_data_runs(crawled: dict[str, tuple[int, str, str]]) -> None:
    faults = []
    for address, (_, kind, text) in crawled.items():
        if kind == "text/html":
            seen = Seen()
            seen.feed(text)
            faults += [(address, fault) for fault in seen.faults]
    assert faults == []


def test_every_page_has_one_heading_and_no_id_twice(crawled: dict[str, tuple[int, str, str]]) -> None:
    wrong = []
    for address, (_, kind, text) in crawled.items():
        if kind == "text/html":
            seen = Seen()
            seen.feed(text)
            twice = {one for one in seen.ids if seen.ids.count(one) > 1}
            if len(seen.headings) != 1 or twice:
                wrong.append((address, len(seen.headings), twice))
    assert wrong == []


def test_no_page_tells_a_secret(crawled: dict[str, tuple[int, str, str]]) -> None:
    assert [address for address, (_, _, text) in crawled.items() if "SECRET-" in text] == []


def test_every_twin_can_be_read(crawled: dict[str, tuple[int, str, str]]) -> None:
    kinds = {"application/json": 0, "text/turtle": 0, "image/svg+xml": 0, "text/markdown": 0}
    wrong = []
    for address, (_, kind, text) in crawled.items():
        kinds[kind] = kinds.get(kind, 0) + 1
        try:
            match kind:
                case "application/json":
                    json.loads(text)
                case "text/turtle":
                    list(ox.parse(text, format=ox.RdfFormat.TURTLE))
                case "image/svg+xml":
                    wrong += [(address, fault) for fault in _in_drawing(text)]
                case "text/markdown":
                    wrong += [(address, text[max(0, one.start() - 40) : one.end()]) for one in _raw_html(text)]
        except (ValueError, SyntaxError, ET.ParseError) as error:
            wrong.append((address, str(error)))
    assert wrong == []
    assert all(kinds.values()), kinds


def _in_drawing(text: str) -> Iterator[str]:
    for element in ET.fromstring(text).iter():  # noqa: S314 - our own
        name = element.tag.rpartition("}")[2]
        if name in ("script", "foreignObject", "image", "use", "iframe"):
            yield name
        for key, value in element.attrib.items():
            short = key.rpartition("}")[2]
            if short.startswith("on") or (short == "href" and BAD_ADDRESS.match(value)):
                yield f"{name} {short}={value}"


def _raw_html(text: str) -> Iterator[re.Match[str]]:
    ours = r'<a id="[a-z0-9-]+"></a>'
    outside = re.sub(rf"(?ms)^(`{{3,}}).*?^\1|(`+)(?!`).*?(?<!`)\2(?!`)|{ours}", "", text)
    yield from NOT_ESCAPED.finditer(outside)


def test_twins_of_other_shapes_are_not_shown_as_pages(nasty: State) -> None:
    client: TestClient = client_of(nasty)
    for path in ("/index.md", "/index.json", "/index.ttl", "/actors.md", "/claims.ttl"):
        answer = client.get(path)
        assert "html" not in answer.headers["content-type"]
        assert answer.headers["x-content-type-options"] == "nosniff"
