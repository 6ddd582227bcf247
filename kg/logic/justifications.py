"""Every minimal proof of a clash: all minimal sets of leaves that derive it, one proof of each.

A *leaf* is whatever a proof may rest on: the content of an assumption, or one fact that was given. Two
proofs from the same leaves are one; of them the shallowest is built. A shortcut that follows from other leaves
(a stated "every ship is a thing" beside the two steps that lead there) makes a second set of leaves, and
so a second proof, only where it is stated itself; what rules merely derive on the way never does.

Glass box (Kalyanpur, Parsia, Horridge and Sirin 2007), with labels for the second step:

    1. run the rules over all leaves without labels, keeping every step;
    2. go back from the clashes along all the steps: what is not met cannot be in a proof;
    3. run the rules again over the leaves that are met, each with a bit of its own.
       The masks of the clashes are then the minimal sets of leaves.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from operator import or_

from kg.logic.limits import Limits
from kg.logic.materialise import Fact, Materialisation
from kg.logic.rules import GuardTest, Rule
from kg.logic.trace import Proof, prove
from kg.terms import Triple
from kg.times import Span


@dataclass(frozen=True, slots=True)
class Leaf:
    """A fact that was given: by the assumptions of `mask`, or by nobody in particular (0)."""

    triple: Triple
    denied: bool
    mask: int
    span: Span


@dataclass(frozen=True, slots=True)
class Proofs:
    """The minimal proofs found, the shallowest first; `incomplete` says in words what was left out."""

    proofs: tuple[Proof, ...]
    incomplete: str = ""

    @property
    def complete(self) -> bool:
        """Whether these are all the minimal proofs there are."""
        return not self.incomplete


def leaves_of(materialisation: Materialisation) -> list[Leaf]:
    """List what a materialisation was given, each once."""
    return list(
        dict.fromkeys(
            Leaf(materialisation.triple(entry.fact), entry.fact[0], entry.mask, entry.span)
            for entry in materialisation.given
            if entry.fact is not None
        )
    )


def minimal_proofs(
    rules: Sequence[Rule],
    guards: Mapping[str, GuardTest],
    leaves: Sequence[Leaf],
    wanted: int,
    limits: Limits | None = None,
) -> Proofs:
    """Find every minimal set of leaves that derives a clash and has all the assumptions of `wanted` in it.

    Leaves that share a mask are one assumption and count once. The masks of the proofs are those of the
    leaves. When a limit is hit, the proofs found until then are listed, each made minimal on its own.
    """
    limits = (limits or Limits()).started()
    met, stopped = _met_leaves(rules, guards, leaves, wanted, limits)
    engine = _labelled(rules, guards, met, limits)
    stopped = stopped or engine.incomplete
    proofs = _clashes(engine, met, wanted)
    if engine.incomplete:
        proofs = (minimal for proof in proofs for minimal in _within(rules, guards, proof, wanted))
    found = _first(proofs, limits.proofs + 1)
    listed = found[: limits.proofs]
    if stopped:
        return Proofs(listed, f"the search for proofs {stopped}; there may be more")
    if len(found) > len(listed):
        return Proofs(listed, f"only {len(listed):,} proofs are listed; there are more")
    return Proofs(listed)


def _first(proofs: Iterable[Proof], most: int) -> tuple[Proof, ...]:
    """Take so many proofs that differ in what they rest on."""
    found: dict[frozenset[Leaf], Proof] = {}
    for proof in proofs:
        if len(found) == most:
            break
        found.setdefault(frozenset(used(proof)), proof)
    return tuple(found.values())


def used(proof: Proof) -> Iterator[Leaf]:
    """Yield the leaves that a proof rests on."""
    for node in proof.leaves():
        if node.triple is not None:
            yield Leaf(node.triple, node.denied, node.mask, node.span)


# -- what a proof may rest on ------------------------------------------------------------------


def _met_leaves(
    rules: Sequence[Rule], guards: Mapping[str, GuardTest], leaves: Sequence[Leaf], wanted: int, limits: Limits
) -> tuple[list[Leaf], str]:
    """Keep the leaves that lie behind some clash behind which all of `wanted` lies; say what stopped the search.

    Time is left aside here: that keeps more than is needed, never less.
    """
    engine = Materialisation(rules, guards, limits, steps=[])
    facts: list[Fact] = []
    masks: dict[Fact, int] = {}
    for leaf in leaves:
        fact = engine.give(leaf.triple, denied=leaf.denied)
        facts.append(fact)
        masks[fact] = masks.get(fact, 0) | leaf.mask
    engine.run()
    ways: dict[Fact, set[Fact]] = {}
    clashes: set[frozenset[Fact]] = set()
    for step in engine.steps or ():
        premises = {premise.fact for premise in step.premises if premise.fact is not None}
        if step.fact is None:
            clashes.add(frozenset(premises))
        else:
            ways.setdefault(step.fact, set()).update(premises)
    met: set[Fact] = set()
    for clash in clashes:
        behind = _behind(clash, ways)
        if wanted & ~reduce(or_, (masks.get(fact, 0) for fact in behind), 0) == 0:
            met |= behind
    # What an assumption says besides comes with it: with that it may clash by itself, and then is in no minimal proof.
    together = {leaf.mask for leaf, fact in zip(leaves, facts, strict=True) if leaf.mask and fact in met}
    kept = [leaf for leaf, fact in zip(leaves, facts, strict=True) if fact in met or leaf.mask in together]
    return kept, engine.incomplete


def _behind(facts: Iterable[Fact], ways: Mapping[Fact, set[Fact]]) -> set[Fact]:
    """Go back from facts to everything that some way to derive them uses."""
    seen = set(facts)
    todo = list(seen)
    while todo:
        new = ways.get(todo.pop(), set()) - seen
        seen |= new
        todo += new
    return seen


# -- labels ------------------------------------------------------------------------------------


def _labelled(
    rules: Sequence[Rule], guards: Mapping[str, GuardTest], leaves: Sequence[Leaf], limits: Limits
) -> Materialisation:
    """Run the rules with a bit for each leaf; the bits of assumptions stay what they are."""
    engine = Materialisation(rules, guards, limits)
    free = _width(leaves)
    for bit, leaf in enumerate(leaves, free):
        engine.give(leaf.triple, mask=leaf.mask or 1 << bit, span=leaf.span, denied=leaf.denied)
    engine.run()
    return engine


def _width(leaves: Sequence[Leaf]) -> int:
    return max((leaf.mask.bit_length() for leaf in leaves), default=0)


def _clashes(engine: Materialisation, leaves: Sequence[Leaf], wanted: int) -> Iterator[Proof]:
    """Yield a proof for each minimal set of leaves with all of `wanted`, the shallowest first."""
    assumptions = (1 << _width(leaves)) - 1
    found = [entry for entry in engine.clashes if wanted & ~entry.mask == 0]
    for entry in sorted(found, key=lambda entry: (entry.depth, entry.mask.bit_count())):
        yield _only_assumptions(prove(engine, entry), assumptions)


def _only_assumptions(proof: Proof, assumptions: int) -> Proof:
    """Take the bits of the other leaves out of the masks of a proof; shared parts stay shared."""
    made: dict[int, Proof] = {}
    for node in proof.nodes():
        premises = tuple(made[id(premise)] for premise in node.premises)
        made[id(node)] = replace(node, mask=node.mask & assumptions, premises=premises)
    return made[id(proof)]


_SMALL = Limits(entries=20_000)
"""For one proof that may be larger than it need be: a few dozen leaves."""


def _within(rules: Sequence[Rule], guards: Mapping[str, GuardTest], proof: Proof, wanted: int) -> Iterator[Proof]:
    """Yield the minimal proofs among the leaves of one proof."""
    leaves = list(used(proof))
    engine = _labelled(rules, guards, leaves, _SMALL)
    if engine.complete:
        yield from _clashes(engine, leaves, wanted)
