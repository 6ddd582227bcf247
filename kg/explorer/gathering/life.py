"""The life line of a thing: for each stage who says that it was reached, who denies it, and what follows.

positions about the thing -> what is said
presupposed stages, proofs of conflicts, answers under "some" -> what follows from it
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import Enum
from pathlib import Path

from kg.contradiction.results import Conflict, Position
from kg.contradiction.sat import Under
from kg.explorer.explorer import Explorer
from kg.explorer.gathering.facts import facts_of
from kg.explorer.gathering.stages import Stage, stages, steps_up
from kg.logic.trace import Proof
from kg.model import Polarity
from kg.naming import read_pattern
from kg.store import sparql
from kg.store.texts import text_in
from kg.terms import Iri, Node, Term, Triple
from kg.vocab import OWL, RDFS, TYPE

MOST_CONFLICTS = 50
"""How many conflicts about a thing are looked into for what follows."""
ASKED_UP_TO = 2_000
"""Up to so many claims, everything that follows is asked for; beyond, what stages presuppose and what proofs say."""
SECONDS = 2.0
_WHAT_IT_WAS = Path(__file__).with_name("what-it-was.rq")


class Sign(Enum):
    """How a stage is spoken of: said or denied by somebody, or following from what somebody says."""

    SAID = "says so"
    DENIED = "says it is not so"
    FOLLOWS = "follows"
    EXCLUDED = "follows that it is not so"


@dataclass(frozen=True, slots=True)
class Entry:
    """One word on one stage: on which positions it rests, by which rules, and in which conflicts it stands."""

    stage: Iri
    sign: Sign
    positions: tuple[Position, ...]
    because: tuple[str, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    of_all: bool = False
    """Whether it is denied of everything of a kind, and not of this thing by name."""

    @property
    def key(self) -> tuple[Iri, Sign, frozenset[str]]:
        """What makes it the same entry."""
        return self.stage, self.sign, frozenset(position.key for position in self.positions)


@dataclass(frozen=True, slots=True)
class LifeLine:
    """The stages of a thing and what is said of them. `denials` speak of everything of a kind, and meet it."""

    stages: tuple[Stage, ...]
    entries: tuple[Entry, ...]
    denials: tuple[Position, ...]
    whole: bool
    """Whether all that follows was looked for."""

    def at(self, stage: Iri) -> tuple[Entry, ...]:
        """Return what is said of one stage."""
        return tuple(entry for entry in self.entries if entry.stage == stage)


def life_line(explorer: Explorer, node: Iri) -> LifeLine:
    """Gather the life line of a thing; without stages, its kind has none."""
    positions = explorer.catalog.positions_about(node)
    own = [p for p in positions if p.proposition.subject == node and p.proposition.predicate == TYPE]
    types = [*(f.o for f in facts_of(explorer, node) if f.p == TYPE), *(p.proposition.object for p in own)]
    found = stages(explorer.graph.ontology, explorer.graph.theory, types)
    denials = tuple(p for p in positions if _is_universal(p))
    if not found:
        return LifeLine((), (), denials, whole=True)
    conflicts = explorer.catalog.conflicts_about(node, 0, MOST_CONFLICTS)
    gatherer = _Gatherer(explorer, node, {stage.cls: stage for stage in found}, conflicts.items)
    answered = list(gatherer.answered())
    entries = gatherer.merged(
        [*gatherer.said(own), *gatherer.of_all(denials), *gatherer.proved(), *gatherer.presupposed(own), *answered]
    )
    asked = not explorer.graph.is_large and len(explorer.graph.check().claims) <= ASKED_UP_TO
    return LifeLine(found, entries, denials, whole=asked and conflicts.total <= MOST_CONFLICTS)


def _is_universal(position: Position) -> bool:
    content = position.proposition
    return content.predicate == RDFS.subClassOf and content.object == OWL.Nothing


class _Gatherer:
    """What is known of one thing while its life line is gathered."""

    def __init__(
        self, explorer: Explorer, node: Iri, known: Mapping[Iri, Stage], conflicts: tuple[Conflict, ...]
    ) -> None:
        self.explorer = explorer
        self.node = node
        self.known = known
        self.conflicts = conflicts
        self.turning = {one.id: frozenset(self._stages_in(one.proof)) for one in conflicts}

    def _stages_in(self, proof: Proof) -> Iterator[Term]:
        for step in proof.nodes():
            if step.triple is not None and step.triple.s == self.node and step.triple.p == TYPE:
                yield step.triple.o

    def _clashing(self, positions: Iterable[Position], stage: Iri) -> tuple[Conflict, ...]:
        """Return the conflicts of some positions that turn on a stage."""
        keys = {position.key for position in positions}
        return tuple(
            one
            for one in self.conflicts
            if stage in self.turning[one.id] and keys <= {side.position.key for side in one.sides}
        )

    def said(self, positions: Iterable[Position]) -> Iterator[Entry]:
        for position in positions:
            stage = position.proposition.object
            if isinstance(stage, Iri) and stage in self.known:
                sign = Sign.SAID if position.polarity is Polarity.AFFIRMS else Sign.DENIED
                yield Entry(stage, sign, (position,), conflicts=self._clashing((position,), stage))

    def of_all(self, denials: Iterable[Position]) -> Iterator[Entry]:
        """Read "nothing of that kind was scheduled" as a word on that stage, if it is on one alone."""
        properties = self.explorer.prose.wording.properties
        for position in denials:
            kind = position.proposition.subject
            parts = read_pattern(kind, properties)
            classes: Iterable[Node] = (kind,) if parts is None else parts[0]
            denied = [cls for cls in classes if isinstance(cls, Iri) and cls in self.known]
            if len(denied) == 1:
                sign = Sign.DENIED if position.polarity is Polarity.AFFIRMS else Sign.SAID
                clashing = self._clashing((position,), denied[0])
                yield Entry(denied[0], sign, (position,), conflicts=clashing, of_all=True)

    def presupposed(self, positions: Iterable[Position]) -> Iterator[Entry]:
        """What was reached has passed the stages before; what was never reached, none of those after it."""
        for entry in self.said(positions):
            (position,) = entry.positions
            if position.hedged or position.condition is not None:
                continue
            if entry.sign is Sign.SAID:
                for before in self.known[entry.stage].after:
                    yield self._step(before, Sign.FOLLOWS, position, (entry.stage, before))
            else:
                for later in self.known.values():
                    if entry.stage in later.after:
                        yield self._step(later.cls, Sign.EXCLUDED, position, (later.cls, entry.stage))

    def _step(self, stage: Iri, sign: Sign, position: Position, way: tuple[Iri, Iri]) -> Entry:
        axioms = steps_up(*way, self.explorer.graph.ontology)
        because = tuple(self._says(axiom) for axiom in axioms)
        return Entry(stage, sign, (position,), because, self._clashing((position,), stage))

    def _says(self, axiom: Triple) -> str:
        says = self.explorer.prose.wording.says
        return says[axiom] if axiom in says else self.explorer.prose.sentence(axiom)

    def proved(self) -> Iterator[Entry]:
        """What the proofs of the conflicts conclude about the thing on their way."""
        for conflict in self.conflicts:
            sides = conflict.positions
            for step in conflict.proof.nodes():
                triple = step.triple
                if triple is None or step.rule is None or (triple.s, triple.p) != (self.node, TYPE):
                    continue
                rests_on = [bit for bit in range(step.mask.bit_length()) if step.mask >> bit & 1]
                if not rests_on or rests_on[-1] >= len(sides) or triple.o not in self.known:
                    continue
                sign = Sign.EXCLUDED if step.denied else Sign.FOLLOWS
                positions = tuple(sides[bit] for bit in rests_on)
                assert isinstance(triple.o, Iri)  # noqa: S101  # only classes with an IRI are stages
                yield Entry(triple.o, sign, positions, tuple(self._rules(step)), (conflict,))

    def _rules(self, proof: Proof) -> Iterator[str]:
        says = self.explorer.prose.wording.says
        for step in proof.nodes():
            if step.triple is not None and step.triple in says:
                yield says[step.triple]
            if step.rule is not None and step.rule.says:
                yield step.rule.says

    def answered(self) -> Iterator[Entry]:
        """What follows in some account, of a graph small enough to be asked."""
        graph = self.explorer.graph
        if graph.is_large or len(graph.check().claims) > ASKED_UP_TO:
            return
        text = sparql.bind(text_in(_WHAT_IT_WAS), {"thing": self.node}, _WHAT_IT_WAS.name).text
        for row in graph.ask(text, under=Under.SOME, name=_WHAT_IT_WAS.name, seconds=SECONDS):
            stage = row.values[0]
            if isinstance(stage, Iri) and stage in self.known:
                for basis in row.causes:
                    if basis.positions:
                        conflicts = self._clashing(basis.positions, stage)
                        yield Entry(stage, Sign.FOLLOWS, basis.positions, conflicts=conflicts)

    def merged(self, entries: Iterable[Entry]) -> tuple[Entry, ...]:
        """Keep each entry once; what somebody says himself does not follow as well."""
        found: dict[object, Entry] = {}
        for entry in entries:
            said = {Sign.FOLLOWS: Sign.SAID, Sign.EXCLUDED: Sign.DENIED}.get(entry.sign)
            key: object = entry.key
            if said is not None and (entry.stage, said, entry.key[2]) in found:
                key = (entry.stage, said, entry.key[2])
            old = found.get(key)
            found[key] = entry if old is None else _together(old, entry)
        order = list(self.known)
        signs = list(Sign)
        minimal = [entry for entry in found.values() if not any(_less(other, entry) for other in found.values())]
        return tuple(sorted(minimal, key=lambda entry: (order.index(entry.stage), signs.index(entry.sign))))


def _together(old: Entry, new: Entry) -> Entry:
    conflicts = {one.id: one for one in (*old.conflicts, *new.conflicts)}
    said = old.sign in (Sign.SAID, Sign.DENIED)
    because = () if said else old.because or new.because
    return replace(old, because=because, conflicts=tuple(conflicts.values()))


def _less(one: Entry, other: Entry) -> bool:
    """Say whether one entry says the same of fewer positions."""
    (stage, sign, keys), (other_stage, other_sign, other_keys) = one.key, other.key
    return stage == other_stage and sign == other_sign and keys < other_keys
