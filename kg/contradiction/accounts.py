"""Accounts: the maximal consistent sets of positions, or of utterances, component by component."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from itertools import count
from typing import Protocol

from kg.contradiction.results import (
    Account,
    CheckResult,
    Component,
    Conflict,
    Grain,
    Position,
    PositionChange,
    Utterance,
    dividing_verdicts,
)
from kg.contradiction.snapshots import World
from kg.contradiction.support import Sources, Support, advantage
from kg.contradiction.utterances import lifted, utterances
from kg.logic.hitting import components, greedy_consistent_set, maximal_consistent_sets
from kg.logic.limits import Limits, OutOfTime

DEFAULT_CAP = Limits().accounts
"""How many accounts of one component are listed before the list is called incomplete."""

MOST_LISTED = 2_000_000
"""How many positions are listed in all accounts of one component together: enough to read, little enough to hold."""


def accounts(
    result: CheckResult,
    world: World,
    *,
    under_possible: bool = False,
    cap: int | None = None,
    grain: Grain = Grain.POSITION,
    limits: Limits | None = None,
) -> Iterator[Component]:
    """Yield each component with its accounts, best supported first.

    A change of position divides accounts as a conflict does: the two cannot both be true. A
    tension does not: a possibility excludes nothing. With `under_possible`, undecided conflicts
    count too. At the grain of utterances, an account keeps or leaves out all that was said in one breath; then a
    component is what conflicts tie together through utterances. `cap` stands in for `limits.accounts`.
    """
    limits = limits or Limits()
    limits = replace(limits, accounts=limits.accounts if cap is None else cap).started()
    counted = dividing_verdicts(under_possible=under_possible)
    dividing: list[Conflict | PositionChange] = [*result.conflicts, *result.changes]
    sets = {frozenset(side.position.index for side in one.sides): one.id for one in dividing if one.verdict in counted}
    listing = _Listing({position.index: position for position in result.positions}, sets, Sources(world, result.claims))
    if grain is Grain.UTTERANCE:
        yield from _of_utterances(listing, result.positions, limits)
    else:
        yield from _of_positions(listing, limits)


def accounts_of(
    knots: Iterable[Mapping[frozenset[int], str]], positions: Numbered, sources: Sources, limits: Limits
) -> Iterator[Component]:
    """Yield the same for components that are known: each with its conflicts, as sets of positions, and their ids.

    Nothing is asked for a component before it is its turn.
    """
    for number, conflicts in enumerate(knots, 1):
        for component in _of_positions(_Listing(positions, conflicts, sources), limits):
            yield replace(component, number=number)


class Numbered(Protocol):
    """Positions by number."""

    def __getitem__(self, number: int, /) -> Position: ...


@dataclass(frozen=True, slots=True)
class _Listing:
    """What accounts are made from: positions by number, the conflicts among them with their ids, and the sources."""

    positions: Numbered
    conflicts: Mapping[frozenset[int], str]
    sources: Sources

    def named(self, numbers: Iterable[int]) -> tuple[Position, ...]:
        return tuple(self.positions[number] for number in sorted(numbers))


@dataclass(frozen=True, slots=True)
class _Draft:
    """An account that has no number yet."""

    support: Support
    keeps: tuple[Position, ...]
    leaves_out: tuple[Position, ...]
    says: tuple[Utterance, ...] = ()
    leaves_unsaid: tuple[Utterance, ...] = ()


# -- positions ---------------------------------------------------------------------------------


def _of_positions(listing: _Listing, limits: Limits) -> Iterator[Component]:
    def support(numbers: Iterable[int]) -> Support:
        return listing.sources.support([position.claims for position in listing.named(numbers)])

    for number, (members, conflicts) in enumerate(components(listing.conflicts), 1):
        weakest_first = sorted(members, key=lambda member: (support([member]).order, member), reverse=True)
        found, incomplete = _maximal(weakest_first, conflicts, limits)
        drafts = [_Draft(support(keeps), listing.named(keeps), listing.named(members - keeps)) for keeps in found]
        ids = tuple(sorted(listing.conflicts[conflict] for conflict in conflicts))
        yield Component(number, listing.named(members), ids, _ranked(drafts), incomplete)


# -- utterances --------------------------------------------------------------------------------


def _of_utterances(listing: _Listing, positions: Iterable[Position], limits: Limits) -> Iterator[Component]:
    """Let all that was said in one breath stand or fall together."""
    contested = frozenset().union(*listing.conflicts)
    everything = utterances(positions)
    groups: dict[frozenset[int], list[Utterance]] = {}
    for utterance in everything:
        groups.setdefault(frozenset(p.index for p in utterance.positions) & contested, []).append(utterance)
    groups.pop(frozenset(), None)
    holders = Counter(position.index for utterance in everything for position in utterance.positions)
    numbers = count(1)
    for _, tied in components([*listing.conflicts, *groups]):
        conflicts = [one for one in dict.fromkeys(tied) if one in listing.conflicts]
        said = _Said(listing, conflicts, {one: groups[one] for one in tied if one in groups}, holders)
        try:
            found = components(lifted(conflicts, list(said.groups), limits.ticker()))
        except OutOfTime:
            yield said.hasty(next(numbers), limits)
            continue
        for members, clashes in found:
            yield said.part(members).component(next(numbers), _renumbered(clashes, sorted(members)), limits)


@dataclass(frozen=True, slots=True)
class _Said:
    """Utterances tied together by conflicts, grouped by the contested positions that they hold.

    Those of one group are in the same accounts. `holders` counts the utterances that hold a position anywhere.
    """

    listing: _Listing
    conflicts: Sequence[frozenset[int]]
    groups: Mapping[frozenset[int], Sequence[Utterance]]
    holders: Mapping[int, int]

    def part(self, members: AbstractSet[int]) -> _Said:
        """Keep some groups, by their place."""
        return replace(self, groups={one: said for at, (one, said) in enumerate(self.groups.items()) if at in members})

    def component(self, number: int, clashes: Sequence[frozenset[int]], limits: Limits) -> Component:
        """List the accounts; the clashes speak of groups by their place."""
        strength = [self._support([group]).order for group in self.groups.values()]
        weakest_first = sorted(range(len(strength)), key=lambda at: (strength[at], at), reverse=True)
        found, incomplete = _maximal(weakest_first, clashes, limits)
        return self._with(number, [self._draft(keeps) for keeps in found], incomplete)

    def hasty(self, number: int, limits: Limits) -> Component:
        """Give one account where there was no time to find out which utterances exclude each other."""
        keeps: set[int] = set()
        held: frozenset[int] = frozenset()
        for at, positions in enumerate(self.groups):
            if not any(conflict <= held | positions for conflict in self.conflicts):
                keeps.add(at)
                held |= positions
        return self._with(number, [self._draft(keeps)], f"the listing {limits.time_words}; there may be more accounts")

    def _draft(self, keeps: AbstractSet[int]) -> _Draft:
        """Say what an account keeps; a position that is held elsewhere as well is not left out here."""
        kept = [group for at, group in enumerate(self.groups.values()) if at in keeps]
        left = [group for at, group in enumerate(self.groups.values()) if at not in keeps]
        still_held = {position.index for position in _held(kept)}
        here = Counter(position.index for position in _held(self.groups.values()))
        return _Draft(
            support=self._support(kept),
            keeps=self.listing.named(still_held),
            leaves_out=self.listing.named(i for i, n in here.items() if i not in still_held and n == self.holders[i]),
            says=tuple(utterance for group in kept for utterance in group),
            leaves_unsaid=tuple(utterance for group in left for utterance in group),
        )

    def _support(self, groups: Sequence[Sequence[Utterance]]) -> Support:
        """Weigh what is held: each position with those claims for it that were said here."""
        claims = {claim.iri for group in groups for utterance in group for claim in utterance.claims}
        positions = {position.index: position for position in _held(groups)}
        return self.listing.sources.support([[c for c in p.claims if c.iri in claims] for p in positions.values()])

    def _with(self, number: int, drafts: Sequence[_Draft], incomplete: str) -> Component:
        held = {position.index for position in _held(self.groups.values())}
        ids = tuple(sorted(self.listing.conflicts[one] for one in self.conflicts if one <= held))
        return Component(number, self.listing.named(held), ids, _ranked(drafts), incomplete)


def _held(groups: Iterable[Sequence[Utterance]]) -> Iterator[Position]:
    """Yield what utterances hold, as often as it was said."""
    return (position for group in groups for utterance in group for position in utterance.positions)


# -- both --------------------------------------------------------------------------------------


def _maximal(
    weakest_first: Sequence[int], conflicts: Sequence[frozenset[int]], limits: Limits
) -> tuple[list[frozenset[int]], str]:
    """List maximal consistent sets; what is supported least is left out first. Say what is not listed."""
    everything = frozenset(range(len(weakest_first)))
    sets = _renumbered(conflicts, weakest_first)
    most = max(1, min(limits.accounts, MOST_LISTED // len(everything)))
    found: list[frozenset[int]] = []
    incomplete = ""
    try:
        for keeps in maximal_consistent_sets(everything, sets, limits.ticker()):
            if len(found) == most:
                incomplete = f"{_accounts(most)} listed; there are more"
                break
            found.append(keeps)
    except OutOfTime:
        found = found or [greedy_consistent_set(everything, sets)]
        incomplete = f"the listing {limits.time_words}, with {_accounts(len(found))} found; there may be more"
    return [frozenset(weakest_first[place] for place in keeps) for keeps in found], incomplete


def _renumbered(sets: Iterable[frozenset[int]], order: Sequence[int]) -> list[frozenset[int]]:
    """Call each member by its place in an order."""
    places = {member: place for place, member in enumerate(order)}
    return [frozenset(places[member] for member in one) for one in sets]


def _accounts(number: int) -> str:
    return f"{number:,} account{'' if number == 1 else 's'}"


def _ranked(drafts: Sequence[_Draft]) -> tuple[Account, ...]:
    """Number accounts, the best supported first; each says why it stands before the next."""
    ordered = sorted(drafts, key=lambda draft: (draft.support.order, [p.key for p in draft.keeps]))
    following = [*ordered[1:], None]
    return tuple(
        Account(
            number=number,
            keeps=draft.keeps,
            leaves_out=draft.leaves_out,
            roots=draft.support.roots,
            on_record=draft.support.on_record,
            unnamed=len(draft.support.roots) - draft.support.on_record,
            ahead=advantage(draft.support, after.support) if after else None,
            says=draft.says,
            leaves_unsaid=draft.leaves_unsaid,
        )
        for number, (draft, after) in enumerate(zip(ordered, following, strict=True), 1)
    )
