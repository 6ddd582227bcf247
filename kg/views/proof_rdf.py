"""A conflict and its proofs as triples: PROV-O says what was derived from what, AIF what speaks against what.

    entity (prov:Entity, aif:I-node)        a statement: reified, never asserted, and said in English
    step   (prov:Activity, aif:RA-node)     one application of one rule: the statements used, the one generated
    clash  (prov:Activity, aif:CA-node)     the step that ends a proof; what it generates is the proof itself

All names are made from content: a statement's from what it says and everything below it, so that the same
proof has the same name in every run. A class description without a name gets the name of its content.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from urllib.parse import quote

from kg.contradiction.computed import conflict_triples
from kg.contradiction.results import Conflict, Side
from kg.ids import canonical, class_iri, conflict_iri, digest
from kg.logic.justifications import Proofs
from kg.logic.rules import Rule
from kg.logic.trace import Proof
from kg.prose import Prose
from kg.terms import XSD, Blank, Iri, Literal, Term, Triple, n3
from kg.times import as_text
from kg.vocab import EDTF, NEG, PROV, RDF, RDFS, SCHEMA, TYPE, Namespace
from kg.wording import capital

AIF = Namespace("http://www.arg.dundee.ac.uk/aif#")
AIF_PREFIX = {"aif": AIF}
PROOF_BASE = "https://w3id.org/parley/proof/"
RULE_BASE = "https://w3id.org/parley/rule/"
CHECKER = Iri("https://w3id.org/parley/checker")
"""The software agent that applies the rules."""


def proofs_rdf(conflict: Conflict, found: Proofs, prose: Prose, kinds: Mapping[str, Iri]) -> Iterator[Triple]:
    """Describe a conflict and some of its proofs; `kinds` gives the concept of each kind's notation.

    The conflict is said to be derived from each proof (`prov:wasDerivedFrom`).
    """
    yield from conflict_triples([conflict], {conflict.id: prose.because(conflict)}, kinds)
    node = conflict_iri(conflict.id)
    yield Triple(node, TYPE, AIF.term("CA-node"))
    yield Triple(node, TYPE, PROV.Entity)
    if found.incomplete:
        yield Triple(node, NEG.incomplete, Literal(found.incomplete))
    yield Triple(CHECKER, TYPE, PROV.SoftwareAgent)
    for proof in found.proofs:
        writer = _Writer(prose, conflict.sides)
        yield from writer.write(proof)
        root = writer.names[id(proof)]
        yield Triple(node, PROV.wasDerivedFrom, root)
        lines = "\n".join(str(line) for line in prose.lines(proof, conflict.sides))
        yield Triple(root, NEG.says, Literal(lines))


class _Writer:
    """Names the nodes of one proof, premises first, and describes them."""

    def __init__(self, prose: Prose, sides: Iterable[Side]) -> None:
        self.prose = prose
        self.sides = dict(enumerate(sides))
        self.names: dict[int, Iri] = {}

    def write(self, proof: Proof) -> Iterator[Triple]:
        for node in proof.nodes():
            name = self.names[id(node)] = self._name(node)
            yield Triple(name, TYPE, PROV.Entity)
            yield Triple(name, TYPE, AIF.term("I-node"))
            yield Triple(name, NEG.holds, Literal(as_text(node.span), EDTF))
            if node.triple is not None:
                yield from self._statement(name, node, node.triple)
            if node.rule is None:
                yield from self._said(name, node)
            else:
                yield from self._step(name, node, node.rule)

    def _name(self, node: Proof) -> Iri:
        content = [] if node.triple is None else [n3(self._stable(term)) for term in node.triple]
        side = self._side(node)
        parts = [
            *content,
            "denied" if node.denied else "",
            as_text(node.span),
            side.position.key if side else "",
            node.rule.id if node.rule else "",
            *(self.names[id(premise)] for premise in node.premises),
        ]
        return Iri(PROOF_BASE + digest(parts))

    def _stable(self, term: Term) -> Term:
        """Name a class description or a list by its content; a thing without a name stays one."""
        if not isinstance(term, Blank):
            return term
        described = canonical(term, self.prose.wording.properties)
        return term if described == n3(term) else class_iri(described)

    def _side(self, leaf: Proof) -> Side | None:
        """Return whose content a leaf is; None for background, axioms and suppositions."""
        if leaf.rule is not None or not leaf.mask:
            return None
        return self.sides.get(leaf.mask.bit_length() - 1)

    def _statement(self, name: Iri, node: Proof, triple: Triple) -> Iterator[Triple]:
        for predicate, term in zip((RDF.subject, RDF.predicate, RDF.object), triple, strict=True):
            yield Triple(name, predicate, self._stable(term))
        yield Triple(name, NEG.polarity, Literal("denies" if node.denied else "affirms"))
        said = f"{capital(self.prose.sentence(triple, denied=node.denied))}."
        yield Triple(name, NEG.says, Literal(said))
        yield Triple(name, AIF.claimText, Literal(said))

    def _said(self, name: Iri, leaf: Proof) -> Iterator[Triple]:
        """Say who stands behind a leaf."""
        side = self._side(leaf)
        if side is None and leaf.mask:
            yield Triple(name, RDFS.comment, Literal("Supposed, not stated by anybody."))
        for claim in side.claims if side else ():
            yield Triple(name, NEG.claim, claim.iri)
            yield Triple(name, PROV.wasAttributedTo, claim.speaker)

    def _step(self, name: Iri, node: Proof, rule: Rule) -> Iterator[Triple]:
        step = Iri(f"{name}/step")
        clash = node.triple is None
        yield Triple(name, PROV.wasGeneratedBy, step)
        yield Triple(step, TYPE, PROV.Activity)
        yield Triple(step, TYPE, AIF.term("CA-node" if clash else "RA-node"))
        yield Triple(step, NEG.says, Literal(self._reason(node, rule)))
        yield from _plan(step, rule)
        if not clash:
            yield Triple(step, AIF.Conclusion, name)
        for number, premise in enumerate(node.premises, 1):
            used, usage = self.names[id(premise)], Iri(f"{step}/premise/{number}")
            yield Triple(step, PROV.used, used)
            yield Triple(step, PROV.qualifiedUsage, usage)
            yield Triple(usage, TYPE, PROV.Usage)
            yield Triple(usage, PROV.entity, used)
            yield Triple(usage, SCHEMA.position, Literal(str(number), Iri(XSD + "integer")))
            # A clash has no direction: each of its premises speaks against the others.
            for edge in (AIF.ConflictingElement, AIF.ConflictedElement) if clash else (AIF.Premise,):
                yield Triple(step, edge, used)

    def _reason(self, node: Proof, rule: Rule) -> str:
        said = f"{rule.says} " if rule.says else ""
        if node.triple is None:
            return f"{said}{_TOGETHER.get(len(node.premises), 'These cannot all hold.')}"
        return f"{said}So {self.prose.sentence(node.triple, denied=node.denied)}."


_TOGETHER = {1: "This cannot hold.", 2: "These cannot both hold."}


def _plan(step: Iri, rule: Rule) -> Iterator[Triple]:
    """Say by which rule a step was made."""
    plan, association = Iri(RULE_BASE + quote(rule.id)), Iri(f"{step}/rule")
    yield Triple(step, PROV.qualifiedAssociation, association)
    yield Triple(association, TYPE, PROV.Association)
    yield Triple(association, PROV.agent, CHECKER)
    yield Triple(association, PROV.hadPlan, plan)
    yield Triple(plan, TYPE, PROV.Plan)
    yield Triple(plan, RDFS.label, Literal(rule.id))
    if rule.says:
        yield Triple(plan, NEG.says, Literal(rule.says))
