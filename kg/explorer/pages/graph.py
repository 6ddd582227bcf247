"""The graph: what is around a dispute, a person, a meeting, drawn and as lists; all of it only on request."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice

from kg.contradiction.results import Conflict
from kg.explorer import focus as focusing
from kg.explorer.cards import dispute_link, dispute_ref
from kg.explorer.catalog import Filter
from kg.explorer.explorer import DISPUTE, Explorer
from kg.explorer.maker import Maker
from kg.explorer.markdown import render
from kg.explorer.network import LARGEST, SIZE, Cut, Member, Wish, cut
from kg.explorer.page import Json, NotFound, Page, Ref, ShownQuery
from kg.explorer.pages.whole import PLACE, whole_page
from kg.explorer.reading.record import records
from kg.explorer.shown import shown
from kg.explorer.site import Address, Site
from kg.network import CLAIM
from kg.terms import Iri, Node, Triple
from kg.views.network_style import Picture, families, family_of, words_of
from kg.views.network_svg import Links, picture_svg
from kg.wording import capital

HOME = Address.of("graph")
MOST_FOLDED = 500
"""How many disputes, and things of one kind, have a drawing of their own in a folder."""
_STARTS = 5


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A line of a node in words: what it says, where it leads, and whether it goes out from the node."""

    label: str
    ref: Ref
    outward: bool


@dataclass(frozen=True, slots=True)
class Entry:
    """A node in the list: its page, the drawing around it, how many neighbours are hidden, and what opens them."""

    ref: Ref
    kind: str
    around: Ref
    hidden: int
    more: Ref
    neighbours: tuple[Neighbour, ...]
    in_focus: bool


@dataclass(frozen=True, slots=True)
class Group:
    """The nodes of one family."""

    word: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Clash:
    """A dispute in the drawing, and the claims in it."""

    ref: Ref
    verdict: str
    glyph: str
    claims: tuple[Ref, ...]
    id: str


@dataclass(frozen=True, slots=True)
class Toggle:
    """A family that can be shown or hidden."""

    word: str
    address: Address
    is_shown: bool


@dataclass(frozen=True, slots=True)
class Drawn:
    """A cut, drawn when it is first asked for, with links as a site writes them."""

    explorer: Explorer
    address: Address
    title: str
    cut: Cut
    picture: Picture
    focus: tuple[Node, ...]

    def figure(self, site: Site) -> str:
        """Draw it for a page."""
        pages: dict[str, str] = {}
        opens: dict[str, str] = {}
        for one in self.cut.members:
            ref = _ref(self.explorer, one)
            pages[str(one.node)] = site.href(ref.address) if ref.address is not None else ""
            opens[str(one.node)] = site.href(_opened(self.explorer, self.address, one.node))
        for line in self.cut.lines:
            if line.conflict is not None:
                pages[line.conflict.id] = site.href(Address.of(DISPUTE, line.conflict.id))
        return self._draw(Links(pages, opens, frozenset(map(str, self.focus))), standalone=False)

    def file(self) -> str:
        """Draw it to stand alone."""
        return self._draw(Links(focus=frozenset(map(str, self.focus))), standalone=True)

    def _draw(self, links: Links, *, standalone: bool) -> str:
        return picture_svg(self.picture, self.title, families=None, standalone=standalone, links=links)


def graph(explorer: Explorer, address: Address) -> Page:
    """Draw what is around the focus, or around the first dispute."""
    if address.parts[1:] == (PLACE,):
        return whole_page(explorer, address)
    if address.parts[1:]:
        raise NotFound(f'there is no drawing "{"/".join(address.parts[1:])}"')
    asked = focusing.names(address.get("focus"))
    found = [focusing.found(explorer, name) for name in asked] or [focusing.default(explorer)]
    nodes = tuple(dict.fromkeys(node for some, _ in found for node in some))
    wish = Wish(nodes, focusing.opened(explorer, address.get("open")), _size(address), _families(address))
    taken = cut(explorer, wish)
    title = _title(explorer, found) if asked else "Graph"
    drawn = Drawn(explorer, address, f"What is around: {_title(explorer, found)}", taken, taken.picture(), nodes)
    shown_clashes = _clashes(explorer, taken)
    values: dict[str, object] = {
        "groups": _groups(explorer, address, taken, nodes),
        "clashes": shown_clashes,
        "is_default": not asked,
        "around": tuple(_focus_refs(explorer, found)),
        "count": len(taken.members),
        "hidden": sum(one.hidden > 0 for one in taken.members),
    }
    return Page(
        address=address,
        title=title,
        template="graph.html.j2",
        values={
            **values,
            "drawn": drawn,
            "toggles": tuple(_toggles(address, wish)),
            "sizes": tuple(_sizes(address, wish)),
            "starts": _starts(explorer),
            "back": Ref("Close what was opened", address.changed(open="")) if wish.opened else None,
            "whole": Address.of("graph", PLACE),
            "home": HOME,
        },
        data=lambda: _data(taken, drawn.picture, nodes),
        triples=lambda: _triples(explorer, taken),
        markdown=lambda: render("graph.md.j2", title=title, **values),
        svg=drawn.file,
        section="graph",
        trail=(Ref("Graph", HOME),) if asked else (),
        queries=tuple(_queries(explorer, found)),
        styles=("graph.css",),
        scripts=("graph.js",),
    )


