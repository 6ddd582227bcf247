"""Write a page in one of its forms: HTML from its template, or one of the twins."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files

from jinja2 import ChoiceLoader, Environment, PackageLoader
from markupsafe import Markup

from kg.explorer.explorer import Explorer
from kg.explorer.page import Page, Ref, ShownQuery, as_json
from kg.explorer.site import Address, Site
from kg.formats import write_graph
from kg.views.markdown import escape
from kg.views.page import asset as view_asset
from kg.views.page import clean, html_environment, trusted
from kg.vocab import PREFIXES
from kg.wording import capital

MEDIA_TYPES: Mapping[str, str] = {
    "html": "text/html",
    "json": "application/json",
    "ttl": "text/turtle",
    "md": "text/markdown",
    "svg": "image/svg+xml",
    "csv": "text/csv",
}
"""The forms of a page, by the end of its address."""

MENU: tuple[tuple[str, str, Address], ...] = (
    ("disputes", "Disputes", Address()),
    ("accounts", "Accounts", Address.of("accounts")),
    ("timeline", "Timeline", Address.of("timeline")),
    ("actors", "Actors", Address.of("actors")),
    ("institutions", "Institutions", Address.of("institutions")),
    ("meetings", "Meetings", Address.of("meetings")),
    ("issues", "Issues", Address.of("issues")),
    ("documents", "Sources", Address.of("documents")),
    ("graph", "Graph", Address.of("graph")),
    ("sparql", "SPARQL", Address.of("sparql")),
)
"""The entries of the menu: section, words, address."""
SEARCH = Address.of("search")


def write(page: Page, explorer: Explorer, site: Site, form: str = "html") -> str:
    """Write a page in a form of `page.forms`, or as HTML."""
    match form:
        case "html":
            return html(page, explorer, site)
        case "json":
            return as_json(page.data())
        case "ttl":
            return write_graph(page.triples(), "ttl", PREFIXES)
        case "md":
            return page.markdown()
        case "svg" if page.svg is not None:
            return page.svg()
        case "csv" if page.csv is not None:
            return page.csv()
    raise ValueError(f"a page has no form {form}")


def html(page: Page, explorer: Explorer, site: Site, *, policy: str = "", version: str = "") -> str:
    """Fill the template of a page.

    `policy` is a content security policy for a page that no server sends one with; `version` that of the data, which a
    server tells to pages that are to be loaded again.
    """
    template = environment().get_template(page.template)
    return template.render(
        page=page, explorer=explorer, site=site, menu=MENU, policy=policy, version=version, **page.values
    )


@lru_cache(maxsize=1)
def environment() -> Environment:
    """Return the Jinja environment of the pages; every value is escaped unless it is `Markup`."""
    loaders = [PackageLoader(package, "templates") for package in ("kg.explorer", "kg.views")]
    made = html_environment(ChoiceLoader(loaders))
    made.filters["drawing"] = trusted  # only for SVG made by kg.views
    made.globals |= {"link": link, "media_types": MEDIA_TYPES, "search_address": SEARCH}
    made.globals |= {"asked_address": _asked, "saved_ref": _saved}
    return made


def _asked(query: ShownQuery) -> Address:
    return Address.of("sparql", query=query.text)


def _saved(query: ShownQuery) -> Ref:
    return Ref(query.name, Address.of("query", query.name))


def link(site: Site, ref: Ref, css: str = "") -> Markup:
    """Write a reference as a link, or as a word where there is no page. In templates: `{{ link(site, ref) }}`."""
    words = Markup("<bdi>{}</bdi>").format(clean(ref.text))
    href = site.href(ref.address) if ref.address is not None else ""
    if not href:
        return words
    if css:
        return Markup('<a class="{}" href="{}">{}</a>').format(css, href, words)
    return Markup('<a href="{}">{}</a>').format(href, words)


def fault(status: int, title: str, message: str, explorer: Explorer, site: Site) -> str:
    """Write the page that says why there is nothing to show: `message` is for people, and offers the nearest."""
    said = capital(message)
    said = said if said.endswith((".", "?", "!")) else f"{said}."
    page = Page(
        address=Address(),
        title=title,
        template="fault.html.j2",
        values={"status": status, "message": said},
        data=lambda: {"status": status, "title": title, "message": said},
        triples=tuple,
        markdown=lambda: f"# {escape(title)}\n\n{escape(said)}\n",
    )
    return html(page, explorer, site)


SHEETS = ("base.css", "drawing.css", "lifeline.css", "network_svg.css", "report.css")
"""The style sheets of the views: `explorer.css` is theirs and what the pages add, so that both look alike."""


def asset(name: str) -> bytes:
    """Return a style sheet or a script of the explorer."""
    own = files("kg.explorer").joinpath("assets", name).read_bytes()
    return "".join(map(view_asset, SHEETS)).encode() + own if name == "explorer.css" else own


def assets() -> tuple[str, ...]:
    """Return the names of all assets."""
    return tuple(sorted(one.name for one in files("kg.explorer").joinpath("assets").iterdir() if one.is_file()))
