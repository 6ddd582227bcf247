"""The card of one dispute, as values: what a page, a report or a drawing needs to show it.

The question, the sides with their words, why they cannot all hold, when, what each account keeps, and
what would settle it. Nobody is called wrong: positions are kept or left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from string import ascii_uppercase

from kg.contradiction.results import Component, Conflict, PositionChange, Side, Verdict
from kg.logic.trace import Proof
from kg.prose import ProofLine, Prose, is_unnamed_source
from kg.terms import Node
from kg.times import ALWAYS, Span
from kg.views.chart import Row, RowKind
from kg.views.claims import ClaimView, Orphans, Places, best_first, claim_view
from kg.views.rows import first_said
from kg.views.timeline import TableRow, in_words, timeline_table
from kg.wording import capital, listed

GLYPHS = {Verdict.CONTRADICTION: "✕", Verdict.UNDECIDED: "?", Verdict.TENSION: "~"}
_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


@dataclass(frozen=True, slots=True)
class SideView:
    """One side: its letter, what it holds and when, the claim to show and the others that hold the same."""

    letter: str
    text: str
    holds: str
    hedged: bool
    first: ClaimView
    others: tuple[ClaimView, ...]


@dataclass(frozen=True, slots=True)
class AccountView:
    """Accounts that treat this dispute alike: their numbers, and for each side whether it is kept."""

    numbers: tuple[int, ...]
    keeps: tuple[bool, ...]
    support: str


@dataclass(frozen=True, slots=True)
class DisputeView:
    """Everything the card of a dispute shows; `glyph` never stands without its word."""

    id: str
    title: str
    glyph: str
    verdict: str
    chips: tuple[str, ...]
    clash: str
    because: str
    sides: tuple[SideView, ...]
    lines: tuple[ProofLine, ...]
    rows: tuple[Row, ...]
    span: Span | None
    when: str
    table: tuple[TableRow, ...]
    accounts: tuple[AccountView, ...]
    of: int
    accounts_note: str
    settle: tuple[str, ...]

    @property
    def band(self) -> str:
        """What the drawing says where the sides clash."""
        if self.verdict == Verdict.CONTRADICTION.value:
            return f"{self.glyph} cannot {'both' if len(self.sides) == 2 else 'all'} hold"
        return f"{self.glyph} {'may clash' if self.verdict == Verdict.UNDECIDED.value else 'tension'}"

    @property
    def clashes(self) -> str:
        """When the sides clash, as a sentence without its full stop."""
        verb = "clash" if self.verdict == Verdict.CONTRADICTION.value else "may clash"
        return f"They {verb} {self.when}" if self.when == "at all times" else f"They {verb}: {self.when}"

    @property
    def timed(self) -> bool:
        """Whether time matters: some side does not hold at all times."""
        return any(row.kind is RowKind.CLAIM and row.certain != ALWAYS for row in self.rows)

    @property
    def versus(self) -> str:
        """Who stands against whom, in short."""
        return " / ".join(dict.fromkeys(side.first.speaker for side in self.sides))

    @property
    def others(self) -> tuple[tuple[str, ClaimView], ...]:
        """Further claims that hold one of the sides, with its letter."""
        return tuple((side.letter, claim) for side in self.sides for claim in side.others)


def letter(number: int) -> str:
    """Name a side.

    >>> letter(0), letter(27)
    ('A', 'B2')
    """
    turn, place = divmod(number, 26)
    return ascii_uppercase[place] + (str(turn + 1) if turn else "")


def dispute_view(
    conflict: Conflict,
    prose: Prose,
    *,
    components: Iterable[Component] = (),
    places: Places | None = None,
    orphans: Orphans = frozenset(),
    dated: Mapping[Node, Sequence[Row]] | None = None,
) -> DisputeView:
    """Make the card of a conflict; `dated` gives the planned dates of things that the sides speak of."""
    sides = side_views(conflict.sides, prose, places or {}, orphans)
    lines = tuple(prose.lines(conflict.proof, conflict.sides))
    rows = dispute_rows(conflict.sides, prose, dated or {})
    component = next((c for c in components if conflict.id in c.conflicts), None)
    return DisputeView(
        id=conflict.id,
        title=prose.title(conflict),
        glyph=GLYPHS[conflict.verdict],
        verdict=conflict.verdict.value,
        chips=tuple(_chips(conflict)),
        clash=clash_words(conflict, prose),
        because=prose.because(conflict),
        sides=sides,
        lines=lines,
        rows=rows,
        span=conflict.span,
        when=in_words(conflict.span),
        table=tuple(timeline_table(rows)),
        accounts=_accounts(conflict, component),
        of=len(component.accounts) if component else 0,
        accounts_note=_accounts_note(conflict, component),
        settle=tuple(ways_out(conflict, prose, lines)),
    )


def side_views(
    sides: Sequence[Side], prose: Prose, places: Places, orphans: Orphans = frozenset()
) -> tuple[SideView, ...]:
    """Show each side with its best claim first."""
    found = []
    for number, side in enumerate(sides):
        first, *others = (claim_view(claim, prose, places, orphans) for claim in best_first(side.claims, prose))
        text = capital(prose.position(side.position))
        when = prose.when(side.position.window)
        found.append(SideView(letter(number), text, when, side.position.hedged, first, tuple(others)))
    return tuple(found)


def _chips(conflict: Conflict) -> Iterator[str]:
    for kind in conflict.kinds:
        yield ("⇒ " if kind == "presupposition" else "") + kind.replace("-", " ")
    yield conflict.between.replace("-", " ")


def clash_words(conflict: Conflict, prose: Prose) -> str:
    """Say how the sides exclude each other."""
    together = {1: "cannot be true beside the record", 2: "cannot both be true"}
    words = together.get(len(conflict.sides), "cannot all be true")
    if conflict.same:
        return f"{words} if {_pairs(conflict, prose)}"
    if conflict.verdict is Verdict.UNDECIDED:
        return "may exclude each other: the dates do not settle it"
    if conflict.verdict is Verdict.TENSION:
        return f"{words}; one is said only as a possibility"
    return words


def _pairs(conflict: Conflict, prose: Prose) -> str:
    return listed(f"{prose.name(a)} and {prose.name(b)} are one and the same" for a, b in conflict.same)


# --- When -----------------------------------------------------------------------------------------


def dispute_rows(sides: Sequence[Side], prose: Prose, dated: Mapping[Node, Sequence[Row]]) -> tuple[Row, ...]:
    """Put the sides, and the planned dates of what they speak of, on a timeline."""
    rows: list[Row] = []
    subjects = dict.fromkeys(side.position.proposition.subject for side in sides)
    for subject in subjects:
        rows += dated.get(subject, ())
    for number, side in enumerate(sides):
        position = side.position
        who, _ = prose.speakers(side.claims)
        rows.append(
            Row(
                label=f"{letter(number)} · {prose.position(position)}",
                kind=RowKind.CLAIM,
                certain=position.window.certain,
                possible=position.window.possible,
                said=first_said(side.claims),
                note=who,
                side=number,
            )
        )
    return tuple(rows)


# --- Accounts -------------------------------------------------------------------------------------


def _accounts(conflict: Conflict, component: Component | None) -> tuple[AccountView, ...]:
    if component is None:
        return ()
    groups: dict[tuple[bool, ...], list[int]] = {}
    support: dict[int, str] = {}
    for account in component.accounts:
        kept = {position.key for position in account.keeps}
        groups.setdefault(tuple(p.key in kept for p in conflict.positions), []).append(account.number)
        support[account.number] = support_words(account.on_record, account.unnamed)
    return tuple(AccountView(tuple(numbers), keeps, support[numbers[0]]) for keeps, numbers in groups.items())


def support_words(on_record: int, unnamed: int) -> str:
    """Say on how many independent sources an account rests.

    >>> support_words(2, 1), support_words(0, 1)
    ('two named sources, one unnamed', 'one unnamed source')
    """
    named = f"{_count(on_record)} named {'source' if on_record == 1 else 'sources'}" if on_record else ""
    if not unnamed:
        return named or "no source"
    if named:
        return f"{named}, {_count(unnamed)} unnamed"
    return f"{_count(unnamed)} unnamed {'source' if unnamed == 1 else 'sources'}"


def _count(number: int) -> str:
    return _NUMBERS[number] if number < len(_NUMBERS) else f"{number:,}"


def _accounts_note(conflict: Conflict, component: Component | None) -> str:
    if component is not None:
        return "" if component.complete else "There are more accounts than are listed here."
    if conflict.verdict is Verdict.TENSION:
        return "A possibility excludes nothing, so every account keeps both."
    if conflict.verdict is Verdict.UNDECIDED:
        return "Not settled, so no account has to leave a side out."
    return "No accounts were computed."


# --- What would settle it -------------------------------------------------------------------------


def ways_out(conflict: Conflict, prose: Prose, lines: Sequence[ProofLine]) -> Iterator[str]:
    """Say what would remove the clash: a minimal set falls apart as soon as any one part goes."""
    for a, b in conflict.same:
        pair = f"{capital(prose.name(a))} and {prose.name(b)}"
        yield f"{pair} turn out to be two different things: then nothing clashes."
    for a, b in conflict.distinct:
        pair = f"{capital(prose.name(a))} and {prose.name(b)}"
        yield f"{pair} turn out to be one and the same: then nothing clashes."
    if conflict.verdict is Verdict.UNDECIDED and not conflict.same:
        rough = [letter(n) for n, p in enumerate(conflict.positions) if p.window.certain != p.window.possible]
        if rough:
            yield f"A more exact date for {listed(rough, 'or')} shows whether they meet in time."
    for number, side in enumerate(conflict.sides):
        yield _side_goes(letter(number), side, prose)
    record = [line for line in lines if line.kind == "background"]
    if record:
        numbers = listed((str(line.number) for line in record), "or")
        facts = "facts" if len(record) > 1 else "a fact"
        yield f"The record is corrected in line {numbers}: {facts} that the recorder states in his own name."


def _side_goes(name: str, side: Side, prose: Prose) -> str:
    """Say what would take one side out, and whether it rests on unnamed sources alone."""
    position = side.position
    opposite = replace(position, polarity=position.polarity.opposite, condition=None)
    goes = f"{name} goes if it is shown that {prose.position(opposite)}"
    if position.condition is not None:
        goes += f", or that the condition was not met ({prose.sentence(position.condition.triple)})"
    speakers = {claim.speaker for claim in side.claims}
    if all(is_unnamed_source(prose.wording, speaker) for speaker in speakers):
        return f"{goes}. It rests on unnamed sources alone; a named source or a document would carry it further."
    if len(speakers) == 1:
        return f"{goes}, or if {prose.name(next(iter(speakers)))} takes it back."
    return f"{goes}."


# --- Changes, and a record that does not hold together --------------------------------------------


@dataclass(frozen=True, slots=True)
class ChangeView:
    """A change of position: one speaker, what was said first and what later."""

    id: str
    speaker: str
    sides: tuple[SideView, ...]
    lines: tuple[ProofLine, ...]


def change_view(change: PositionChange, prose: Prose, places: Places) -> ChangeView:
    """Show a change of position, the earlier claim first."""
    ordered = sorted(change.sides, key=lambda side: min((c.said_on.value if c.said_on else "~") for c in side.claims))
    lines = tuple(prose.lines(change.proof, change.sides))
    return ChangeView(change.id, capital(prose.name(change.speaker)), side_views(ordered, prose, places), lines)


def record_lines(proof: Proof, prose: Prose) -> tuple[ProofLine, ...]:
    """Say why the background does not hold together by itself."""
    return tuple(prose.lines(proof, ()))
