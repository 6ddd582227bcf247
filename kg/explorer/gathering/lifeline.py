"""The life line of a thing as a section: for each stage the words on it, with links, and the same as a drawing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from kg.contradiction.results import Position
from kg.explorer.cards import dispute_ref
from kg.explorer.explorer import Explorer
from kg.explorer.gathering.facts import called
from kg.explorer.gathering.life import Entry, LifeLine, Sign
from kg.explorer.gathering.sections import Section
from kg.explorer.page import Json, Ref
from kg.model import Claim
from kg.prose import is_unnamed_source
from kg.rdf.writing import claim_triples
from kg.terms import Node, Triple
from kg.views.contract import position_name
from kg.views.lifeline import LifeLineDrawing, Mark, Word, lifeline_figure, lifeline_svg
from kg.wording import capital, listed

MOST_CLAIMS = 6
"""How many claims of one position are linked; the others are counted."""
_MARKS = {
    Sign.SAID: Mark.SAID,
    Sign.DENIED: Mark.DENIED,
    Sign.FOLLOWS: Mark.FOLLOWS,
    Sign.EXCLUDED: Mark.EXCLUDED,
}


_SAID_ANYWAY = {Mark.FOLLOWS: Mark.SAID, Mark.EXCLUDED: Mark.DENIED}


@dataclass(frozen=True, slots=True)
class TurnsOn:
    """A dispute that turns on a stage: its id and the link to its card by its question."""

    id: str
    ref: Ref


@dataclass(frozen=True, slots=True)
class Said:
    """One word on a stage, with its links. `says` are the positions it rests on, `rules` why it follows from them."""

    mark: Mark
    who: tuple[Ref, ...]
    says: tuple[str, ...]
    rules: tuple[str, ...]
    when: str
    word_of: tuple[str, ...]
    claims: tuple[Ref, ...]
    more: int
    disputes: tuple[TurnsOn, ...]
    hedged: bool

    @property
    def names(self) -> str:
        """Who says it, as one text."""
        return listed(dict.fromkeys(str(ref) for ref in self.who))


@dataclass(frozen=True, slots=True)
class StageView:
    """One stage: its name, the words on it, and whether a dispute turns on it."""

    iri: str
    name: str
    words: tuple[Said, ...]

    @property
    def contested(self) -> bool:
        """Whether a dispute turns on this stage."""
        return bool(self.disputes)

    @property
    def disputes(self) -> tuple[TurnsOn, ...]:
        """The disputes that turn on it, each once."""
        return tuple({one.id: one for word in self.words for one in word.disputes}.values())


@dataclass(frozen=True)
class Life(Section):
    """The life line. `denials` speak of everything of a kind and meet the thing; `note` says what is not shown."""

    template = "things/life.html.j2"
    stages: tuple[StageView, ...]
    denials: tuple[Said, ...]
    claims: tuple[Claim, ...]
    entries: tuple[Entry, ...]
    note: str = ""

    @property
    def drawing(self) -> LifeLineDrawing:
        """What is drawn."""
        return LifeLineDrawing(
            title=self.title,
            stages=tuple(capital(stage.name) for stage in self.stages),
            contested=frozenset(at for at, stage in enumerate(self.stages) if stage.contested),
            words=tuple(dict.fromkeys(self._words())),
        )

    def _words(self) -> Iterator[Word]:
        """What somebody says himself is not drawn again as following from his other words."""
        for at, stage in enumerate(self.stages):
            said = {(word.names, word.mark) for word in stage.words}
            for word in stage.words:
                if (word.names, _SAID_ANYWAY.get(word.mark)) not in said:
                    yield Word(at, capital(word.names), word.mark, "" if word.rules else word.when)

    @property
    def figure(self) -> str:
        """The drawing, for wide and for narrow screens."""
        return lifeline_figure(self.drawing)

    @property
    def silent(self) -> str:
        """The stages that nobody speaks of, as one text."""
        return ", ".join(stage.name for stage in self.stages if not stage.words)

    def svg(self) -> str:
        """The drawing as a file."""
        return lifeline_svg(self.drawing)

    def data(self, explorer: Explorer) -> Json:
        """Each stage with the words on it; positions, claims and disputes by their ids."""
        del explorer
        by_stage: dict[str, list[Json]] = {stage.iri: [] for stage in self.stages}
        for entry in self.entries:
            by_stage[entry.stage].append(_entry(entry))
        stages = [{"stage": one.iri, "name": one.name, "words": by_stage[one.iri]} for one in self.stages]
        return {"stages": stages, "universal_denials": [list(one.says) for one in self.denials]}

    def triples(self) -> tuple[Triple, ...]:
        """The records of the claims."""
        return tuple(triple for claim in self.claims for triple in claim_triples(claim))


def life_section(explorer: Explorer, node: Node, life: LifeLine) -> Life:
    """Show a life line."""
    claims = [c for position in (*_positions(life.entries), *life.denials) for c in position.claims[:MOST_CLAIMS]]
    note = "" if life.whole else (
        "What follows is shown as far as the stages presuppose each other and the disputes above need it; "
        "other rules may give more."
    )  # fmt: skip
    return Life(
        key="life",
        title=f"What became of {called(explorer, node)}",
        stages=tuple(
            StageView(
                iri=stage.cls,
                name=explorer.prose.name(stage.cls),
                words=tuple(_said(explorer, entry) for entry in life.at(stage.cls)),
            )
            for stage in life.stages
        ),
        denials=tuple(_denial(explorer, position) for position in life.denials),
        claims=tuple(dict.fromkeys(claims)),
        entries=life.entries,
        note=note,
    )


def _said(explorer: Explorer, entry: Entry) -> Said:
    follows = entry.sign in (Sign.FOLLOWS, Sign.EXCLUDED)
    shown = _view(explorer, _MARKS[entry.sign], entry.positions)
    disputes = tuple(TurnsOn(conflict.id, dispute_ref(explorer, conflict)) for conflict in entry.conflicts)
    return Said(
        mark=shown.mark,
        who=shown.who,
        says=shown.says,
        rules=tuple(dict.fromkeys(entry.because)) or (("by the rules of the ontology",) if follows else ()),
        when=shown.when,
        word_of=shown.word_of,
        claims=shown.claims,
        more=shown.more,
        disputes=disputes,
        hedged=shown.hedged,
    )


def _denial(explorer: Explorer, position: Position) -> Said:
    return _view(explorer, Mark.DENIED, (position,))


def _view(explorer: Explorer, mark: Mark, positions: tuple[Position, ...]) -> Said:
    prose = explorer.prose
    claims = [claim for position in positions for claim in position.claims]
    speakers = dict.fromkeys(claim.speaker for claim in claims)
    dates = dict.fromkeys(claim.said_on for claim in claims if claim.said_on is not None)
    return Said(
        mark=mark,
        who=tuple(explorer.ref(speaker, start=at == 0) for at, speaker in enumerate(list(speakers)[:MOST_CLAIMS])),
        says=tuple(capital(prose.position(position)) for position in positions),
        rules=(),
        when=listed(prose.name(day) for day in list(dates)[:2]) + (" and later" if len(dates) > 2 else ""),
        word_of=tuple(dict.fromkeys(words for claim in claims[:MOST_CLAIMS] if (words := _word_of(explorer, claim)))),
        claims=tuple(explorer.claim_ref(claim.iri) for claim in claims[:MOST_CLAIMS]),
        more=max(0, len(claims) - MOST_CLAIMS),
        disputes=(),
        hedged=any(position.hedged for position in positions),
    )


def _word_of(explorer: Explorer, claim: Claim) -> str:
    """Say on whose word it stands: a name or not, on what terms, and through whom."""
    prose = explorer.prose
    parts = [
        *(["an unnamed source"] if is_unnamed_source(prose.wording, claim.speaker) else []),
        *([prose.name(claim.attribution)] if claim.attribution else []),
        *([f"as reported by {', then '.join(prose.name(one) for one in claim.chain)}"] if claim.chain else []),
    ]
    return ", ".join(parts)


def _positions(entries: Iterable[Entry]) -> Iterable[Position]:
    return (position for entry in entries for position in entry.positions)


def _entry(entry: Entry) -> Json:
    return {
        "word": entry.sign.value,
        "positions": [position_name(position) for position in entry.positions],
        "claims": [claim.iri for position in entry.positions for claim in position.claims],
        "speakers": list(dict.fromkeys(claim.speaker for p in entry.positions for claim in p.claims)),
        "because": list(dict.fromkeys(entry.because)),
        "of_everything_of_a_kind": entry.of_all,
        "disputes": [conflict.id for conflict in entry.conflicts],
    }
