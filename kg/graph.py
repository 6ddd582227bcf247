"""The knowledge graph: one object that loads, checks, asks and projects.

graph = KnowledgeGraph.load("examples/us-china-2019")
for conflict in graph.conflicts(): ...
for component in graph.accounts(): ...
rows = graph.query("claims-by-speaker", speaker="larry-kudlow")
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property, lru_cache
from pathlib import Path
from types import TracebackType
from typing import Self

import rdflib

from kg import formats
from kg.columns.checking import ColumnCheck, with_accounts
from kg.columns.opening import note_change
from kg.contradiction import CheckOptions, CheckResult, Component, Conflict, Theory, build_theory, check
from kg.contradiction.accounts import accounts
from kg.contradiction.answers import Answers, Asking, answer, known_facts, within
from kg.contradiction.check import Checked, Engine
from kg.contradiction.computed import conflict_triples
from kg.contradiction.proofs import proofs
from kg.contradiction.results import Grain
from kg.contradiction.sat import Under
from kg.contradiction.theory import RULE_PREFIXES_EXTRA
from kg.errors import BadInput, Fault, QueryError, StoreError, did_you_mean
from kg.formats import GraphSource
from kg.formats.files import file_text
from kg.logic.justifications import Proofs
from kg.logic.patterns import LabelledFacts
from kg.logic.rules import Rule, parse_rules
from kg.model import Dossier
from kg.prose import Prose
from kg.queries import NamedQuery, named_queries, prepare, resolve_entity
from kg.quotes import Orphan
from kg.rdf import read_dossier
from kg.redact import ALWAYS_CONFIDENTIAL, redact, redact_texts
from kg.resources import folder, ontology_file
from kg.store.addresses import is_address, open_store
from kg.store.graph_patterns import read_query
from kg.store.oxigraph import OxigraphStore, is_store
from kg.store.protocol import UNBOUNDED, Answer, Bounds, Store
from kg.store.rdflib_view import as_rdflib
from kg.store.remote.addresses import read_address
from kg.terms import Iri, Node, Triple, local_name
from kg.validate import Violation, focus_node, validate
from kg.vocab import COMPUTED_GRAPH, NEG, ONTOLOGY_GRAPH, PREFIXES
from kg.wording import Wording, build_wording, listed


class KnowledgeGraph:
    """Dossiers in a store, the ontology that gives them meaning, and what follows.

    Everything computed is computed once, when first asked for. `places` says where in the files
    read each claim and entry stands (`file:line`); `texts` are the texts of documents that lie beside those files;
    `orphans` are quotes that their document no longer holds.
    """

    def __init__(
        self,
        store: Store,
        *,
        ontology: Iterable[str | Path] = (),
        rules: Iterable[str | Path] = (),
        options: CheckOptions | None = None,
    ) -> None:
        self.store = store
        self.ontology = read_ontology(ontology)
        self.rules = read_rules(rules)
        self.options = options or CheckOptions()
        self.places: dict[Node, str] = {}
        self.texts: dict[Node, str] = {}
        self.orphans: tuple[Orphan, ...] = ()
        self.warnings: tuple[str, ...] = ()

    @classmethod
    def load(
        cls,
        *paths: str | Path,
        store: Store | None = None,
        ontology: Iterable[str | Path] = (),
        rules: Iterable[str | Path] = (),
        options: CheckOptions | None = None,
    ) -> KnowledgeGraph:
        """Read dossiers into a store (in memory by default), or raise `BadInput` and load nothing.

        A path is a file, a folder of files, `-` for standard input, the folder of a store, or the address of a server
        (`sparql:https://host/dataset`).
        """
        if store is None and len(paths) == 1 and (is_store(paths[0]) or is_address(paths[0])):
            opened = open_store(paths[0], writable=False)
            return cls(opened, ontology=ontology, rules=rules, options=options)
        if addresses := [str(path) for path in paths if is_address(path)]:
            place = read_address(addresses[0]).place
            raise StoreError(f"{place}: a server is asked by itself, not together with files")
        graph = cls(store or OxigraphStore.in_memory(), ontology=ontology, rules=rules, options=options)
        graph.add(formats.read_all(paths))
        return graph

    def add(self, sources: Sequence[GraphSource]) -> None:
        """Put sources into the store, all or none; a dossier already there is replaced.

        Raises `BadInput` with every record that is not well formed.
        """
        merged: dict[Iri, list[Triple]] = {}
        for source in sources:
            merged.setdefault(source.graph, []).extend(source.triples)
        violations = self._violations(sources)
        if faults := [fault for fault, warning in violations if not warning]:
            raise BadInput(faults)
        self._write({ONTOLOGY_GRAPH: self.ontology, **merged})
        self.warnings += tuple(str(fault) for fault, _ in violations)
        self.orphans += tuple(orphan for source in sources for orphan in source.orphans)
        for source in sources:
            self.texts |= source.texts
            self.places |= {node: f"{source.file}:{place[0]}" for node, place in source.places.items()}

    def _write(self, graphs: Mapping[Iri, Iterable[Triple]]) -> None:
        """Replace graphs; columns beside the store are told, so that the next opening reads only these again."""
        before = self.store.state()
        self.store.put_all(graphs)
        note_change(self.store, before, graphs)

    def close(self) -> None:
        """Let go of the store's files; columns written beside it are found again only after this."""
        self.store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _violations(self, sources: Sequence[GraphSource]) -> list[tuple[Fault, bool]]:
        triples = {triple for source in sources for triple in source.triples}
        return sorted((_fault(one, sources), one.warning) for one in validate(triples, self.ontology))

    # -- records -------------------------------------------------------------------------------

    @cached_property
    def dossiers(self) -> tuple[Dossier, ...]:
        """The records of every dossier in the store."""
        graphs = sorted(graph for graph in self.store.graphs() if graph != ONTOLOGY_GRAPH)
        return tuple(read_dossier(g, (quad.triple for quad in self.store.quads(g))) for g in graphs)

    @cached_property
    def theory(self) -> Theory:
        """The ontology and the rules, ready to reason with."""
        return build_theory(self.ontology, self.rules)

    @cached_property
    def prose(self) -> Prose:
        """English for what stands in this graph."""
        return Prose(self.wording)

    @cached_property
    def wording(self) -> Wording:
        """What things are called."""
        if self._columns is not None:
            return self._columns.world.wording(self.ontology)
        triples = [*self.ontology, *(triple for dossier in self.dossiers for triple in dossier.background)]
        return build_wording(triples, self.theory.says, self.theory.kinds, self._checked.world.properties)

    # -- contradictions ------------------------------------------------------------------------

    @cached_property
    def is_large(self) -> bool:
        """Whether the store is checked over columns, and described only as far as somebody looks at it."""
        options = self.options
        if options.engine is Engine.REFERENCE:
            return False
        return self.store.has_more_than(options.columns_from, (NEG.affirms, NEG.denies))

    @cached_property
    def _columns(self) -> ColumnCheck | None:
        """The check over columns, if the store is large."""
        if not self.is_large:
            return None
        checked = ColumnCheck(self.store, self.theory, self.options.limits)
        self.warnings += tuple(checked.said)
        return checked

    @cached_property
    def _checked(self) -> Checked:
        return check(self.dossiers, self.theory, self.options)

    @property
    def checked(self) -> Checked:
        """The check's result together with the world it was made in (what an oracle needs).

        Raises `QueryError` for a large graph, whose world is never held as objects.
        """
        self.small_only("what takes the whole world at once")
        return self._checked

    def small_only(self, what: str) -> None:
        """Raise `QueryError` if the graph is large: then this cannot be had."""
        if self.is_large:
            most = self.options.columns_from
            raise QueryError(f"{what} can be had of up to {most:,} affirmations and denials; here there are more")

    def check(self) -> CheckResult:
        """Find every contradiction, undecided clash, tension, change of position and withdrawal."""
        return self._checked.result if self._columns is None else self._columns.result

    def conflicts(self) -> Sequence[Conflict]:
        """Return the minimal sets of positions that cannot all hold, most certain first.

        Those of a large graph are described, and proved, when they are looked at.
        """
        return self.check().conflicts

    def conflict(self, identifier: str) -> Conflict:
        """Return the conflict of an id, or of the beginning of one; raises `QueryError` with the nearest."""
        found = self.check().conflict(identifier)
        if found is None:
            near = "" if self.is_large else did_you_mean(identifier, [one.id for one in self.conflicts()])
            unsure = "".join(f" ({reason})" for reason in self.check().incomplete)
            raise QueryError(f'no conflict, or more than one, is called "{identifier}"{near}{unsure}')
        return found

    def proofs(self, identifier: str, *, limit: int | None = None) -> Proofs:
        """Find every minimal proof of a conflict, the shallowest first; `limit` is how many at most."""
        self.small_only("every proof of a conflict")
        limits = self.options.limits if limit is None else replace(self.options.limits, proofs=limit)
        return proofs(self.conflict(identifier), self._checked.world, limits)

    def accounts(
        self, *, under_possible: bool = False, cap: int | None = None, grain: Grain | str = Grain.POSITION
    ) -> Iterator[Component]:
        """Yield, for each knot of conflicts, the accounts that can be given of it, the best supported first.

        `cap` is how many of one knot at most; `grain` whether accounts keep or leave out single positions or all that
        a speaker said in one breath ("position", "utterance"). Of a large graph only the grain of positions can be had;
        each knot is described when it is its turn.
        """
        if self._columns is not None:
            if Grain(grain) is Grain.UTTERANCE:
                self.small_only("accounts of utterances")
            limits = with_accounts(self.options.limits, cap)
            return self._columns.accounts(limits, under_possible=under_possible)
        return accounts(
            self.check(),
            self._checked.world,
            under_possible=under_possible,
            cap=cap,
            grain=Grain(grain),
            limits=self.options.limits,
        )

    # -- questions -----------------------------------------------------------------------------

    def query(self, name: str, /, *, bounds: Bounds = UNBOUNDED, **params: str) -> Answer:
        """Run a named query (`queries/NAME.rq`); parameters may be ids, names or IRIs."""
        queries = named_queries()
        if name not in queries:
            raise QueryError(f'no query is called "{name}"{did_you_mean(name, queries)}')
        return self.run_query(queries[name], params, bounds=bounds)

    def run_query(self, query: NamedQuery, params: Mapping[str, str], *, bounds: Bounds = UNBOUNDED) -> Answer:
        """Run a query from a file with its parameters.

        Bounds are those of the query itself; a check that it needs is bounded by the graph's options, and an answer
        that rests on a check that was stopped is refused.
        """
        bindings = prepare(query, params, self.resolve)
        store = self._with_conflicts if query.needs_conflicts else self.store
        if query.needs_conflicts and self.options.limits.until is not None and self.check().incomplete:
            reasons = "; ".join(self.check().incomplete)
            raise QueryError(f"{query.name}: the conflicts that it needs are not all known: {reasons}")
        return store.query(query.text, bindings, name=query.name, bounds=bounds)

    def resolve(self, text: str) -> Iri:
        """Find the thing that an id, a name or an IRI means, or raise `QueryError` with the nearest."""
        return resolve_entity(self.store, text)

    def sparql(self, text: str, *, bounds: Bounds = UNBOUNDED) -> Answer:
        """Run a SPARQL query (any form but updates) over everything that is asserted."""
        return self.store.query(text, bounds=bounds)

    @property
    def everything(self) -> Store:
        """All that a query can read: what is asserted and, unless that is large, the computed conflicts."""
        return self.store if self.is_large else self._with_conflicts

    def ask(
        self,
        query: str,
        *,
        under: Under | str = Under.UNDISPUTED,
        at: str | None = None,
        under_possible: bool = False,
        name: str = "query",
        seconds: float | None = None,
    ) -> Answers:
        """Ask what can be believed of everything said: SPARQL over what is asserted and what follows.

        `under` is undisputed, every or some; `at` a date at which it should hold (else: at some time).
        `seconds` is how long the search may last, if not as long as the options of the graph allow.
        Records are true in every account. With a single dossier, `:id` is its thing of that id. Raises
        `QueryError` for a query that is not monotone, for one that cannot be read (docs/answers.md), and for any of a
        large graph (docs/columns.md).
        """
        try:
            sense = Under(under)
        except ValueError:
            known = [one.value for one in Under]
            raise QueryError(
                f'under is {listed(known, "or")}, not "{under}"{did_you_mean(str(under), known)}'
            ) from None
        self.small_only("answers under undisputed, every or some")
        own = {"": f"{self.dossiers[0].iri}/"} if len(self.dossiers) == 1 else {}
        asked = read_query(query, name, {**PREFIXES, **own})
        limits = self.options.limits if seconds is None else replace(self.options.limits, seconds=seconds, until=None)
        asking = Asking(sense, within(at), under_possible, limits=limits)
        return answer(asked, self._facts, self._checked, asking)

    @cached_property
    def _facts(self) -> LabelledFacts:
        """What follows from everything said, and what only records it."""
        reasoned = {t for dossier in self.dossiers for t in dossier.background if self.theory.is_logical(t)}
        records = (quad.triple for quad in self.store.quads() if quad.triple not in reasoned)
        return known_facts(self._checked.certain, records)

    @cached_property
    def _with_conflicts(self) -> Store:
        kinds = {notation: iri for iri, notation in self.theory.notations.items()}
        because = {conflict.id: self.prose.because(conflict) for conflict in self.conflicts()}
        return self.store.copy_with({COMPUTED_GRAPH: conflict_triples(self.conflicts(), because, kinds)})

    # -- other forms of the same data ----------------------------------------------------------

    def to_rdflib(self) -> rdflib.Dataset:
        """Return the same data, graph for graph, as an rdflib dataset."""
        return as_rdflib(self.store)

    def public(self, *, copy_large: bool = False) -> KnowledgeGraph:
        """Return it without anything confidential: itself if nothing is marked, else a copy in memory.

        It is what may be drawn, printed and exported. Raises `QueryError` for a large graph in which something is
        marked, unless `copy_large` says that there is memory for the copy of it.
        """
        if not self.store.has_more_than(0, ALWAYS_CONFIDENTIAL):
            return self
        if self.is_large and not copy_large:
            raise QueryError(
                "something is marked confidential here, and a graph of this size is not copied to leave it out: "
                "keep it with --confidential, or write it without (kg export) and load what was written"
            )
        shown = KnowledgeGraph(OxigraphStore.in_memory(), options=self.options)
        shown.ontology, shown.rules = self.ontology, self.rules
        graphs = self.store.graphs()
        shown.store.put_all({g: redact(quad.triple for quad in self.store.quads(g)) for g in graphs})
        if self.texts:
            shown.texts = redact_texts(self.texts, (quad.triple for quad in self.store.quads()))
        if not self.places and not self.orphans:
            return shown
        names = {claim.iri for dossier in shown.dossiers for claim in dossier.claims}
        shown.places = {node: place for node, place in self.places.items() if node in names}
        shown.orphans = tuple(
            one for one in self.orphans if one.claim in names or (one.claim is None and one.document in shown.texts)
        )
        return shown


