"""The page of a thing: which page it has, the sections that every kind of page can have, and the page's twins."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice

from kg.contradiction.results import Conflict
from kg.errors import did_you_mean
from kg.explorer.cards import dispute_row
from kg.explorer.catalog import MOST_LISTED, PAGE, Filter
from kg.explorer.explorer import Explorer
from kg.explorer.gathering.changes import change_lines
from kg.explorer.gathering.facts import (
    called,
    cut_short,
    facts_of,
    groups_of,
    kinds_of,
    listed_kinds,
    may_be_shown,
    sources_of,
    title_of,
)
from kg.explorer.gathering.life import life_line
from kg.explorer.gathering.lifeline import Life, life_section
from kg.explorer.gathering.paging import Paging, further, part
from kg.explorer.gathering.said import claim_lines
from kg.explorer.gathering.sections import Changes, Claims, Disputes, Drawing, Facts, Links, Section, facts_json
from kg.explorer.markdown import render
from kg.explorer.page import Json, Moved, NotFound, Page, Ref, ShownQuery
from kg.explorer.site import Address
from kg.terms import Iri, Triple
from kg.wording import capital

SAID, ABOUT, SIDES, DISPUTED, NAMED = "page", "about", "sides", "disputes", "named"
"""The keys of the query by which the long lists of a page are turned."""
DISPUTES_SHOWN = 10
CLAIMS_SHOWN = 25
"""How many disputes and claims a part of a page shows at a time; each of them has to be read."""
NEAREST_OF = 5_000
"""Up to so many things, the nearest name to a wrong one is looked for."""


def thing_at(explorer: Explorer, address: Address) -> Iri:
    """Return the thing of an address; raises `Moved` if its page stands elsewhere, `NotFound` if nothing is known."""
    if len(address.parts) != 2:
        raise NotFound(f"a page is called {address.parts[0]}/NAME")
    kind, name = address.parts
    try:
        node = explorer.node(name)
    except NotFound as fault:
        raise NotFound(f"{fault}{_nearest(explorer, name)}") from None
    home = explorer.address(node)
    if home is None or not _is_known(explorer, node):
        raise NotFound(f'nothing is known of "{name}"{_nearest(explorer, name)}')
    if home.parts != (kind, name):
        raise Moved(Address(home.parts, address.query))
    return node


def _is_known(explorer: Explorer, node: Iri) -> bool:
    catalog = explorer.catalog
    return bool(
        catalog.facts(node)
        or catalog.claims_by(node, 0, 0).total
        or catalog.claims_about(node, 0, 0).total
        or catalog.referring(node, 0, 0).total
        or catalog.claims_in(node, 0, 0).total
    )


def _nearest(explorer: Explorer, name: str) -> str:
    if explorer.graph.is_large:
        return ""
    nodes = islice(explorer.catalog.all_things(), NEAREST_OF)
    return did_you_mean(name, [explorer.names.name(node) for node in nodes if isinstance(node, Iri)])


# --- Sections -------------------------------------------------------------------------------------


def facts_section(explorer: Explorer, node: Iri, without: Iterable[Iri] = ()) -> Facts:
    """What the recorder states about a thing; `without` are properties that another section shows."""
    facts = facts_of(explorer, node)
    groups = groups_of(explorer, facts, title_of(explorer, node, facts), without)
    return Facts("facts", "What the recorder states", groups, sources_of(explorer, facts), facts)


def said_section(explorer: Explorer, node: Iri, address: Address) -> Claims:
    """What somebody said."""
    claims, paging = part(
        address, SAID, lambda start, count: explorer.catalog.claims_by(node, start, count), CLAIMS_SHOWN
    )
    return Claims("said", "What they said", claim_lines(explorer, claims), paging, who=False)


def about_section(explorer: Explorer, node: Iri, address: Address) -> Claims:
    """What is said about a thing."""
    claims, paging = part(
        address, ABOUT, lambda start, count: explorer.catalog.claims_about(node, start, count), CLAIMS_SHOWN
    )
    title = f"What is said about {called(explorer, node)}"
    return Claims("about", title, claim_lines(explorer, claims), paging)


def disputes_about(explorer: Explorer, node: Iri, address: Address) -> Disputes:
    """Disputes some side of which speaks of a thing."""
    found = part(
        address, DISPUTED, lambda start, count: explorer.catalog.conflicts_about(node, start, count), DISPUTES_SHOWN
    )
    return _disputes(explorer, DISPUTED, f"Disputes about {called(explorer, node)}", found)


def disputes_on(explorer: Explorer, node: Iri, address: Address) -> Disputes:
    """Disputes about an issue, as the facet of the issue finds them."""
    more = Address.of("disputes", issue=explorer.names.name(node))
    found = _part(explorer, Filter(issue=node), DISPUTED, address)
    return _disputes(explorer, DISPUTED, f"Disputes about {called(explorer, node)}", found, more)


def sides_taken(explorer: Explorer, node: Iri, address: Address) -> Disputes:
    """Disputes in which somebody takes a side."""
    verb = "take" if node in explorer.prose.wording.plural else "takes"
    title = f"Disputes in which {called(explorer, node)} {verb} a side"
    more = Address.of("disputes", actor=explorer.names.name(node))
    return _disputes(explorer, SIDES, title, _part(explorer, Filter(actor=node), SIDES, address), more)


def _part(explorer: Explorer, wanted: Filter, key: str, address: Address) -> tuple[tuple[Conflict, ...], Paging]:
    return part(address, key, lambda start, count: explorer.catalog.disputes(wanted, start, count), DISPUTES_SHOWN)


def _disputes(
    explorer: Explorer, key: str, title: str, found: tuple[tuple[Conflict, ...], Paging], more: Address | None = None
) -> Disputes:
    conflicts, paging = found
    link = None if more is None else Ref("Narrow these down", more)
    return Disputes(key, title, tuple(dispute_row(explorer, one) for one in conflicts), conflicts, paging, link)


def changes_section(explorer: Explorer, node: Iri) -> Changes:
    """Changes of position of somebody."""
    changes = tuple(explorer.catalog.changes_by(node))
    note = f"The first {MOST_LISTED:,} are listed; there may be more." if len(changes) == MOST_LISTED else ""
    return Changes("changes", "Changes of position", change_lines(explorer, changes), changes, note)


def life(explorer: Explorer, node: Iri) -> Life | None:
    """The life line of a thing, if things of its kind have one or somebody denies all of its kind."""
    line = life_line(explorer, node)
    if not line.entries and len(line.stages) < 2 and not line.denials:
        return None
    return life_section(explorer, node, line)


def named_in(explorer: Explorer, node: Iri, address: Address, shown: Iterable[Triple] = ()) -> Links:
    """The facts about other things that name this one; what stands in other sections is left out of a short list."""
    facts, paging = part(address, NAMED, lambda start, count: explorer.catalog.referring(node, start, count))
    elsewhere = frozenset(shown) if paging.total <= PAGE else frozenset()
    facts = tuple(fact for fact in facts if may_be_shown(fact) and fact not in elsewhere)
    return naming(explorer, "named", "Also named in", facts, paging)


def naming(
    explorer: Explorer, key: str, title: str, facts: Sequence[Triple], paging: Paging | None = None, *, note: str = ""
) -> Links:
    """Facts of other things that name this one, each as a sentence."""
    columns = ("Thing", "Kind", "What the recorder states")
    rows = tuple(
        (explorer.ref(f.s, start=True), listed_kinds(explorer, f.s), capital(explorer.prose.sentence(f))) for f in facts
    )
    return Links(key, title, columns, rows, tuple(facts), paging, note)


def within(explorer: Explorer, node: Iri, above: str, below: str) -> Iterator[Links]:
    """What a thing is part of, and what is part of it, by the hierarchies of the ontology."""
    hierarchies = explorer.graph.theory.hierarchies
    up = [f for f in facts_of(explorer, node) if f.p in hierarchies and isinstance(f.o, Iri)]
    down = [f for f in explorer.catalog.referring(node, 0, PAGE).items if f.p in hierarchies]
    for key, title, facts, ends, note in (
        ("part_of", above, up, [f.o for f in up], ""),
        ("parts", below, down, [f.s for f in down], cut_short(explorer, [node] if down else [], PAGE)),
    ):
        rows = tuple((explorer.ref(end, start=True), _kinds(explorer, end)) for end in ends)
        yield Links(key, title, ("Thing", "Kind"), rows, tuple(facts), note=note)


def _kinds(explorer: Explorer, node: object) -> str:
    return listed_kinds(explorer, node) if isinstance(node, Iri) else ""


def shown_in(sections: Iterable[Section | None]) -> tuple[Triple, ...]:
    """Return the facts that links of some sections stand for."""
    return tuple(triple for one in sections if isinstance(one, Links) for triple in one.triples())


# --- The page -------------------------------------------------------------------------------------


def thing_page(
    explorer: Explorer,
    address: Address,
    node: Iri,
    sections: Sequence[Section | None],
    *,
    menu: str,
    above: Ref,
    queries: Iterable[ShownQuery] = (),
) -> Page:
    """Lay out sections on a page; those with nothing in them are left out, unless that says something."""
    facts = facts_of(explorer, node)
    shown = tuple(section for section in sections if section is not None and section.has_content)
    title = title_of(explorer, node, facts)
    kinds = tuple(capital(kind) for kind in kinds_of(explorer, facts))
    drawing = next((one for one in shown if isinstance(one, (Drawing, Life))), None)
    values = {"node": str(node), "kinds": kinds, "sections": shown, "focus": _focus(explorer, node)}

    def data() -> Json:
        said: Json = {section.key: section.data(explorer) for section in shown}
        return {"iri": str(node), "name": title, "kinds": list(kinds), "facts": facts_json(explorer, facts), **said}

    def triples() -> Iterable[Triple]:
        found = dict.fromkeys(facts)
        for section in shown:
            found |= dict.fromkeys(section.triples())
        return found

    return Page(
        address=address,
        title=title,
        template="things/thing.html.j2",
        values=values,
        data=data,
        triples=triples,
        markdown=lambda: render("things/thing.md.j2", title=title, **values),
        svg=None if drawing is None else drawing.svg,
        section=menu,
        trail=(above,),
        queries=tuple(queries),
        styles=("things.css",),
    )


def _focus(explorer: Explorer, node: Iri) -> Ref:
    return Ref("Show in the graph", Address.of("graph", focus=explorer.names.name(node)))


Take = Callable[[Iri], int]
"""Counts one of the long lists of a thing's page."""


