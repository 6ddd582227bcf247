"""Statements brought for one group, and the small world that they make for the exact check."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from kg.contradiction.pushed import OWN_RECORD, Kind, Place, Rows, Side
from kg.model import Claim, Commitment, Dossier, Polarity, Proposition
from kg.pushed.asking import Asking, Cells, quads_of
from kg.rdf import as_edtf
from kg.terms import Blank, Iri, Literal, Node, Quad, Term
from kg.values import canonical
from kg.vocab import NEG, PROV, TYPE

MOST_WHOLE = 200_000
"""How many statements of one predicate are brought whole, where a rule can only be followed so."""
_SOMEBODY = Iri("urn:group:somebody")
_GROUP = Iri("urn:group")
_VARIABLES = {PROV.wasAttributedTo: "speaker", NEG.capacity: "post"}


@dataclass(slots=True)
class Spellings:
    """How values are written in the store: it is asked for "10%" and for "10 %", which are one value."""

    asking: Asking
    rows: Rows
    _known: dict[Place, dict[Term, list[Term]]] = field(default_factory=dict)

    def of(self, place: Place, terms: Iterable[Term]) -> Iterator[Term]:
        """Yield things as they are, and every spelling of values."""
        for term in terms:
            if isinstance(term, Literal):
                yield from self._at(place).get(term, ()) if place.side == 1 else ()
            else:
                yield term

    def _at(self, place: Place) -> Mapping[Term, Sequence[Term]]:
        if place not in self._known:
            found: dict[Term, list[Term]] = defaultdict(list)
            for term in self.asking.having(Side((place,)), self.rows) if place.kind in self.rows.literal else ():
                if isinstance(term, Literal):
                    found[canonical(term)].append(term)
            self._known[place] = found
        return self._known[place]


@dataclass(slots=True)
class Bringing:
    """What was brought for a group: contents of claims, statements of recorders, and who spoke in what post."""

    asking: Asking
    rows: Rows
    unique: frozenset[Iri]
    spellings: Spellings
    said: set[Cells] = field(default_factory=set)
    recorded: set[Quad] = field(default_factory=set)
    posts: set[Cells] = field(default_factory=set)
    incomplete: list[str] = field(default_factory=list)

    # -- as `Fetch` ------------------------------------------------------------------------------

    def about(self, wanted: Mapping[Place, Iterable[Term]]) -> Iterable[tuple[int, Term, Term]]:
        """Return the facts that have one of these things at one of these places."""
        found: list[tuple[int, Term, Term]] = []
        for side, (said_name, recorded_name) in enumerate((("said-of", "recorded-of"), ("said-to", "recorded-to"))):
            kinds: dict[Term, set[Kind]] = defaultdict(set)
            for place, terms in wanted.items():
                if place.side == side:
                    for spelt in self.spellings.of(place, terms):
                        kinds[spelt].add(self.rows.kinds[place.kind])
            for some, things in _alike(kinds):
                predicates = sorted({kind.predicate for kind in some})
                found += self._say(self.asking.about(said_name, things, predicates=predicates))
                plain = sorted({kind.predicate for kind in some if not kind.denied})
                if plain:
                    found += self._record(quads_of(self.asking.about(recorded_name, things, predicates=plain)))
                for predicate in {*plain} & _VARIABLES.keys() if side else ():
                    rows = self.asking.about("posts-of", things, variable=_VARIABLES[predicate])
                    found += self._speak(rows)
        return found

    def whole(self, kinds: Iterable[int]) -> Iterable[tuple[int, Term, Term]]:
        """Return all facts of some kinds, up to a number; beyond that what is missing is said."""
        some = [self.rows.kinds[number] for number in kinds]
        classes = {kind.cls for kind in some if kind.cls is not None}
        found = self._say(self.asking.about("said-to", classes, predicates=[TYPE]))
        found += self._record(quads_of(self.asking.about("recorded-to", classes, predicates=[TYPE])))
        for predicate in sorted({kind.predicate for kind in some if kind.cls is None}):
            said = self.asking.rows("said-whole", predicates=[predicate], most=MOST_WHOLE + 1)
            recorded = self.asking.rows("recorded-whole", predicates=[predicate], most=MOST_WHOLE + 1)
            if max(len(said), len(recorded)) > MOST_WHOLE:
                self.incomplete.append(
                    f"<{predicate}> would have to be read whole, and there are more than {MOST_WHOLE:,} of it"
                )
            found += self._say(said)
            found += self._record(quads_of(recorded))
            if predicate in OWN_RECORD:
                found += self._speak(self.asking.rows("posts-whole", most=MOST_WHOLE))
        return found

    def _say(self, rows: Iterable[Cells]) -> list[tuple[int, Term, Term]]:
        new = [row for row in rows if not any(isinstance(term, Blank) for term in row)]
        self.said.update(new)
        return [fact for act, s, p, o, *_ in new for fact in self._fact(s, p, o, denied=act == NEG.denies)]

    def _record(self, quads: Iterable[Quad]) -> list[tuple[int, Term, Term]]:
        new = [quad for quad in quads if not isinstance(quad.s, Blank) and not isinstance(quad.o, Blank)]
        self.recorded.update(new)
        return [fact for quad in new for fact in self._fact(quad.s, quad.p, quad.o)]

    def _speak(self, rows: Iterable[Cells]) -> list[tuple[int, Term, Term]]:
        new = list(rows)
        self.posts.update(new)
        return [
            fact
            for claim, *said in new
            for p, o in zip(OWN_RECORD, said, strict=True)
            for fact in self._fact(claim, p, o)
        ]

    def _fact(
        self, s: Term | None, p: Term | None, o: Term | None, *, denied: bool = False
    ) -> Iterator[tuple[int, Term, Term]]:
        if s is None or o is None or not isinstance(p, Iri):
            return
        number = self.rows.number(Kind(p, o if p == TYPE else None, denied))
        if number in self.rows.kinds:
            yield number, s, canonical(o)

    # -- the world of the group --------------------------------------------------------------------

    def complete(self, terms: Iterable[Term]) -> None:
        """Bring the times of what was recorded, and the names that are unique."""
        subjects = {quad.s for quad in self.recorded}
        self.recorded.update(self.asking.quads("recorded-of", sorted(subjects), predicates=[NEG.during]))
        if self.unique:
            named = sorted({term for term in terms if isinstance(term, Iri)})
            self.recorded.update(self.asking.quads("named", named, graphs=sorted(self.unique)))

    def dossiers(self, replicated: Iterable[Dossier]) -> tuple[Dossier, ...]:
        """Return what was brought together with what every group needs, as dossiers."""
        claims = tuple(claim for at, row in enumerate(sorted(self.said, key=str)) for claim in _claim(at, row))
        claims += tuple(claim for row in sorted(self.posts, key=str) for claim in spoke(row))
        background: dict[Iri, set[Quad]] = defaultdict(set)
        for quad in self.recorded:
            if quad.g is not None:
                background[quad.g].add(quad)
        own = [
            Dossier(graph, (), frozenset(quad.triple for quad in quads), graph in self.unique)
            for graph, quads in background.items()
        ]
        return merged([*replicated, *own, Dossier(_GROUP, claims)])


def merged(dossiers: Iterable[Dossier]) -> tuple[Dossier, ...]:
    """Put parts of one dossier together."""
    found: dict[Iri, Dossier] = {}
    for one in dossiers:
        known = found.get(one.iri)
        if known is None:
            found[one.iri] = one
        else:
            found[one.iri] = replace(
                known,
                claims=tuple(dict.fromkeys((*known.claims, *one.claims))),
                background=known.background | one.background,
                unique_names=known.unique_names or one.unique_names,
            )
    return tuple(found.values())


def _alike(kinds: Mapping[Term, set[Kind]]) -> Iterator[tuple[frozenset[Kind], list[Term]]]:
    """Put things together of which the same is asked."""
    together: dict[frozenset[Kind], list[Term]] = defaultdict(list)
    for term, some in kinds.items():
        together[frozenset(some)].append(term)
    yield from together.items()


def _claim(at: int, row: Cells) -> Iterator[Claim]:
    """Make a claim of a content, in nobody's name; what the reader of records could not read is left out."""
    act, s, p, o, holds, said, certainty = row
    stated = None if holds is None else as_edtf(holds)
    if not isinstance(p, Iri) or s is None or isinstance(s, Literal) or o is None or (holds is not None and not stated):
        return
    polarity = Polarity.DENIES if act == NEG.denies else Polarity.AFFIRMS
    day = None if said is None or stated is not None else as_edtf(said)
    commitment = Commitment(polarity, Proposition(s, p, o, stated))
    hedge = certainty if isinstance(certainty, Iri) else None
    yield Claim(Iri(f"urn:group:claim:{at}"), _SOMEBODY, day, (commitment,), certainty=hedge)


def spoke(row: Cells) -> Iterator[Claim]:
    """Make a claim that says only who spoke in what post on what day."""
    claim, speaker, post, day = row
    if _is_node(claim) and _is_node(speaker) and _is_node(post) and day is not None:
        yield Claim(claim, speaker, as_edtf(day), capacity=post)  # type: ignore[arg-type]  # nodes, as was just seen


def _is_node(term: Term | None) -> bool:
    return isinstance(term, Node)
