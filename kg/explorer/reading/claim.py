"""One claim with everything that is recorded of it, and what follows: the values of its page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from kg.contradiction.results import PositionChange
from kg.explorer.explorer import Explorer
from kg.explorer.page import Json, Ref
from kg.explorer.reading.lines import ClaimLine, claim_line, ref_json
from kg.explorer.reading.quotes import orphans_of, words_id
from kg.explorer.reading.taken import Taken, taken
from kg.explorer.reading.texts import page_of_words
from kg.explorer.site import Address
from kg.model import Claim, Mention, Proposition
from kg.rdf.writing import WITHDRAWALS, proposition_node
from kg.store.texts import text_in
from kg.terms import Iri, Literal, Node, Term, n3
from kg.views.claims import ClaimView, Orphans, claim_view
from kg.vocab import NEG, SKOS
from kg.wording import capital

_WITHDRAWN_BY = Path(__file__).with_name("withdrawn-by.rq")
_HOW = {predicate: how.value for how, predicate in WITHDRAWALS.items()}
GRADED = (NEG.reliability, NEG.credibility, NEG.likelihood, NEG.confidence)
"""How much weight a claim bears, as others judge it; each is said by itself, and said to be missing."""


@dataclass(frozen=True, slots=True)
class Words:
    """One place where a claim stands: the document, the words there with those around them, and a link to them."""

    document: Ref
    exact: str
    prefix: str
    suffix: str
    orphaned: bool
    page: Address | None
    anchor: str


@dataclass(frozen=True, slots=True)
class Step:
    """One station on the way of a claim to the page: what happened there, and with whom."""

    did: str
    who: Ref


@dataclass(frozen=True, slots=True)
class Grade:
    """One kind of uncertainty: what it is about, and how it was judged; "" if nobody did."""

    label: str
    about: str
    value: str


@dataclass(frozen=True, slots=True)
class Withdrawing:
    """A claim that takes another one back, or is taken back by it."""

    how: str
    line: ClaimLine


@dataclass(frozen=True, slots=True)
class Changed:
    """A change of position that a claim is part of: what was said then and before, or since."""

    ref: Ref
    positions: tuple[str, ...]


@dataclass(frozen=True)
class ClaimValues:
    """Everything that the page of a claim shows."""

    claim: Claim
    view: ClaimView
    line: ClaimLine
    facts: tuple[tuple[str, Ref], ...]
    condition: str
    words: tuple[Words, ...]
    steps: tuple[Step, ...]
    grades: tuple[Grade, ...]
    others: tuple[tuple[str, Ref], ...]
    positions: tuple[Taken, ...]
    withdraws: tuple[Withdrawing, ...]
    withdrawn: tuple[Withdrawing, ...]
    changes: tuple[Changed, ...]
    place: str

    def data(self) -> Json:
        """Write them for the JSON twin."""
        return {
            **self.line.data(),
            "name": self.view.name,
            "capacity": self.view.capacity,
            "facts": [{"what": label, **ref_json(ref)} for label, ref in self.facts],
            "commitments": [
                {"polarity": one.polarity.value, **_content(one.proposition)} for one in self.claim.commitments
            ],
            "condition": self.condition or None,
            "condition_content": None if self.claim.condition is None else _content(self.claim.condition),
            "reading": self.view.reading,
            "mentions": [
                {
                    "document": ref_json(one.document),
                    "exact": one.exact or None,
                    "prefix": one.prefix,
                    "suffix": one.suffix,
                    "orphaned": one.orphaned,
                }
                for one in self.words
            ],
            "chain": [{"did": step.did, **ref_json(step.who)} for step in self.steps],
            "uncertainty": [{"what": one.label, "value": one.value or None} for one in self.grades],
            "also_recorded": [{"what": label, **ref_json(ref)} for label, ref in self.others],
            "positions": [one.data() for one in self.positions],
            "withdraws": [{"how": one.how, **one.line.data()} for one in self.withdraws],
            "withdrawn_by": [{"how": one.how, **one.line.data()} for one in self.withdrawn],
            "changes": [list(one.positions) for one in self.changes],
        }


def _content(proposition: Proposition) -> Json:
    return {
        "proposition": proposition_node(proposition),
        "triple": [n3(term) for term in proposition.triple],
        "holds": proposition.holds.value if proposition.holds else None,
    }


def claim_values(explorer: Explorer, claim: Claim) -> ClaimValues:
    """Gather what the page of a claim shows."""
    prose = explorer.prose
    orphans = orphans_of(explorer, claim)
    view = claim_view(claim, prose, explorer.graph.places, orphans)
    condition = "" if claim.condition is None else capital(prose.sentence(claim.condition.triple))
    return ClaimValues(
        claim=claim,
        view=view,
        line=claim_line(explorer, claim),
        facts=tuple(_facts(explorer, claim, view)),
        condition=condition,
        words=tuple(_words(explorer, claim, n, one, orphans) for n, one in enumerate(claim.mentions, 1)),
        steps=tuple(_steps(explorer, claim)),
        grades=tuple(_grades(explorer, claim)),
        others=tuple((capital(prose.name(p)), explorer.ref(o)) for p, o in claim.assessments if p not in GRADED),
        positions=taken(explorer, claim),
        withdraws=tuple(_withdraws(explorer, claim)),
        withdrawn=tuple(_withdrawn(explorer, claim)),
        changes=tuple(
            _changed(explorer, one) for one in explorer.catalog.changes_by(claim.speaker) if _has(one, claim)
        ),
        place=explorer.graph.places.get(claim.iri, ""),
    )


def _facts(explorer: Explorer, claim: Claim, view: ClaimView) -> Iterator[tuple[str, Ref]]:
    yield "Speaker", explorer.ref(claim.speaker, start=True)
    if view.capacity:
        yield ("What is known of them" if view.unnamed else "In the capacity of"), _capacity(explorer, claim, view)
    yield "Said on", Ref(view.said)
    named: tuple[tuple[str, Node | None], ...] = (
        ("Medium", claim.medium),
        ("Audience", claim.audience),
        ("Terms", claim.attribution),
    )
    for label, node in named:
        if node is not None:
            yield label, explorer.ref(node, start=True)


def _capacity(explorer: Explorer, claim: Claim, view: ClaimView) -> Ref:
    """Link to the post; a membership, which is how a post is held, has no name of its own."""
    if claim.capacity is None:
        return Ref(view.capacity)
    facts = explorer.prose.wording.properties.get(claim.capacity, ())
    post: Term = next((o for p, o in facts if p == NEG.post), claim.capacity)
    return explorer.ref(post, view.capacity, start=True)


def _words(explorer: Explorer, claim: Claim, number: int, mention: Mention, orphans: Orphans) -> Words:
    quote = mention.quote
    document = explorer.ref(mention.document)
    if quote is None:
        return Words(document, "", "", "", orphaned=False, page=document.address, anchor="")
    orphaned = (claim.iri, quote) in orphans
    page = None if orphaned else page_of_words(explorer, mention.document, quote)
    anchor = words_id(claim.iri, number) if page is not None else ""
    return Words(document, quote.exact, quote.prefix, quote.suffix, orphaned, page or document.address, anchor)


def _steps(explorer: Explorer, claim: Claim) -> Iterator[Step]:
    """Yield the way of a claim: who said it, who heard it, who passed it on, where it stands."""
    yield Step("said by", explorer.ref(claim.speaker))
    for number, reporter in enumerate(claim.chain):
        yield Step("passed on by" if number else "heard by", explorer.ref(reporter))
    for document in dict.fromkeys(mention.document for mention in claim.mentions):
        yield Step("stands in", explorer.ref(document))


def _grades(explorer: Explorer, claim: Claim) -> Iterator[Grade]:
    prose = explorer.prose
    values: dict[Iri, list[str]] = {}
    for predicate, value in claim.assessments:
        values.setdefault(predicate, []).append(prose.name(value))
    if claim.certainty is not None:
        values[NEG.certainty] = [prose.name(claim.certainty)]
    for predicate in (NEG.certainty, *GRADED):
        label = capital(prose.name(predicate))
        yield Grade(label, _definition(explorer, predicate), ", ".join(values.get(predicate, ())))


def _definition(explorer: Explorer, term: Iri) -> str:
    found = (t.o for t in explorer.graph.ontology if t.s == term and t.p == SKOS.definition)
    return next((one.value for one in found if isinstance(one, Literal)), "")


def _withdraws(explorer: Explorer, claim: Claim) -> Iterator[Withdrawing]:
    for how, node in claim.withdraws:
        earlier = explorer.catalog.claim(node)
        if earlier is not None:
            yield Withdrawing(how.value, claim_line(explorer, earlier))


def _withdrawn(explorer: Explorer, claim: Claim) -> Iterator[Withdrawing]:
    rows = explorer.graph.store.select(text_in(_WITHDRAWN_BY), {"claim": claim.iri}, name="what takes a claim back")
    for node, how in rows:
        later = None if node is None or isinstance(node, Literal) else explorer.catalog.claim(node)
        if later is not None and isinstance(how, Iri):
            yield Withdrawing(_HOW[how], claim_line(explorer, later))


def _has(change: PositionChange, claim: Claim) -> bool:
    return any(one.iri == claim.iri for side in change.sides for one in side.claims)


def _changed(explorer: Explorer, change: PositionChange) -> Changed:
    positions = tuple(capital(explorer.prose.position(side.position)) for side in change.sides)
    return Changed(Ref("the change of position", Address.of("change", change.id)), positions)