# --- What is asked for ----------------------------------------------------------------------------


def _size(address: Address) -> int:
    text = address.get("size")
    if not text:
        return SIZE
    if not (text.isascii() and text.isdigit() and 0 < int(text[:6]) <= LARGEST):
        raise NotFound(f"size is how many nodes are drawn, from 1 to {LARGEST}")
    return int(text)


def _families(address: Address) -> frozenset[str]:
    wanted = frozenset(focusing.names(address.get("kinds")))
    known = {family.name for family in families()}
    if unknown := sorted(wanted - known):
        raise NotFound(f'there is no kind "{unknown[0]}"; there are {", ".join(sorted(known))}')
    return wanted


def _opened(explorer: Explorer, address: Address, node: Node) -> Address:
    """Return the same drawing with one more node opened."""
    before = focusing.names(address.get("open"))
    name = explorer.names.name(node) if isinstance(node, Iri) else ""
    return address.changed(open=focusing.written(dict.fromkeys((*before, name)))) if name else address


def _toggles(address: Address, wish: Wish) -> Iterator[Toggle]:
    all_of_them = [family for family in families() if family.name != "conflict"]
    now = wish.families or frozenset(family.name for family in all_of_them)
    for family in all_of_them:
        changed = now ^ {family.name}
        if not changed:
            continue
        ordered = [one.name for one in all_of_them if one.name in changed]
        kinds = "" if len(ordered) == len(all_of_them) else focusing.written(ordered)
        yield Toggle(family.word, address.changed(kinds=kinds), family.name in now)


def _sizes(address: Address, wish: Wish) -> Iterator[tuple[int, Address, bool]]:
    for size in (20, SIZE, 120, LARGEST):
        yield size, address.changed(size="" if size == SIZE else str(size)), size == wish.size


# --- In words -------------------------------------------------------------------------------------


def _title(explorer: Explorer, found: list[tuple[tuple[Node, ...], Conflict | None]]) -> str:
    words = [ref.text for ref in _focus_refs(explorer, found)]
    return words[0] if len(words) == 1 else f"{', '.join(words[:3])}{' …' if len(words) > 3 else ''}" or "Graph"


def _focus_refs(explorer: Explorer, found: list[tuple[tuple[Node, ...], Conflict | None]]) -> Iterator[Ref]:
    for nodes, conflict in found:
        if conflict is not None:
            yield dispute_ref(explorer, conflict)
            continue
        for node in nodes:
            if explorer.catalog.claim(node) is not None:
                ref = explorer.claim_ref(node)
                yield Ref(f"Claim {ref.text}", ref.address, ref.iri)
            else:
                yield explorer.ref(node, start=True)


def _ref(explorer: Explorer, one: Member) -> Ref:
    if one.kind == CLAIM:
        ref = explorer.claim_ref(one.node)
        return Ref(one.label, ref.address, ref.iri)
    return explorer.ref(one.node, one.label)


def _groups(explorer: Explorer, address: Address, taken: Cut, focus: tuple[Node, ...]) -> tuple[Group, ...]:
    refs = {one.node: _ref(explorer, one) for one in taken.members}
    lines: dict[Node, dict[Neighbour, None]] = {}
    for line in taken.lines:
        lines.setdefault(line.source, {})[Neighbour(line.label, refs[line.target], outward=True)] = None
        lines.setdefault(line.target, {})[Neighbour(line.label, refs[line.source], outward=False)] = None
    found: dict[str, list[Entry]] = {}
    for one in taken.members:
        name = explorer.names.name(one.node) if isinstance(one.node, Iri) else ""
        entry = Entry(
            ref=refs[one.node],
            kind=words_of(one.kind),
            around=Ref("around it", Address.of("graph", focus=focusing.written([name]))),
            hidden=one.hidden,
            more=Ref(f"+{one.hidden:,}", _opened(explorer, address, one.node)),
            neighbours=tuple(lines.get(one.node, ())),
            in_focus=one.node in focus,
        )
        found.setdefault(family_of(one.kind).name, []).append(entry)
    return tuple(
        Group(capital(family.word), tuple(found[family.name])) for family in families() if family.name in found
    )


