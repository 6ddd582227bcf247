"""Issues: the tree of them, and for each what is on the table, what is disputed, and who says what."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from kg.explorer.catalog import PAGE, Filter, Slice
from kg.explorer.explorer import Explorer
from kg.explorer.gathering.facts import cut_short, facts_of, listed_kinds, may_be_shown
from kg.explorer.gathering.listing import Listing, by_name, list_addresses, list_page
from kg.explorer.gathering.sections import Cell, Links
from kg.explorer.gathering.summary import summary
from kg.explorer.gathering.thing import (
    DISPUTED,
    DISPUTES_SHOWN,
    about_section,
    disputes_on,
    facts_section,
    life,
    lists_of,
    named_in,
    shown_in,
    thing_addresses,
    thing_at,
    thing_page,
    within,
)
from kg.explorer.maker import Maker
from kg.explorer.page import Page, Ref
from kg.explorer.shown import shown
from kg.explorer.site import Address
from kg.terms import Iri, Node, Triple

LIST = Listing(
    page="issue",
    path="issues",
    title="Issues",
    lead="What the talks are about; an issue inside another stands below it.",
    noun="issue",
    claims="Claims about it",
    speak=False,
)
TREE_UP_TO = 500
"""Up to so many issues are shown as a tree; more are listed by name."""


def issue_page(explorer: Explorer, address: Address) -> Page:
    """Make the page of an issue."""
    node = thing_at(explorer, address)
    parts = tuple(within(explorer, node, "Part of", "Issues inside it"))
    table = _on_the_table(explorer, node, shown_in(parts))
    return thing_page(
        explorer,
        address,
        node,
        [
            facts_section(explorer, node, explorer.graph.theory.hierarchies),
            *parts,
            table,
            disputes_on(explorer, node, address),
            life(explorer, node),
            about_section(explorer, node, address),
            named_in(explorer, node, address, shown_in([*parts, table])),
        ],
        menu="issues",
        above=Ref("Issues", Address.of("issues")),
        queries=[shown("issues-and-demands", issue=node), shown("claims-about", thing=node)],
    )


def _on_the_table(explorer: Explorer, node: Iri, elsewhere: tuple[Triple, ...]) -> Links:
    """The demands, offers, measures and other things that are about an issue, by kind."""
    facts = [
        fact
        for fact in explorer.catalog.referring(node, 0, PAGE).items
        if fact not in elsewhere and may_be_shown(fact) and isinstance(fact.s, Iri)
    ]
    facts.sort(key=lambda fact: (listed_kinds(explorer, fact.s), explorer.prose.name(fact.s)))
    rows: list[tuple[Cell, ...]] = [
        (
            explorer.ref(fact.s, start=True),
            listed_kinds(explorer, fact.s),
            explorer.prose.name(fact.p),
            summary(explorer, fact.s, node) if isinstance(fact.s, Iri) else "",
        )
        for fact in facts
    ]
    columns, note = ("Thing", "Kind", "How", "What it is"), cut_short(explorer, [node], PAGE)
    return Links("on_the_table", "On the table", columns, tuple(rows), tuple(facts), note=note)


def _as_tree(explorer: Explorer, start: int, count: int) -> Slice[tuple[Node, int]]:
    """Order issues as a tree, deepest last, each once; a great many by name."""
    whole = explorer.catalog.things("issue", 0, TREE_UP_TO)
    if whole.total > TREE_UP_TO:
        return by_name("issue")(explorer, start, count)
    ordered = list(_tree(explorer, whole.items))
    return Slice(tuple(ordered[start : start + count]), whole.total, start)


def _tree(explorer: Explorer, nodes: tuple[Node, ...]) -> Iterator[tuple[Node, int]]:
    """Yield each issue below the first that it is part of; those of a circle stand at the top."""
    hierarchies = explorer.graph.theory.hierarchies
    inside: dict[object, list[Node]] = {}
    tops: list[Node] = []
    for node in nodes:
        above = [f.o for f in facts_of(explorer, node) if f.p in hierarchies and f.o in nodes and f.o != node]
        if above:
            inside.setdefault(above[0], []).append(node)
        else:
            tops.append(node)
    seen: set[Node] = set()
    for top in (*tops, *nodes):  # what hangs in a circle is under no top
        todo = [(top, 0)]
        while todo:
            node, depth = todo.pop()
            if node not in seen:
                seen.add(node)
                yield node, depth
                todo += [(below, depth + 1) for below in reversed(inside.get(node, []))]


def issues_page(explorer: Explorer, address: Address) -> Page:
    """Make the list."""
    return list_page(explorer, address, LIST, _as_tree, queries=[shown("issues-and-demands")])


MAKERS: Mapping[str, Maker] = {"issues": issues_page, "issue": issue_page}


def addresses(explorer: Explorer) -> Iterator[Address]:
    """Yield the addresses of the pages that a published folder holds."""
    catalog = explorer.catalog
    yield from list_addresses(explorer, LIST)
    about = (DISPUTED, DISPUTES_SHOWN, lambda node: catalog.disputes(Filter(issue=node), 0, 0).total)
    yield from thing_addresses(explorer, "issue", [*lists_of(explorer), about])
