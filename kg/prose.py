"""Say triples, positions, conflicts and proofs in English."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from kg.axiom_prose import AxiomProse
from kg.contradiction.classify import RESTATING
from kg.contradiction.results import Conflict, Position, Side
from kg.ids import is_anonymous, list_items
from kg.logic.trace import Proof
from kg.model import Claim, Polarity
from kg.terms import Iri, Literal, Node, Term, Triple, local_name
from kg.times import END, Window, as_text, in_english
from kg.vocab import NEG, OWL, RDF, RDFS, TYPE
from kg.wording import Wording, capital, fill, listed

_NOUN = re.compile(r"^\{s\} \[(?:is|was) (an? )")
_SAME = {
    OWL.sameAs: ("{s} and {o} are one and the same", "{s} and {o} are two different things"),
    OWL.differentFrom: ("{s} and {o} are two different things", "{s} and {o} are one and the same"),
}
_FACTS = frozenset({*_SAME, OWL.distinctMembers, OWL.targetIndividual, OWL.targetValue})
"""What OWL says of single things, and not in general."""


@dataclass(frozen=True, slots=True)
class ProofLine:
    """One numbered line of a proof; `cites` are the numbers of the lines it follows from."""

    number: int
    text: str
    kind: str
    cites: tuple[int, ...] = ()
    claims: tuple[Node, ...] = ()

    def __str__(self) -> str:
        """Write the line as people read it."""
        because = f" ({listed(map(str, self.cites))})" if self.cites and self.kind == "step" else ""
        return f"{self.number}. {self.text}{because}"


class Prose:
    """English for the things of one wording."""

    def __init__(self, wording: Wording) -> None:
        self.wording = wording
        self.axioms = AxiomProse(wording, self.name)

    # -- names ---------------------------------------------------------------------------------

    def name(self, term: Term) -> str:
        """Return what a thing, a class or a value is called."""
        if isinstance(term, Literal):
            return self.wording.name(term)
        if proposition := self._proposition(term):
            return f"that {self.sentence(proposition)}"
        if parts := self._parts(term):
            return " ".join([parts.noun, *([f"that {listed(parts.conditions)}"] if parts.conditions else [])])
        if is_anonymous(term) and (described := self.axioms.described(term, "thing that")):
            return described
        if term.startswith("urn:some:"):
            return "at least one thing"
        return self.wording.name(term)

    def _proposition(self, term: Node) -> Triple | None:
        facts = dict(self.wording.properties.get(term, ()))
        s, p, o = facts.get(RDF.subject), facts.get(RDF.predicate), facts.get(RDF.object)
        if s is None or isinstance(s, Literal) or not isinstance(p, Iri) or o is None:
            return None
        return Triple(s, p, o)

    def _parts(self, term: Node) -> _ClassParts | None:
        facts = dict(self.wording.properties.get(term, ())) if is_anonymous(term) else {}
        if OWL.intersectionOf not in facts:
            return self._restriction(facts)
        nouns: list[str] = []
        verbs: list[str] = []
        for member in list_items(facts[OWL.intersectionOf], self.wording.properties):
            phrase = self.wording.phrases.get(member, "") if not isinstance(member, Literal) else ""
            inner = None if isinstance(member, Literal) else self._parts(member)
            if inner is not None:
                verbs = [*inner.conditions, *verbs]
            elif phrase and not _NOUN.match(phrase):
                verbs.append(fill(phrase, subject="").strip())
            else:
                nouns.append(self.wording.name(member))
        return _ClassParts(" and ".join(nouns) or "thing", tuple(verbs))

    def _restriction(self, facts: dict[Iri, Term]) -> _ClassParts | None:
        prop, value = facts.get(OWL.onProperty), facts.get(OWL.hasValue)
        if not isinstance(prop, Iri):
            return None
        if value is None:
            filler = facts.get(OWL.someValuesFrom)
            return None if filler is None else _ClassParts("thing", (self._predicate(prop, f"a {self.name(filler)}"),))
        return _ClassParts("thing", (self._predicate(prop, self.name(value)),))

    def _predicate(self, prop: Iri, obj: str) -> str:
        phrase = self.wording.phrases.get(prop, f"{{s}} {self.wording.name(prop)} {{o}}")
        return fill(phrase, subject="", obj=obj).strip()

    # -- sentences -----------------------------------------------------------------------------

    def sentence(self, triple: Triple, *, denied: bool = False) -> str:
        """Say a triple, or its denial, as a sentence without a capital or a full stop."""
        s, p, o = triple
        if p == RDFS.subClassOf and o == OWL.Nothing:
            return self._none(s, denied=denied)
        if axiom := self.axioms.sentence(triple, denied=denied):
            return axiom
        if p == TYPE and not isinstance(o, Literal):
            return self.axioms.is_so(o, self.name(s), denied=denied, plural=s in self.wording.plural)
        if p in _SAME:
            return fill(_SAME[p][denied], subject=self.name(s), obj=self.name(o))
        phrases = self.wording.denied if denied else self.wording.phrases
        if p in phrases:
            return fill(phrases[p], subject=self.name(s), obj=self.name(o), plural=s in self.wording.plural)
        plain = f"{self.name(s)}: {self.wording.name(p)} {self.name(o)}"
        return f"it is not so that {plain}" if denied else plain

    def _none(self, expression: Node, *, denied: bool) -> str:
        parts = self._parts(expression) or _ClassParts(self.name(expression), ())
        word = "some" if denied else "no"
        if not parts.conditions:
            return f"there is {'a' if denied else 'no'} {parts.noun}"
        *inner, last = parts.conditions
        that = f" that {listed(inner)}" if inner else ""
        return f"{word} {parts.noun}{that} {last}"

    def position(self, position: Position) -> str:
        """Say what a position holds, with its condition."""
        proposition = position.proposition
        said = self.sentence(proposition.triple, denied=position.polarity is Polarity.DENIES)
        if proposition.holds is not None:
            lasting = position.window.possible is not None and position.window.possible.end >= END
            said += f" ({_time_said(proposition.holds.value, happened=lasting)})"
        if position.condition is None:
            return said
        return f"if {self.sentence(position.condition.triple)}, then {said}"

    def question(self, triple: Triple) -> str | None:
        """Ask whether a triple is so, where the ontology has the words for it."""
        s, p, o = triple
        key: Term = o if p == TYPE else p
        if isinstance(key, Literal) or key not in self.wording.questions:
            return None
        plural = s in self.wording.plural
        return fill(self.wording.questions[key], subject=self.name(s), obj=self.name(o), plural=plural)

    def when(self, window: Window) -> str:
        """Say when a position holds."""
        if window.certain is not None:
            return in_english(as_text(window.certain))
        return "at no certain time" if window.possible is None else f"within {in_english(as_text(window.possible))}"

    # -- people --------------------------------------------------------------------------------

    def speaker(self, claim: Claim) -> str:
        """Return who speaks."""
        return self.name(claim.speaker)

    def speakers(self, claims: Iterable[Claim], *, most: int = 3) -> tuple[str, bool]:
        """Name who speaks on a side, and say whether the verb is plural."""
        found = list(dict.fromkeys(claim.speaker for claim in claims))
        names = [self.name(speaker) for speaker in found]
        if len(names) > most:
            names = [*names[: most - 1], f"{len(names) - most + 1} others"]
        return listed(names), len(found) > 1 or any(s in self.wording.plural for s in found)

    def side(self, side: Side) -> str:
        """Say who holds a side and what it is."""
        who, several = self.speakers(side.claims)
        verb = "say" if several else "says"
        return f"{who} {verb} that {self.position(side.position)}"

    # -- conflicts -----------------------------------------------------------------------------

    def title(self, conflict: Conflict) -> str:
        """Put the conflict as a question."""
        contents = [side.position.proposition.triple for side in conflict.sides]
        universal = next(filter(_is_universal, contents), None)
        if universal is not None and (asked := self._universal_question(conflict.proof, universal.s)):
            return asked
        return self._questions(contents) or capital(self.because(conflict))

    def title_of(self, contents: Sequence[Triple]) -> str | None:
        """Put as a question what some positions say, as `title` does; None where that takes the proof."""
        return None if any(map(_is_universal, contents)) else self._questions(contents)

    def _questions(self, contents: Iterable[Triple]) -> str | None:
        found = [question for triple in contents if (question := self.question(triple))]
        return _joined(list(dict.fromkeys(found))) if found else None

    def _universal_question(self, proof: Proof, expression: Node) -> str | None:
        facts = dict(self.wording.properties.get(expression, ()))
        members = list_items(facts.get(OWL.intersectionOf, RDF.nil), self.wording.properties)
        verbs = [m for m in members if m in self.wording.questions and not _NOUN.match(self.wording.phrases.get(m, ""))]  # type: ignore[arg-type]  # a literal is in neither
        for node in proof.nodes():
            if node.triple is not None and node.triple.p == TYPE and node.triple.o in verbs:
                return self.question(node.triple)
        return None

    def because(self, conflict: Conflict) -> str:
        """Say in a sentence or two why the sides cannot all hold."""
        sides = "; ".join(self.side(side) for side in conflict.sides)
        rules = [
            self.wording.says[node.triple]
            for node in conflict.proof.nodes()
            if node.triple in self.wording.telling and node.triple in self.wording.says
        ]
        rules += [n.rule.says for n in conflict.proof.nodes() if n.rule is not None and n.rule.says]
        because = " ".join(dict.fromkeys(rules))
        return capital(sides) + "." + (f" {because}" if because else "")

    def lines(self, proof: Proof, sides: Iterable[Side]) -> list[ProofLine]:
        """Write a proof as numbered lines: claims, background and rules down to the clash."""
        return _Writer(self, dict(enumerate(sides))).write(proof)


@dataclass(frozen=True, slots=True)
class _ClassParts:
    """A class in words: a noun, and what is said of its members ("involves China", "was scheduled")."""

    noun: str
    conditions: tuple[str, ...]


def _time_said(holds: str, *, happened: bool) -> str:
    """Say a stated time: what happened "up to" a day happened "by" it."""
    said = in_english(holds)
    if "/" in holds:
        return re.sub(r"^up to ", "by ", said) if happened else said
    return f"on {said}" if holds.count("-") == 2 else f"in {said}"


def _is_universal(content: Triple) -> bool:
    return content.p == RDFS.subClassOf and content.o == OWL.Nothing


def _joined(questions: list[str]) -> str:
    """Join questions, saying what they share once.

    ["Were the talks held?", "Were the talks cancelled?"] -> "Were the talks held, or cancelled?"
    """
    first, *rest = questions
    for question in rest:
        one, other = first.rstrip("?").split(), question.rstrip("?").split()
        shared = 0
        while shared < min(len(one), len(other)) - 1 and one[shared] == other[shared]:
            shared += 1
        tail = " ".join(other[shared:]) if shared > 2 else question[:1].lower() + question[1:].rstrip("?")
        first = f"{first.rstrip('?')}, or {tail}?"
    return first


class _Writer:
    """Numbers the lines of one proof; what a reader need not see passes its citations on."""

    def __init__(self, prose: Prose, sides: dict[int, Side]) -> None:
        self.prose = prose
        self.sides = sides
        self.lines: list[ProofLine] = []
        self.known: dict[str, int] = {}
        self.cited: dict[int, tuple[int, ...]] = {}

    def write(self, proof: Proof) -> list[ProofLine]:
        cites = self._cites(proof)
        if proof.rule is not None and proof.rule.says:
            cites = (*cites, self._add(proof.rule.says, "axiom"))
        facts = sorted(n for n in cites if self.lines[n - 1].kind != "axiom") or sorted(cites)
        numbers = listed(map(str, facts))
        together = {1: "cannot hold", 2: "cannot both hold"}.get(len(facts), "cannot all hold")
        text = f"✕ {numbers} {together}."
        self._add(text, "clash", tuple(facts))
        return self.lines

    def _cites(self, node: Proof) -> tuple[int, ...]:
        """Return the lines that a node's premises stand on, writing them first."""
        # Facts before rules: a reader wants to know what is said before what follows from it.
        premises = sorted(node.premises, key=lambda premise: premise.rule is None and self._is_axiom(premise))
        numbers = [number for premise in premises for number in self._line(premise)]
        return tuple(sorted(dict.fromkeys(numbers)))

    def _is_axiom(self, leaf: Proof) -> bool:
        return leaf.mask == 0 and leaf.triple is not None and self._leaf_kind(leaf.triple) == "axiom"

    def _leaf_kind(self, triple: Triple) -> str:
        general = triple.p.startswith((OWL, RDFS)) and triple.p not in _FACTS
        characteristic = triple.p == TYPE and bool(self.prose.axioms.sentence(triple))
        return "axiom" if triple in self.prose.wording.says or general or characteristic else "background"

    def _line(self, node: Proof) -> tuple[int, ...]:
        if id(node) not in self.cited:
            self.cited[id(node)] = self._write_leaf(node) if node.rule is None else self._write_step(node)
        return self.cited[id(node)]

    def _write_step(self, node: Proof) -> tuple[int, ...]:
        if node.rule is not None and node.rule.id in RESTATING:
            return tuple(n for p in node.premises if not self._is_axiom(p) for n in self._line(p))
        cites = self._cites(node)
        triple = node.triple
        if triple is None or self._is_hidden(triple):
            return cites
        sentence = self.prose.sentence(triple, denied=node.denied)
        said = f"{node.rule.says} " if node.rule and node.rule.says else ""
        return (self._add(f"{said}So {sentence}.", "step", cites),)

    def _is_hidden(self, triple: Triple) -> bool:
        if triple.p.startswith("urn:claim#") or self.prose.axioms.sentence(triple) == "":
            return True
        # Membership in a restriction or in owl:Nothing is bookkeeping; what it stands on is cited instead.
        if triple.p != TYPE or isinstance(triple.o, Literal):
            return triple.p == RDFS.subClassOf and triple.o != OWL.Nothing
        return triple.o == OWL.Nothing or is_anonymous(triple.o)

    def _write_leaf(self, node: Proof) -> tuple[int, ...]:
        triple = node.triple
        if triple is None:
            return ()
        if node.mask:
            return (self._write_claim(node),)
        if triple in self.prose.wording.says:
            return (self._add(self.prose.wording.says[triple], "axiom"),)
        if self.prose.axioms.sentence(triple, denied=node.denied) == "":
            return ()
        said = f"{capital(self.prose.sentence(triple, denied=node.denied))}."
        return (self._add(said, self._leaf_kind(triple)),)

    def _write_claim(self, node: Proof) -> int:
        side = self.sides.get(node.mask.bit_length() - 1)
        if side is None:  # not a position: the assumption that two descriptions are one thing
            supposed = "" if node.triple is None else self.prose.sentence(node.triple)
            return self._add(f"Suppose that {supposed}.", "assumption")
        who, several = self.prose.speakers(side.claims)
        text = f"{capital(who)} {'say' if several else 'says'}: {self.prose.position(side.position)}."
        return self._add(text, "claim", claims=tuple(claim.iri for claim in side.claims))

    def _add(self, text: str, kind: str, cites: tuple[int, ...] = (), claims: tuple[Node, ...] = ()) -> int:
        found = self.known.get(text)
        if found is None:
            found = self.known[text] = len(self.lines) + 1
            self.lines.append(ProofLine(found, text, kind, cites, claims))
        return found


def claim_name(claim: Claim) -> str:
    """Return the short name of a claim: the end of its IRI."""
    return local_name(claim.iri)


def is_unnamed_source(wording: Wording, speaker: Node) -> bool:
    """Say whether a speaker is an unnamed source."""
    return (TYPE, NEG.UnnamedSource) in wording.properties.get(speaker, ())
