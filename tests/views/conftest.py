"""What the tests of the views share: cases, hostile text, and a browser that opens pages from disk."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path

import pytest

from kg import pages
from kg.graph import KnowledgeGraph
from kg.views.report import ReportData
from tests.windows import Look

HERE = Path(__file__).resolve().parent
HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(2)>',
    "]]><svg onload=alert(3)>",
    "{{ 7 * 7 }} {% raw %}",
    "</title></style></script><!--",
    "\u202eright to left\u202c שלום العربية",
    "🎭 emoji 🤝 and a flag 🇨🇳",
    "javascript:alert(4)",
    "a" * 300,
    "many words in a row " * 15,
    "line\u2028separator",
    "**bold** [link](http://evil.example/) | pipe # head `code`",
)
VOID = {"meta", "link", "img", "br", "hr", "input", "path", "rect", "circle", "line", "polygon"}


@dataclass
class Page(HTMLParser):
    """A parsed page: its tags with their attributes, and its text."""

    tags: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    words: list[str] = field(default_factory=list)

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags, self.words = [], []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    def count(self, tag: str) -> int:
        return sum(name == tag for name, _ in self.tags)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())

    def outside(self) -> list[str]:
        """Every address that a browser would fetch from elsewhere."""
        fetched = {"src", "srcset", "poster", "data", "xlink:href", "action", "formaction"}
        found = [v for _, attrs in self.tags for name, v in attrs.items() if name in fetched]
        return found + [a.get("href", "") for tag, a in self.tags if tag in ("link", "image", "use", "base")]

    @property
    def policy(self) -> str:
        """The content security policy of the page."""
        return next(a["content"] for t, a in self.tags if a.get("http-equiv") == "Content-Security-Policy")

    def handlers(self) -> list[str]:
        return [name for _, attrs in self.tags for name in attrs if name.startswith("on")]


@pytest.fixture(scope="session")
def harbour() -> KnowledgeGraph:
    """A made-up case with one of everything a report can show."""
    return KnowledgeGraph.load(HERE / "cases" / "harbour.yaml")


@pytest.fixture(scope="session")
def harbour_data(harbour: KnowledgeGraph) -> ReportData:
    return pages.report_data(harbour)


@pytest.fixture(scope="session")
def first_data(first_case: KnowledgeGraph) -> ReportData:
    return pages.report_data(first_case)


@pytest.fixture
def hostile(tmp_path: Path) -> Callable[[str], KnowledgeGraph]:
    """Build a small case in which every name, quote and reading is one hostile text."""

    def build(text: str) -> KnowledgeGraph:
        quoted = '"' + "".join(_yaml(character) for character in text) + '"'
        source = (HERE / "cases" / "hostile.yaml").read_text(encoding="utf-8").replace("HOSTILE", quoted)
        (tmp_path / "hostile.yaml").write_text(source, encoding="utf-8")
        return KnowledgeGraph.load(tmp_path / "hostile.yaml")

    return build


def _yaml(character: str) -> str:
    return (
        character
        if character.isascii() and character.isprintable() and character not in '"\\'
        else (f"\\U{ord(character):08x}")
    )


@pytest.fixture
def open_page(look: Callable[..., Look], tmp_path: Path) -> Callable[..., Look]:
    """Open HTML from disk."""

    def show(html: str, **how: object) -> Look:
        file = tmp_path / f"page-{len(list(tmp_path.glob('page-*')))}.html"
        file.write_text(html, encoding="utf-8")
        seen = look("file://", **how)
        seen.page.goto(file.as_uri())
        seen.page.wait_for_timeout(120)
        return seen

    return show
