"""Triples to records, also from hand-written graphs.

Blank nodes, propositions of any name and XSD dates are taken. Reading never fails; what cannot be read is left
out and said in plain sentences.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence

from kg.ids import claim_iri, proposition_iri
from kg.model import Claim, Commitment, Dossier, Mention, Proposition, Quote
from kg.naming import Structures, TooLarge, by_subject
from kg.rdf.record import RecordFacts, as_edtf, shown
from kg.rdf.writing import ACTS, PREFIX, WITHDRAWALS, proposition_node, proposition_triples, says_unique
from kg.terms import Blank, Iri, Literal, Node, Term, Triple, n3
from kg.vocab import NEG, OA, PROV, RDF, TYPE, shorten

_CONTENT = (RDF.subject, RDF.predicate, RDF.object)


def read_dossier(graph: Iri, triples: Iterable[Triple], problems: list[str] | None = None) -> Dossier:
    """Read the records of one graph; add to `problems` a sentence for each thing that cannot be read."""
    return _Reader(graph, triples, [] if problems is None else problems).dossier()


def mentions(triples: Iterable[Triple]) -> list[tuple[Node, Node, Mention]]:
    """Return every place where a claim stands: the claim, the node of the mention, and what it says."""
    reader = _Reader(Iri(""), triples, [])
    reader.dossier()
    return reader.mentions


def name_claims(graph: Iri, triples: Iterable[Triple]) -> Iterator[Triple]:
    """Give claims that are blank nodes a name made from their speaker, date and act, so that others can point at them.

    Before: `[] a neg:Claim ; prov:wasAttributedTo ex:ann ; ...`. After: `<graph/claim-HASH> a neg:Claim ; ...`.
    """
    rows = list(triples)
    nameless = any(isinstance(t.s, Blank) and _makes_claim(t.p, t.o) for t in rows)
    dossier = read_dossier(graph, rows) if nameless else Dossier(graph)
    names: dict[Node, Iri] = {}
    for claim in dossier.claims:
        if isinstance(claim.iri, Blank):
            name = claim_iri(graph, n3(claim.speaker), str(claim.said_on or ""), _act(claim))
            again = sum(other == name or other.startswith(f"{name}-") for other in names.values())
            names[claim.iri] = Iri(f"{name}-{again + 1}") if again else name
    for subject, predicate, obj in rows:
        new = obj if isinstance(obj, Literal) else names.get(obj, obj)
        yield Triple(names.get(subject, subject), predicate, new)


def _act(claim: Claim) -> str:
    said = (f"{c.polarity.value} {proposition_node(c.proposition)}" for c in claim.commitments)
    withdrawn = (f"{how.value} {earlier}" for how, earlier in claim.withdraws)
    return "\n".join([*said, *withdrawn])


class _Reader:
    """The state of one reading: the triples by subject, and the nodes already understood."""

    def __init__(self, graph: Iri, triples: Iterable[Triple], problems: list[str]) -> None:
        self.graph = graph
        self.facts = by_subject(triples)
        self.problems = problems
        self.structures = Structures(self.facts)
        self.propositions: dict[Node, Proposition | None] = {}
        self.kept: dict[Node, Proposition] = {}  # propositions that something other than a claim speaks of
        self.mentions: list[tuple[Node, Node, Mention]] = []  # claim, node, what it says
        self.records: set[Node] = set()  # nodes whose triples belong to a claim's record

    def dossier(self) -> Dossier:
        claims = sorted(node for node, facts in self.facts.items() if any(_makes_claim(p, o) for p, o in facts))
        self.records.update(claims)
        read = tuple(self._claim(node) for node in claims)
        for node, facts in self.facts.items():
            if (TYPE, NEG.Proposition) in facts and node not in self.propositions:
                self._keep(node)
        background = self._background()
        unique = any(says_unique(triple) for triple in background)
        return Dossier(self.graph, read, background, unique_names=unique)

    # Claims

    def _claim(self, node: Node) -> Claim:
        record = RecordFacts(self.facts.get(node, ()), node, self.problems)
        speaker = record.node(PROV.wasAttributedTo)
        if speaker is None:
            record.problem("has no speaker (prov:wasAttributedTo)")
            speaker = Blank("_:somebody-" + proposition_iri(n3(node), "", "", "").rsplit("/", 1)[1])
        commitments, condition = self._content(record)
        return Claim(
            iri=node,
            speaker=speaker,
            said_on=record.date(NEG.saidOn),
            commitments=commitments,
            condition=condition,
            certainty=record.iri(NEG.certainty),
            attribution=record.iri(NEG.attribution),
            capacity=record.node(NEG.capacity),
            medium=record.node(NEG.medium),
            audience=record.node(NEG.audience),
            chain=self._chain(record),
            withdraws=tuple((how, o) for how, p in WITHDRAWALS.items() for o in record.nodes(p)),
            mentions=self._mentions(record),
            reading=record.text(NEG.reading),
            assessments=record.rest(),
            graph=self.graph,
        )

    def _content(self, record: RecordFacts) -> tuple[tuple[Commitment, ...], Proposition | None]:
        """Read what is affirmed and denied; nothing of it if the condition on it cannot be read."""
        found = {
            Commitment(polarity, proposition)
            for polarity, predicate in ACTS.items()
            for node in record.nodes(predicate)
            if (proposition := self._proposition(node)) is not None
        }
        conditions = record.nodes(NEG.condition)
        read = [p for p in map(self._proposition, conditions) if p is not None]
        if (conditions and len(conditions) != 1) or len(read) != len(conditions):
            record.problem("must have one readable condition or none; its content is left out")
            return (), None
        return in_order(found), read[0] if read else None

    def _chain(self, record: RecordFacts) -> tuple[Node, ...]:
        steps: list[tuple[float, str, Node]] = []
        for node in record.nodes(NEG.report):
            report = self._sub_record(node)
            reporter = report.node(NEG.reporter)
            step = report.text(NEG.step)
            if reporter is None:
                report.problem("names no reporter (neg:reporter)")
                continue
            if step is None or not step.strip().lstrip("+-").isdecimal():
                report.problem("has no number (neg:step); it is put last")
                step = None
            steps.append((float(step) if step else float("inf"), n3(node), reporter))
            report.finish()
        return tuple(reporter for _, _, reporter in sorted(steps))

    def _mentions(self, record: RecordFacts) -> tuple[Mention, ...]:
        found: list[tuple[str, str, Node, Mention]] = []
        for node in record.nodes(NEG.mention):
            mention = self._sub_record(node)
            document = mention.node(OA.hasSource)
            selectors = mention.nodes(OA.hasSelector)
            if document is None:
                mention.problem("names no document (oa:hasSource)")
                continue
            quotes = [quote for quote in map(self._quote, selectors) if quote is not None]
            if len(quotes) > 1:
                mention.problem(f"has {len(quotes)} quotes; only the first is taken")
            mention.ignore(NEG.orphaned)
            mention.finish()
            read = Mention(document, quotes[0] if quotes else None)
            found.append((_natural(node), str(read), node, read))
        ordered = [(record.subject, node, read) for _, _, node, read in sorted(found, key=lambda item: item[:2])]
        self.mentions += ordered
        return tuple(mention for _, _, mention in ordered)

    def _quote(self, node: Node) -> Quote | None:
        selector = self._sub_record(node)
        exact = selector.text(OA.exact)
        if exact is None:
            selector.problem("quotes no words (oa:exact); other selectors are not read")
            return None
        quote = Quote(exact, selector.text(PREFIX) or "", selector.text(OA.suffix) or "")
        selector.finish()
        return quote

    def _sub_record(self, node: Node) -> RecordFacts:
        self.records.add(node)
        return RecordFacts(self.facts.get(node, ()), node, self.problems)

    # Propositions

    def _proposition(self, node: Node, above: tuple[Node, ...] = ()) -> Proposition | None:
        """Read a proposition, once; give it, and what it speaks about, names by content."""
        if node in above:
            self.problems.append(f"proposition {shown(node)} is about itself")
            return None
        if node not in self.propositions:
            self.propositions[node] = self._read_proposition(node, (*above, node))
        return self.propositions[node]

    def _read_proposition(self, node: Node, above: tuple[Node, ...]) -> Proposition | None:
        facts = self.facts.get(node, [])
        values = {predicate: [o for p, o in facts if p == predicate] for predicate in (*_CONTENT, NEG.holds)}
        for predicate in _CONTENT:
            if len(values[predicate]) != 1:
                count = len(values[predicate]) or "no"
                self.problems.append(f"proposition {shown(node)} has {count} {shorten(predicate)}; it needs one")
                return None
        predicate_term = values[RDF.predicate][0]
        subject = self._about(values[RDF.subject][0], node, above)
        obj = self._about(values[RDF.object][0], node, above)
        readable, holds = self._holds(node, values[NEG.holds])
        if not isinstance(predicate_term, Iri) or isinstance(subject, Literal):
            self.problems.append(f"proposition {shown(node)} has a subject or predicate that is not a resource")
            return None
        if subject is None or obj is None or not readable:
            return None
        return Proposition(subject, predicate_term, obj, holds)

    def _about(self, term: Term, owner: Node, above: tuple[Node, ...]) -> Term | None:
        """Name what a proposition speaks about: another proposition, a class expression, or a plain thing."""
        if isinstance(term, Literal):
            return term
        if self._looks_like_proposition(term):
            if len(above) > 50:
                self.problems.append(f"proposition {shown(owner)} is nested more than 50 deep")
                return None
            inner = self._proposition(term, above)
            if inner is None:
                self.problems.append(f"proposition {shown(owner)} speaks about a proposition that cannot be read")
                return None
            self.kept[term] = inner
            return proposition_node(inner)
        try:
            return self.structures.name(term)
        except TooLarge as error:
            self.problems.append(f"proposition {shown(owner)}: {error}")
            return None

    def _looks_like_proposition(self, node: Node) -> bool:
        facts = self.facts.get(node, ())
        return (TYPE, NEG.Proposition) in facts or {p for p, _ in facts} >= set(_CONTENT)

    def _holds(self, node: Node, values: Sequence[Term]) -> tuple[bool, Literal | None]:
        """Read the time that a proposition gives, if any; say first whether all is well with it."""
        if not values:
            return True, None
        dates = [date for date in map(as_edtf, values) if date is not None]
        if len(dates) != len(values):
            wrong = next(value for value in values if as_edtf(value) is None)
            self.problems.append(f"proposition {shown(node)} holds at {n3(wrong)}, which is not a date")
            return False, None
        if len(set(dates)) > 1:
            self.problems.append(f"proposition {shown(node)} has {len(set(dates))} neg:holds; it needs one or none")
            return False, None
        return True, dates[0]

    def _keep(self, node: Node) -> None:
        proposition = self._proposition(node)
        if proposition is not None:
            self.kept[node] = proposition

    # Background

    def _background(self) -> frozenset[Triple]:
        """Collect the triples outside the records, with propositions and class expressions under their names."""
        plain = {
            Triple(s, p, o)
            for s, facts in self.facts.items()
            if s not in self.records and s not in self.structures.absorbed
            for p, o in facts
            if s not in self.propositions or (p not in (*_CONTENT, NEG.holds) and (p, o) != (TYPE, NEG.Proposition))
        }
        for triple in plain:  # a proposition that background speaks of has to stay described there
            if not isinstance(triple.o, Literal) and self.propositions.get(triple.o) is not None:
                self._keep(triple.o)
        renamed = {Triple(self._renamed(s), p, o if isinstance(o, Literal) else self._renamed(o)) for s, p, o in plain}
        kept = {t for proposition in self.kept.values() for t in proposition_triples(proposition)}
        return frozenset(renamed | kept | self.structures.triples | self._shared(plain))

    def _renamed(self, node: Node) -> Node:
        proposition = self.propositions.get(node)
        if proposition is not None:
            return proposition_node(proposition)
        return self.structures.names.get(node, node)

    def _shared(self, plain: Iterable[Triple]) -> set[Triple]:
        """Return the inner parts of class expressions that background uses under their old names too."""
        todo: list[Term] = [t.o for t in plain if t.o in self.structures.absorbed]
        found: set[Triple] = set()
        seen: set[Term] = set()
        while todo:
            node = todo.pop()
            if isinstance(node, Literal) or node in seen or node in self.structures.names:
                continue
            seen.add(node)
            if node in self.structures.absorbed:
                found |= {Triple(node, p, o) for p, o in self.facts.get(node, ())}
                todo += [o for _, o in self.facts.get(node, ())]
        return found


def in_order(commitments: Collection[Commitment]) -> tuple[Commitment, ...]:
    """Sort commitments, so that equal claims are equal values."""
    if len(commitments) < 2:
        return tuple(commitments)
    return tuple(sorted(commitments, key=lambda c: (c.polarity.value, proposition_node(c.proposition))))


def _makes_claim(predicate: Iri, obj: Term) -> bool:
    return predicate in (NEG.affirms, NEG.denies) or (predicate == TYPE and obj == NEG.Claim)


def _natural(node: Node) -> str:
    """Order `mention/2` before `mention/10`."""
    head, _, number = node.rpartition("/")
    return f"{head}/{int(number):09d}" if number.isdecimal() and len(number) < 9 else str(node)