def _clashes(explorer: Explorer, taken: Cut) -> tuple[Clash, ...]:
    conflicts: dict[str, Conflict] = {}
    members: dict[str, dict[Node, None]] = {}
    for line in taken.lines:
        if line.conflict is not None:
            conflicts[line.conflict.id] = line.conflict
            members.setdefault(line.conflict.id, {}).update(dict.fromkeys((line.source, line.target)))
    rows = []
    for identifier, conflict in sorted(conflicts.items()):
        shown_as = dispute_link(explorer, conflict)
        claims = tuple(explorer.claim_ref(node) for node in members[identifier])
        rows.append(Clash(shown_as.ref, shown_as.verdict, shown_as.glyph, claims, identifier))
    return tuple(rows)


def _starts(explorer: Explorer) -> tuple[tuple[str, tuple[Ref, ...]], ...]:
    """Offer places to begin: the first disputes, and what most disputes are about."""
    disputes = [
        Ref(explorer.prose.title(conflict), Address.of("graph", focus=conflict.id))
        for conflict in explorer.catalog.disputes(Filter(), 0, _STARTS).items
    ]
    found = [("Disputes", tuple(disputes))]
    for page, words in (("actor", "Actors"), ("meeting", "Meetings"), ("issue", "Issues")):
        busiest = explorer.catalog.busiest(page, _STARTS)
        found.append((words, tuple(_around(explorer, node) for node, _ in busiest if isinstance(node, Iri))))
    return tuple((words, refs) for words, refs in found if refs)


def _around(explorer: Explorer, node: Iri) -> Ref:
    return Ref(capital(explorer.prose.name(node)), _address(explorer, node), str(node))


def _address(explorer: Explorer, node: Iri) -> Address:
    """Return the drawing around a thing; pages of things link to it by the same name."""
    return Address.of("graph", focus=focusing.written([explorer.names.name(node)]))


def _queries(explorer: Explorer, found: list[tuple[tuple[Node, ...], Conflict | None]]) -> Iterator[ShownQuery]:
    for nodes, conflict in found[:1]:
        if conflict is None and nodes and explorer.catalog.claim(nodes[0]) is None:
            yield shown("claims-about", thing=nodes[0])
            yield shown("claims-by-speaker", speaker=nodes[0])
            return
    yield shown("who-contradicts-whom")


# --- Twins ----------------------------------------------------------------------------------------


def _data(taken: Cut, drawn: Picture, focus: tuple[Node, ...]) -> Json:
    places = {node.key: drawn.places[node.id] for node in drawn.nodes}
    return {
        "directed": True,
        "multigraph": True,
        "nodes": [
            {
                "id": str(one.node),
                "label": one.label,
                "kind": one.kind,
                "unnamed": one.unnamed,
                "hidden": one.hidden,
                "focus": one.node in focus,
                "x": round(places[str(one.node)][0], 1),
                "y": round(places[str(one.node)][1], 1),
            }
            for one in taken.members
        ],
        "edges": [
            {
                "source": str(line.source),
                "target": str(line.target),
                "label": line.label,
                "kind": line.kind,
                **({"conflict": line.conflict.id, "verdict": line.conflict.verdict.value} if line.conflict else {}),
            }
            for line in taken.lines
        ],
    }


def _triples(explorer: Explorer, taken: Cut) -> Iterator[Triple]:
    inside = {one.node for one in taken.members}
    for one in taken.members:
        if one.kind != CLAIM:
            yield from (fact for fact in explorer.catalog.facts(one.node) if not _leaves(fact, inside))
    yield from records(explorer.graph.store, (one.node for one in taken.members if one.kind == CLAIM))


def _leaves(fact: Triple, inside: set[Node]) -> bool:
    """Say whether a fact leads to a thing that is not drawn."""
    return isinstance(fact.o, Iri) and fact.o not in inside and not fact.p.endswith("#type")


# --- In a folder ----------------------------------------------------------------------------------

MAKERS: Mapping[str, Maker] = {"graph": graph}


def addresses(explorer: Explorer) -> Iterator[Address]:
    """Yield the addresses of the pages that a published folder holds.

    There is a drawing around each dispute and around each thing with a page, up to `MOST_FOLDED` of each kind.
    """
    yield HOME
    if not explorer.graph.is_large:
        yield Address.of("graph", PLACE)
    for conflict in explorer.catalog.disputes(Filter(), 0, MOST_FOLDED).items:
        yield Address.of("graph", focus=conflict.id)
    for page in ("actor", "institution", "meeting", "issue", "thing"):
        for node in islice(explorer.catalog.things(page, 0, MOST_FOLDED).items, MOST_FOLDED):
            if isinstance(node, Iri) and focusing.is_known(explorer, node):
                yield _address(explorer, node)
