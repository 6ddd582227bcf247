"""Small worlds for tests: ontology and background in Turtle, claims as short mappings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache

import pyoxigraph

from kg.contradiction import Conflict, Theory, build_theory, check
from kg.contradiction.check import Checked
from kg.contradiction.theory import RULE_PREFIXES_EXTRA
from kg.logic.rules import Rule, parse_rules
from kg.prose import ProofLine, Prose
from kg.rdf import read_dossier
from kg.resources import ontology_file, text
from kg.terms import Blank, Iri, Literal, Term, Triple
from kg.vocab import PREFIXES
from kg.wording import build_wording

EX = "https://example.org/"
HEADER = "".join(f"@prefix {prefix}: <{base}> .\n" for prefix, base in {**PREFIXES, "ex": EX}.items())

ClaimNote = Mapping[str, object]
"""`by`, `affirms` or `denies` with three Turtle terms, and maybe one of `_DETAILS`."""
_DETAILS = ("on", "holds", "if", "if-holds", "certainty", "more")


def affirms(by: str, s: str, p: str, o: str, **details: object) -> ClaimNote:
    """Somebody says that it is so; `given` is a condition, `given_holds` its time, `more` Turtle about the claim."""
    return {"by": by, "affirms": (s, p, o), **_renamed(details)}


def denies(by: str, s: str, p: str, o: str, **details: object) -> ClaimNote:
    """Somebody says that it is not so."""
    return {"by": by, "denies": (s, p, o), **_renamed(details)}


def _renamed(details: Mapping[str, object]) -> dict[str, object]:
    return {key.replace("given_", "if-").replace("given", "if"): value for key, value in details.items()}


def ex(name: str) -> Iri:
    return Iri(EX + name)


def term(found: object) -> Term:
    if isinstance(found, pyoxigraph.NamedNode):
        return Iri(found.value)
    if isinstance(found, pyoxigraph.BlankNode):
        return Blank("_:" + found.value)
    assert isinstance(found, pyoxigraph.Literal)
    return Literal(found.value, Iri(found.datatype.value), found.language)


def triples(turtle: str) -> list[Triple]:
    parsed = pyoxigraph.parse((HEADER + turtle).encode(), format=pyoxigraph.RdfFormat.TURTLE)
    return [Triple(term(q.subject), term(q.predicate), term(q.object)) for q in parsed]  # type: ignore[arg-type]  # as parsed


@cache
def rules_of(name: str) -> tuple[Rule, ...]:
    prefixes = {**PREFIXES, **RULE_PREFIXES_EXTRA, "ex": EX}
    return tuple(parse_rules(text("ontology", f"rules/{name}.rules"), name, prefixes))


@cache
def shipped_theory() -> tuple[Theory, tuple[Triple, ...]]:
    ontology = tuple(triples(ontology_file().read_text(encoding="utf-8")))
    return build_theory(ontology, (*rules_of("owl2rl"), *rules_of("negotiation"))), ontology


def own_rules(rules: str) -> tuple[Rule, ...]:
    return tuple(parse_rules(rules, "test.rules", {**PREFIXES, **RULE_PREFIXES_EXTRA, "ex": EX}))


class Case:
    """One world, checked; `ontology` None takes the shipped ontology and its rules."""

    def __init__(
        self,
        claims: Iterable[ClaimNote] = (),
        *,
        ontology: str | None = None,
        background: str = "",
        rules: str = "",
        unique: bool = True,
    ) -> None:
        if ontology is None:
            theory, words = shipped_theory()
        else:
            words = tuple(triples(ontology))
            theory = build_theory(words, (*rules_of("owl2rl"), *rules_of("negotiation"), *own_rules(rules)))
        names = "<urn:g> neg:uniqueNames true .\n" if unique else ""
        turtle = names + background + "".join(_claim(number, note) for number, note in enumerate(claims, 1))
        self.problems: list[str] = []
        self.dossier = read_dossier(Iri("urn:g"), triples(turtle), self.problems)
        self.theory = theory
        self.checked: Checked = check([self.dossier], theory)
        self.result = self.checked.result
        self.world = self.checked.world
        facts = [*words, *self.dossier.background]
        self.prose = Prose(build_wording(facts, theory.says, theory.kinds, self.world.properties))

    def lines(self, conflict: Conflict) -> list[str]:
        return [str(line) for line in self.prose.lines(conflict.proof, conflict.sides)]

    def proof_lines(self, conflict: Conflict) -> list[ProofLine]:
        return self.prose.lines(conflict.proof, conflict.sides)

    def by_claims(self) -> set[frozenset[str]]:
        """The conflicts, each as the numbers of the claims on its sides."""
        return {self.numbers(c) for c in self.result.conflicts}

    @staticmethod
    def numbers(conflict: Conflict) -> frozenset[str]:
        return frozenset("+".join(str(c.iri).removeprefix(EX) for c in side.claims) for side in conflict.sides)

    def the_conflict(self) -> Conflict:
        [conflict] = self.result.conflicts
        return conflict


def _claim(number: int, note: ClaimNote) -> str:
    unknown = set(note) - {"by", "affirms", "denies", *_DETAILS}
    assert not unknown, f"unknown keys in a claim: {unknown}"
    lines = [f"ex:c{number} a neg:Claim ; prov:wasAttributedTo ex:{note['by']}"]
    on = str(note.get("on", "2019-01-22"))
    if on:
        lines.append(f'neg:saidOn "{on}"^^edtf:EDTF')
    for act in ("affirms", "denies"):
        if act in note:
            lines.append(f"neg:{act} {_proposition(note[act], note.get('holds'))}")
    if "if" in note:
        lines.append(f"neg:condition {_proposition(note['if'], note.get('if-holds'))}")
    if "certainty" in note:
        lines.append(f"neg:certainty neg:{note['certainty']}")
    if "more" in note:
        lines.append(str(note["more"]))
    return " ; ".join(lines) + " .\n"


def _proposition(content: object, holds: object) -> str:
    assert isinstance(content, Sequence)
    s, p, o = content
    time = f' ; neg:holds "{holds}"^^edtf:EDTF' if holds is not None else ""
    p = "rdf:type" if p == "a" else p
    return f"[ a neg:Proposition ; rdf:subject {s} ; rdf:predicate {p} ; rdf:object {o}{time} ]"