def thing_addresses(explorer: Explorer, kind: str, lists: Iterable[tuple[str, int, Take]]) -> Iterator[Address]:
    """Yield the pages of all things of a kind, and the further pages of their long lists."""
    lists = tuple(lists)
    start = 0
    while (found := explorer.catalog.things(kind, start, 200)).items:
        for node in found.items:
            if isinstance(node, Iri) and (home := explorer.address(node)) is not None:
                yield home
                for key, size, count in lists:
                    yield from further(home, key, count(node), size)
        start += len(found.items)


def lists_of(explorer: Explorer) -> tuple[tuple[str, int, Take], ...]:
    """Return the long lists that a page of a thing may have."""
    catalog = explorer.catalog
    return (
        (SAID, CLAIMS_SHOWN, lambda node: catalog.claims_by(node, 0, 0).total),
        (ABOUT, CLAIMS_SHOWN, lambda node: catalog.claims_about(node, 0, 0).total),
        (NAMED, PAGE, lambda node: catalog.referring(node, 0, 0).total),
        (SIDES, DISPUTES_SHOWN, lambda node: catalog.disputes(Filter(actor=node), 0, 0).total),
        (DISPUTED, DISPUTES_SHOWN, lambda node: catalog.conflicts_about(node, 0, 0).total),
    )
