"""What a speaker said in one breath, so that accounts can keep or leave it out as a whole."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import combinations

from kg.contradiction.results import Position, Utterance
from kg.logic.hitting import components, minimal_hitting_sets, minimal_sets
from kg.model import Claim
from kg.terms import Node

_ONE_DAY = re.compile(r"\d{4}-\d\d-\d\d(T.*)?")


def utterances(positions: Iterable[Position]) -> list[Utterance]:
    """Group the claims that hold some positions into utterances, in a fixed order.

    One claim is one utterance, whatever it commits to. Claims of one speaker join where the record puts them in
    one breath: they are read from the same words (in one document, the words of one quote hold those of the
    other), or they were said on the same day through the same medium, such as one interview, to the same audience. A
    text is no breath: where the medium is the document that the claims are read from, only its words count.
    """
    held: dict[Node, list[Position]] = {}
    claims: dict[Node, Claim] = {}
    for position in positions:
        for claim in position.claims:
            claims[claim.iri] = claim
            held.setdefault(claim.iri, []).append(position)
    ordered = [claims[iri] for iri in sorted(claims)]
    alone = [frozenset((number,)) for number in range(len(ordered))]
    found = []
    for members, _ in components([*alone, *_same_occasion(ordered), *_same_words(ordered)]):
        together = tuple(ordered[number] for number in sorted(members))
        content = {position.index: position for claim in together for position in held[claim.iri]}
        found.append(Utterance(together, tuple(content[index] for index in sorted(content))))
    return found


def _same_occasion(claims: Sequence[Claim]) -> Iterable[frozenset[int]]:
    """Group claims by speaker, day, medium and audience, where the day is known and the medium is no mere text."""
    found: dict[tuple[str, ...], list[int]] = {}
    for number, claim in enumerate(claims):
        day = claim.said_on.value if claim.said_on else ""
        spoken = claim.medium is not None and all(mention.document != claim.medium for mention in claim.mentions)
        if claim.medium is not None and spoken and _ONE_DAY.fullmatch(day):
            found.setdefault((claim.speaker, day, claim.medium, claim.audience or ""), []).append(number)
    return map(frozenset, found.values())


def _same_words(claims: Sequence[Claim]) -> Iterator[frozenset[int]]:
    """Pair claims of one speaker that are read from the same words of a document."""
    quoted: dict[tuple[Node, Node], list[tuple[str, int]]] = {}
    for number, claim in enumerate(claims):
        for mention in claim.mentions:
            if mention.quote is not None:
                words = " ".join(mention.quote.exact.split())
                quoted.setdefault((claim.speaker, mention.document), []).append((words, number))
    for quotes in quoted.values():
        for (words, one), (others, other) in combinations(quotes, 2):
            if one != other and (words in others or others in words):
                yield frozenset((one, other))


def lifted(
    conflicts: Iterable[frozenset[int]], said: Sequence[frozenset[int]], tick: Callable[[], None]
) -> list[frozenset[int]]:
    """Lift conflicts between positions to what was said: the minimal sets that together hold a whole conflict.

    `said[i]` are the positions of utterance i; the sets returned hold such numbers.

    >>> said = [frozenset({1}), frozenset({2, 5}), frozenset({1, 2})]
    >>> sorted(sorted(one) for one in lifted([frozenset({1, 2})], said, tick=int))
    [[0, 1], [2]]
    """
    holders: dict[int, set[int]] = {}
    for number, positions in enumerate(said):
        for position in positions:
            holders.setdefault(position, set()).add(number)
    found: set[frozenset[int]] = set()
    for conflict in conflicts:
        found.update(minimal_hitting_sets([frozenset(holders.get(position, ())) for position in conflict], tick))
    return minimal_sets(found)