def read_ontology(extra: Iterable[str | Path] = ()) -> tuple[Triple, ...]:
    """Read the shipped ontology, and the ontologies that a user adds to it."""
    found = dict.fromkeys(_shipped_ontology())
    for path in extra:
        for source in formats.read(path):
            found |= dict.fromkeys(source.triples)
    return tuple(found)


@lru_cache(maxsize=1)
def _shipped_ontology() -> tuple[Triple, ...]:
    return tuple(triple for source in formats.read(ontology_file()) for triple in source.triples)


def read_rules(extra: Iterable[str | Path] = ()) -> tuple[Rule, ...]:
    """Read the shipped rule files, and the rule files that a user adds."""
    return (*_shipped_rules(), *(rule for file in map(Path, extra) for rule in _rules(file)))


@lru_cache(maxsize=1)
def _shipped_rules() -> tuple[Rule, ...]:
    files = sorted((folder("ontology") / "rules").glob("*.rules"))
    return tuple(rule for file in files for rule in _rules(file))


def _rules(file: Path) -> list[Rule]:
    return parse_rules(file_text(file), str(file), {**PREFIXES, **RULE_PREFIXES_EXTRA})


def _fault(violation: Violation, sources: Sequence[GraphSource]) -> Fault:
    """Say a violation at the place in the file where its record begins."""
    for source in sources:
        node = focus_node(violation, source.places)
        if node is not None:
            line, column = source.places[node]
            return Fault(source.file, line, column, f"{local_name(node)}: {violation.message}")
    files = [source.file for source in sources if any(t.s == violation.focus for t in source.triples)]
    return Fault(files[0] if files else sources[0].file, 0, 0, str(violation))
