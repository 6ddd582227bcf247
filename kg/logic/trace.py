"""Proofs: rebuilt from a materialisation, and re-checked by a checker that trusts nothing it did.

A proof is one tree type. Its leaves are given facts (content of a claim, background, axiom); an
inner node is one application of one rule; the root of a contradiction is a clash.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import reduce
from operator import or_

from kg.logic.materialise import Entry, Materialisation
from kg.logic.rules import Atom, GuardTest, Rule, Slot, Var
from kg.terms import Term, Triple
from kg.times import Span, meet


@dataclass(frozen=True, slots=True)
class Proof:
    """One node: what is concluded (`triple` None: a clash), by which rule, from what, when.

    `mask` holds the assumptions used below; `rule` None marks a leaf.
    """

    triple: Triple | None
    denied: bool
    mask: int
    span: Span
    rule: Rule | None = None
    premises: tuple[Proof, ...] = ()

    def leaves(self) -> Iterator[Proof]:
        """Yield the leaves from left to right, each once."""
        seen: set[tuple[Triple | None, bool, int]] = set()
        for node in self.nodes():
            key = (node.triple, node.denied, node.mask)
            if node.rule is None and key not in seen:
                seen.add(key)
                yield node

    def nodes(self) -> Iterator[Proof]:
        """Yield every node once, premises before conclusions."""
        if not any(premise.premises for premise in self.premises):  # most proofs are one step
            yield from {id(premise): premise for premise in self.premises}.values()
            yield self
            return
        seen: set[int] = set()
        todo: list[tuple[Proof, bool]] = [(self, False)]
        while todo:
            node, ready = todo.pop()
            if ready:
                yield node
            elif id(node) not in seen:
                seen.add(id(node))
                todo.append((node, True))
                todo += [(premise, False) for premise in reversed(node.premises)]


def prove(materialisation: Materialisation, entry: Entry) -> Proof:
    """Rebuild the proof of one way to know a fact; shared parts stay shared.

    A proof may be deeper than the stack of the interpreter, so it is built from its leaves up.
    """
    built: dict[int, Proof] = {}
    todo = [entry]
    while todo:
        node = todo[-1]
        missing = [premise for premise in node.premises if id(premise) not in built]
        if missing:
            todo += missing
            continue
        todo.pop()
        premises = tuple(built[id(premise)] for premise in node.premises)
        triple = None if node.fact is None else materialisation.triple(node.fact)
        denied = node.fact is not None and node.fact[0]
        built.setdefault(id(node), Proof(triple, denied, node.mask, node.span, node.rule, premises))
    return built[id(entry)]


def renumbered(proof: Proof, places: Mapping[int, int]) -> Proof:
    """Give the assumptions of a proof other numbers: `places` leads from old to new; shared parts stay shared."""
    masks: dict[int, int] = {}
    made: dict[int, Proof] = {}
    for node in proof.nodes():
        if node.mask not in masks:
            old = (bit for bit in range(node.mask.bit_length()) if node.mask >> bit & 1)
            masks[node.mask] = sum(1 << places[bit] for bit in old)
        premises = tuple(made[id(premise)] for premise in node.premises)
        made[id(node)] = replace(node, mask=masks[node.mask], premises=premises)
    return made[id(proof)]


def check_proof(proof: Proof, given: Callable[[Proof], bool], guards: Mapping[str, GuardTest]) -> str | None:
    """Re-check a proof from its leaves up; return what is wrong with it, or None.

    `given` says whether a leaf was really given (by a claim, the background or the ontology). The
    check does not use the evaluator: every step must be an instance of its rule, every guard must
    hold, masks must add up and spans must be shared.
    """
    for node in proof.nodes():
        wrong = _wrong(node, node.rule, given, guards)
        if wrong is not None:
            return wrong
    return None


def _wrong(  # noqa: PLR0911  # a list of checks, each with its own words
    node: Proof, rule: Rule | None, given: Callable[[Proof], bool], guards: Mapping[str, GuardTest]
) -> str | None:
    if node.span.start > node.span.end:
        return f"{node.triple} holds at no time"
    if rule is None:
        return None if given(node) else f"a leaf was never given: {node.triple}"
    if len(rule.body) != len(node.premises):
        return f"{rule.id} takes {len(rule.body)} premises, not {len(node.premises)}"
    binding: dict[Var, Term] = {}
    for atom, premise in zip(rule.body, node.premises, strict=True):
        if not _fits(atom, premise, binding):
            return f"{premise.triple} does not fit {atom} of {rule.id}"
    if not _fits_head(node, binding):
        return f"{rule.id} does not conclude {node.triple}"
    failed = [g.name for g in rule.guards if not guards[g.name](binding[g.left], binding[g.right])]
    if failed:
        return f"the test {failed[0]} of {rule.id} fails"
    return _wrong_label(node, rule)


def _wrong_label(node: Proof, rule: Rule) -> str | None:
    if not _in_time(node, rule):
        return f"{rule.id} concludes for longer than its premises hold"
    if node.mask != reduce(or_, (premise.mask for premise in node.premises), 0):
        return f"{rule.id} does not account for all the assumptions it uses"
    return None


def _in_time(node: Proof, rule: Rule) -> bool:
    spans = [premise.span for premise in node.premises]
    if rule.during is not None:
        return meet([rule.during, *spans]) is not None
    return all(span.covers(node.span) for span in spans)


def _fits(atom: Atom, premise: Proof, binding: dict[Var, Term]) -> bool:
    if premise.triple is None or atom.denied != premise.denied:
        return False
    pairs = zip((atom.s, atom.p, atom.o), premise.triple, strict=True)
    return all(_bind(slot, term, binding) for slot, term in pairs)


def _bind(slot: Slot, term: Term, binding: dict[Var, Term]) -> bool:
    if isinstance(slot, Var):
        return binding.setdefault(slot, term) == term
    return slot == term


def _fits_head(node: Proof, binding: dict[Var, Term]) -> bool:
    head = node.rule.head if node.rule else None
    if head is None or node.triple is None:
        return head is None and node.triple is None
    slots = (binding[slot] if isinstance(slot, Var) else slot for slot in (head.s, head.p, head.o))
    return head.denied == node.denied and tuple(slots) == tuple(node.triple)
