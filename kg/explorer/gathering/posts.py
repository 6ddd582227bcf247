"""Who held which post, in which body, when: as the recorder states it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from kg.explorer.explorer import Explorer
from kg.explorer.gathering.facts import facts_of
from kg.explorer.page import Ref
from kg.terms import Literal, Node, Term, Triple
from kg.times import ALWAYS, BadDate, Window, in_english, parse, throughout
from kg.vocab import NEG, ORG
from kg.wording import capital

MOST = 200
"""How many posts of a body, and holders of a post, are looked at."""


@dataclass(frozen=True, slots=True)
class Holding:
    """Somebody holds a post for some time; `when` is `""` where no recorder says."""

    holder: Node
    post: Node
    bodies: tuple[Node, ...]
    when: str
    window: Window
    facts: tuple[Triple, ...]


def held_by(explorer: Explorer, person: Node) -> tuple[Holding, ...]:
    """Return the posts that somebody holds or held, by time."""
    found: list[Holding] = []
    for fact in facts_of(explorer, person):
        if isinstance(fact.o, Literal):
            continue
        if fact.p == ORG.hasMembership:
            found += _of_membership(explorer, person, fact.o, fact)
        elif fact.p == ORG.holds:
            found.append(_holding(explorer, person, fact.o, None, (fact,)))
    return tuple(sorted(found, key=_order))


def holders_of(explorer: Explorer, post: Node) -> tuple[Holding, ...]:
    """Return who holds or held a post, by time."""
    found: list[Holding] = []
    for fact in explorer.catalog.referring(post, 0, MOST).items:
        if fact.p == ORG.holds:
            found.append(_holding(explorer, fact.s, post, None, (fact,)))
        elif fact.p == NEG.post:
            for above in explorer.catalog.referring(fact.s, 0, MOST).items:
                if above.p == ORG.hasMembership:
                    found += (h for h in _of_membership(explorer, above.s, fact.s, above) if h.post == post)
    return tuple(sorted(found, key=_order))


def posts_in(explorer: Explorer, body: Node) -> tuple[Node, ...]:
    """Return the posts that exist in a body."""
    return tuple(fact.s for fact in explorer.catalog.referring(body, 0, MOST).items if fact.p == ORG.postIn)


def _of_membership(explorer: Explorer, holder: Node, membership: Node, above: Triple) -> Iterator[Holding]:
    facts = facts_of(explorer, membership)
    during = next((fact.o for fact in facts if fact.p == NEG.during), None)
    for fact in facts:
        if fact.p == NEG.post and not isinstance(fact.o, Literal):
            yield _holding(explorer, holder, fact.o, during, (above, *facts))


def _holding(explorer: Explorer, holder: Node, post: Node, during: Term | None, facts: tuple[Triple, ...]) -> Holding:
    bodies = tuple(f.o for f in facts_of(explorer, post) if f.p == ORG.postIn and not isinstance(f.o, Literal))
    return Holding(holder, post, bodies, in_english(str(during)) if during else "", _window(during), facts)


def _window(during: Term | None) -> Window:
    """Say when a post is held; without a time, perhaps at any."""
    try:
        return Window(None, ALWAYS) if during is None else throughout(parse(str(during)))
    except BadDate:  # validation reports it
        return Window(None, ALWAYS)


def _order(holding: Holding) -> tuple[int, str, str]:
    start = holding.window.possible.start if holding.window.possible else 0
    return start, holding.post, holding.holder


def post_ref(explorer: Explorer, holding: Holding) -> Ref:
    """Link to the post, its name with a capital."""
    return explorer.ref(holding.post, capital(explorer.prose.name(holding.post)))
