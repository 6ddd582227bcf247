"""Put a case to the checker, and compare its answer with the known one.

The premise becomes background: is it inconsistent, the background contradicts itself. With `as_claims`, each of its
statements about single things becomes a claim of its own, the axioms stay background, and it is inconsistent
if there is a conflict or the background contradicts itself.

A conclusion is refuted: it follows if the premise with its denial cannot be true. A statement is denied by a claim;
an axiom by a counterexample of fresh things.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cache
from itertools import combinations

from kg.contradiction import CheckResult, Theory, build_theory, check
from kg.contradiction.theory import RULE_PREFIXES_EXTRA
from kg.ids import list_items
from kg.logic.rules import Rule, parse_rules
from kg.model import Claim, Commitment, Dossier, Polarity, Proposition
from kg.naming import by_subject
from kg.resources import text
from kg.terms import Blank, Iri, Term, Triple
from kg.vocab import OWL, PREFIXES, RDF, RDFS, TYPE
from tests.conformance.cases import Case, Expected

CASE = "urn:case:"
Counterexample = tuple[list[Triple], list[Triple]]
"""What would be so, and what would not, if a conclusion did not follow."""


class Outcome(Enum):
    """How an answer compares with the known one."""

    RIGHT = "right"
    MISSED = "missed"
    FALSE_ALARM = "false alarm"
    NOT_ASKED = "not asked"


@dataclass(frozen=True, slots=True)
class Judged:
    """A case, how the checker did, and why, where it did not do well."""

    case: Case
    outcome: Outcome
    reason: str = ""

    @property
    def is_shortfall(self) -> bool:
        """Whether the checker has to answer for it: a false alarm, or something missed within OWL 2 RL."""
        return self.outcome is Outcome.FALSE_ALARM or (
            self.outcome is Outcome.MISSED and self.case.within_rl and not self.reason
        )


def judge(case: Case, reasons: Mapping[str, str] | None = None, *, as_claims: bool = False) -> Judged:
    """Ask the checker about one case."""
    known = (reasons or {}).get(case.name, "")
    if case.unread or case.imports:
        return Judged(case, Outcome.NOT_ASKED, case.unread or "imports another ontology, and nothing is fetched")
    if case.expected in (Expected.CONSISTENT, Expected.INCONSISTENT):
        clash = inconsistent(case.premise, as_claims=as_claims)
    else:
        refutations = list(_refutations(case.conclusion))
        if not refutations:
            return Judged(case, Outcome.NOT_ASKED, "the conclusion has nothing that can be denied claim by claim")
        structure = [t for t in case.conclusion if isinstance(t.s, Blank) and _describes(t)]
        clash = all(inconsistent((*case.premise, *structure), refutation) for refutation in refutations)
    if clash == (case.expected in (Expected.INCONSISTENT, Expected.ENTAILED)):
        return Judged(case, Outcome.RIGHT)
    if clash:
        return Judged(case, Outcome.FALSE_ALARM, known)
    return Judged(case, Outcome.MISSED, known or _why_missed(case))


def inconsistent(
    premise: Iterable[Triple], counterexample: Counterexample = ([], []), *, as_claims: bool = False
) -> bool:
    """Say whether the checker finds a contradiction."""
    result = checked(premise, counterexample, as_claims=as_claims)
    return bool(result.background_conflicts or result.conflicts)


def checked(
    premise: Iterable[Triple], counterexample: Counterexample = ([], []), *, as_claims: bool = False
) -> CheckResult:
    """Check a premise as background, or claim by claim, with the claims of a counterexample."""
    triples = list(dict.fromkeys(premise))
    notes = {t.s for t in triples if t.p == TYPE and t.o == OWL.AnnotationProperty}
    said = [t for t in triples if _is_about_one_thing(t) and t.p not in notes] if as_claims else []
    axioms = [t for t in triples if t not in set(said)]
    affirmed, denied = counterexample
    claims = [_claim(n, Polarity.AFFIRMS, t) for n, t in enumerate((*said, *affirmed))]
    claims += [_claim(n, Polarity.DENIES, t) for n, t in enumerate(denied, len(claims))]
    result = check([Dossier(Iri(CASE + "dossier"), tuple(claims))], _theory(axioms)).result
    assert result.complete, "the case is too large to be judged"
    return result


def _theory(axioms: Sequence[Triple]) -> Theory:
    return build_theory(axioms, rl_rules())


@cache
def rl_rules() -> tuple[Rule, ...]:
    """The rules of OWL 2 RL alone."""
    return tuple(parse_rules(text("ontology", "rules/owl2rl.rules"), "owl2rl", {**PREFIXES, **RULE_PREFIXES_EXTRA}))


def _claim(number: int, polarity: Polarity, triple: Triple) -> Claim:
    commitment = Commitment(polarity, Proposition(*triple))
    return Claim(Iri(f"{CASE}claim-{number}"), Iri(f"{CASE}speaker-{number}"), None, (commitment,))


_VOCABULARY = (OWL, RDFS, RDF)


def _is_about_one_thing(triple: Triple) -> bool:
    """Say whether a triple is no part of an axiom: nothing of OWL in it but sameness and difference."""
    if triple.p in (OWL.sameAs, OWL.differentFrom):
        return True
    if triple.p == TYPE:
        return not str(triple.o).startswith(_VOCABULARY)
    return not triple.p.startswith(_VOCABULARY)


def _describes(triple: Triple) -> bool:
    """Say whether a triple about an unnamed class only says what class it is."""
    return triple.p.startswith(_VOCABULARY) and triple.p not in _COUNTEREXAMPLES


# -- conclusions ----------------------------------------------------------------------------------


def _refutations(conclusion: Sequence[Triple]) -> Iterator[Counterexample]:
    """Yield one counterexample for each thing that a conclusion says; what only declares or describes says nothing."""
    described = by_subject(conclusion)
    for triple in conclusion:
        about = described.get(triple.o, ()) if isinstance(triple.o, Blank) else ()
        complements = [o for p, o in about if p == OWL.complementOf]
        if triple.p in _COUNTEREXAMPLES:
            yield from _COUNTEREXAMPLES[triple.p](triple.s, triple.o)
        elif triple.p == TYPE and triple.o in _CHARACTERISTICS:
            yield _CHARACTERISTICS[triple.o](triple.s)
        elif triple.p in (OWL.members, OWL.distinctMembers) and (TYPE, OWL.AllDifferent) in described[triple.s]:
            for one, other in combinations(list_items(triple.o, described), 2):
                yield [], [_t(one, OWL.differentFrom, other)]
        elif triple.p == TYPE and complements:
            yield [_t(triple.s, TYPE, complement) for complement in complements], []
        elif _is_about_one_thing(triple) and (about or not isinstance(triple.o, Blank)):
            yield [], [triple]


def _thing(number: int) -> Iri:
    return Iri(f"{CASE}thing-{number}")


_A, _B, _C = _thing(1), _thing(2), _thing(3)


def _t(s: Term, p: Term, o: Term) -> Triple:
    return Triple(s, p, o)  # type: ignore[arg-type]  # a case may put any term anywhere


def _sub_class(c: Term, d: Term) -> list[Counterexample]:
    return [([_t(_A, TYPE, c)], [_t(_A, TYPE, d)])]


def _sub_property(p: Term, q: Term) -> list[Counterexample]:
    return [([_t(_A, p, _B)], [_t(_A, q, _B)])]


_COUNTEREXAMPLES: Mapping[Iri, Callable[[Term, Term], list[Counterexample]]] = {
    RDFS.subClassOf: _sub_class,
    OWL.equivalentClass: lambda c, d: _sub_class(c, d) + _sub_class(d, c),
    OWL.disjointWith: lambda c, d: [([_t(_A, TYPE, c), _t(_A, TYPE, d)], [])],
    RDFS.subPropertyOf: _sub_property,
    OWL.equivalentProperty: lambda p, q: _sub_property(p, q) + _sub_property(q, p),
    OWL.propertyDisjointWith: lambda p, q: [([_t(_A, p, _B), _t(_A, q, _B)], [])],
    OWL.inverseOf: lambda p, q: [([_t(_A, p, _B)], [_t(_B, q, _A)]), ([_t(_A, q, _B)], [_t(_B, p, _A)])],
    RDFS.domain: lambda p, c: [([_t(_A, p, _B)], [_t(_A, TYPE, c)])],
    RDFS.range: lambda p, c: [([_t(_A, p, _B)], [_t(_B, TYPE, c)])],
}
_CHARACTERISTICS: Mapping[Term, Callable[[Term], Counterexample]] = {
    OWL.FunctionalProperty: lambda p: ([_t(_A, p, _B), _t(_A, p, _C), _t(_B, OWL.differentFrom, _C)], []),
    OWL.InverseFunctionalProperty: lambda p: ([_t(_B, p, _A), _t(_C, p, _A), _t(_B, OWL.differentFrom, _C)], []),
    OWL.SymmetricProperty: lambda p: ([_t(_A, p, _B)], [_t(_B, p, _A)]),
    OWL.AsymmetricProperty: lambda p: ([_t(_A, p, _B), _t(_B, p, _A)], []),
    OWL.IrreflexiveProperty: lambda p: ([_t(_A, p, _A)], []),
    OWL.TransitiveProperty: lambda p: ([_t(_A, p, _B), _t(_B, p, _C)], [_t(_A, p, _C)]),
}


# -- reasons --------------------------------------------------------------------------------------

_NO_RULE = (
    "minCardinality", "minQualifiedCardinality", "cardinality", "qualifiedCardinality", "onDataRange",
    "disjointUnionOf", "ReflexiveProperty", "datatypeComplementOf", "onDatatype", "withRestrictions",
    "topObjectProperty", "topDataProperty", "bottomObjectProperty", "bottomDataProperty", "onProperties",
)  # fmt: skip


def _why_missed(case: Case) -> str:
    """Say why something outside OWL 2 RL is out of reach; nothing for what is inside."""
    if case.within_rl:
        return ""
    used = {term for triple in (*case.premise, *case.conclusion) for term in triple}
    found = [name for name in _NO_RULE if OWL.term(name) in used]
    if found:
        return f"no rule of RL reads owl:{found[0]}"
    return "outside RL: it needs a choice between cases, or a thing that is not named"
