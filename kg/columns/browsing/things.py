"""Things in columns: which have a page of which kind, what they are called, and the issues that they are about."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import astuple, dataclass
from functools import cached_property

import numpy as np

from kg.columns.browsing.claims import BrowsedClaims
from kg.columns.browsing.indexes import Index, different, distinct
from kg.columns.records import Background
from kg.logic.tables import Ints
from kg.terms import Iri, Literal, Node, Term, Triple, local_name, n3
from kg.vocab import NEG, RDF, TYPE
from kg.wording import NAMES

_CONTENT = (RDF.subject, RDF.predicate, RDF.object, NEG.holds)


@dataclass(frozen=True, slots=True)
class Roles:
    """The kinds of page of what no class has one for, by what it does."""

    claim: str
    speaker: str
    document: str
    other: str


@dataclass(frozen=True, slots=True)
class PageKinds:
    """What an ontology says of pages, see `kg.explorer.kinds`.

    `issue` is the kind of page of issues; `steps` facts may lead to one, and not through pages of the kinds
    `not_through`.
    """

    of_class: Callable[[Term], str | None]
    describes: Callable[[Term], bool]
    is_thing: Callable[[Term], bool]
    roles: Roles
    issue: str
    not_through: frozenset[str]
    steps: int


class BrowsedThings:
    """Things as numbers of terms."""

    def __init__(self, claims: BrowsedClaims, kinds: PageKinds) -> None:
        self._claims = claims
        self._kinds = kinds
        self._terms = claims.terms
        self._background: Background = claims.held.records.background

    # -- facts -----------------------------------------------------------------------------------

    @cached_property
    def _by_object(self) -> Index:
        table, terms = self._background, self._terms
        rows = np.flatnonzero(
            ~np.isin(table.p, self._numbers(_CONTENT)) & ~terms.is_literal(table.o) & ~terms.is_anonymous(table.s)
        )
        return Index.of(table.o[rows], rows)

    def referring(self, node: Node, start: int, count: int) -> tuple[list[Triple], int]:
        """Return some of the facts whose object is a node, sorted, and how many there are."""
        number = self._claims.number(node)
        rows = self._by_object.at(number) if number >= 0 else np.empty(0, np.int32)
        s, p = self._background.s[rows], self._background.p[rows]
        s, p = distinct(s, p)
        if not count:
            return [], len(s)
        order = np.lexsort((self._terms.ranks(p), self._terms.ranks(s)))[start : start + count]
        pairs = zip(s[order].tolist(), p[order].tolist(), strict=True)
        return [Triple(self._claims.node(one), Iri(str(self._terms.term(how))), node) for one, how in pairs], len(s)

    # -- pages -----------------------------------------------------------------------------------

    def role(self, node: Node) -> str | None:
        """Return what a node does here, as a kind of page: see `kg.explorer.catalog.Catalog.role`."""
        number, roles = self._claims.number(node), self._kinds.roles
        if number >= 0 and self._claims.is_claim(number):
            return roles.claim
        if number >= 0 and self._claims.by_speaker.has(number):
            return roles.speaker
        return roles.document if self._claims.mentions.documents.find(node) is not None else None

    def pages_of(self, things: Ints) -> Ints:
        """Return for each thing its kind of page, as a place in `pages`; -1 for a claim."""
        roles, known = self._kinds.roles, things < len(self._code)
        code = np.full(len(things), -1, np.int32)
        code[known] = self._code[things[known]]
        open_ = code < 0
        code[open_] = self.pages.index(roles.other)
        documents = np.isin(things, self._documents)
        code[open_ & (documents | ~known)] = self.pages.index(roles.document)
        code[open_ & np.isin(things, self._claims.by_speaker.keys)] = self.pages.index(roles.speaker)
        code[np.isin(things, self._claims.held.records.claims.iri)] = -1
        return code

    @cached_property
    def _documents(self) -> Ints:
        """The documents in which claims stand; those that nothing else is said of are counted behind all terms."""
        known = len(self._code)
        documents = self._claims.mentions.all_documents
        numbers = (self._terms.find(document) for document in documents)
        return np.array(
            [known + at if number is None or number >= known else number for at, number in enumerate(numbers)], np.int32
        )

    def node(self, number: int) -> Node:
        """Return the thing of a number."""
        known = len(self._code)
        return self._claims.node(number) if number < known else self._claims.mentions.all_documents[number - known]

    # -- lists -----------------------------------------------------------------------------------

    @cached_property
    def by_page(self) -> dict[str, Ints]:
        """The things with each kind of page, by what they are called, then by name."""
        named = self._names()
        found = [(name.casefold(), text, number) for number, (name, text) in named.items()]
        found.sort()
        things = np.array([number for _, _, number in found], np.int32)
        code = self.pages_of(things)
        return {page: things[code == at] for at, page in enumerate(self.pages) if (code == at).any()}

    def _names(self) -> dict[int, tuple[str, str]]:
        """Return what things are called, and how their names are written, by number."""
        given = self._given_names()
        found = {}
        for number in self._met().tolist():
            node = self.node(number)
            if self._kinds.is_thing(node):
                name = given.get(number) or local_name(node).replace("-", " ").replace("_", " ")
                found[number] = (name, n3(node))
        return found

    def called(self, name: str) -> Ints:
        """Return what is called exactly so, in English or in no language."""
        texts = self._numbers([Literal(name), Literal(name, language="en")])
        table = self._background
        return different(table.s[np.isin(table.o, texts) & np.isin(table.p, self._numbers(NAMES))])

    def _met(self) -> Ints:
        """Return what may be a thing: described, speaking, spoken of or holding claims; no claims and no dossiers."""
        table, claims = self._background, self._claims
        numbers = different(
            np.concatenate(
                [
                    table.s[np.isin(table.p, self._numbers(NAMES))],
                    self._classed(),
                    *(index.groups()[0] for index in (claims.by_speaker, claims.by_thing)),
                    self._documents,
                ]
            )
        )
        dossiers = np.union1d(claims.held.records.claims.graph, table.graph)
        others = ~np.isin(numbers, claims.held.records.claims.iri) & ~np.isin(numbers, dossiers)
        return numbers[others]

    def _classed(self) -> Ints:
        """Return what has a class that tells what it is."""
        table = self._background
        typed = np.isin(table.p, self._numbers((TYPE,)))
        classes = different(table.o[typed]).tolist()
        telling = [number for number in classes if self._kinds.describes(self._terms.term(number))]
        return table.s[typed & np.isin(table.o, np.array(telling, np.int32))]

    def _given_names(self) -> dict[int, str]:
        """Return the names that things are given, as `kg.wording.build_wording` chooses them."""
        found: dict[int, str] = {}
        table = self._background
        for predicate in reversed(NAMES):
            best: dict[int, tuple[bool, str]] = {}
            rows = np.isin(table.p, self._numbers((predicate,)))
            for number, text in zip(table.s[rows].tolist(), table.o[rows].tolist(), strict=True):
                value = self._terms.term(text)
                if isinstance(value, Literal):
                    english = value.language is None or value.language.startswith("en")
                    best[number] = max(best.get(number, (False, "")), (english, value.value))
            found |= {number: name for number, (_, name) in best.items()}
        return found

    # -- classes ---------------------------------------------------------------------------------

    @property
    def pages(self) -> tuple[str, ...]:
        """The kinds of page that there are."""
        return self._classes[0]

    @property
    def _code(self) -> Ints:
        return self._classes[1]

    @cached_property
    def _classes(self) -> tuple[tuple[str, ...], Ints]:
        """The kinds of page of classes, and for each term that of its first class that has one, or -1."""
        table = self._background
        typed = np.isin(table.p, self._numbers((TYPE,)))
        classes = different(table.o[typed])
        named = sorted((str(self._terms.term(number)), number) for number in classes.tolist())
        found = [(number, page) for _, number in named if (page := self._kinds.of_class(self._terms.term(number)))]
        pages = tuple(sorted({*(page for _, page in found), *astuple(self._kinds.roles)}))
        code = np.full(len(self._terms), -1, np.int32)
        for number, page in reversed(found):
            code[table.s[typed & (table.o == number)]] = pages.index(page)
        return pages, code

    # -- issues ----------------------------------------------------------------------------------

    @cached_property
    def issues(self) -> Index:
        """From a thing to the nearest issues that it leads to, itself first."""
        kinds = self._kinds
        if kinds.issue not in self.pages:
            return Index(np.empty(0, np.int32), np.empty(0, np.int32))
        is_issue = self._code == self.pages.index(kinds.issue)
        closed = [at for at, page in enumerate(self.pages) if page in kinds.not_through]
        open_ = ~np.isin(self._code, closed)
        s, o = self._links
        itself = np.flatnonzero(is_issue).astype(np.int32)
        levels = [(itself, itself)]
        known, reached = is_issue.copy(), is_issue
        for _ in range(kinds.steps):
            leads = reached[o] & ~known[s]
            one, issue = self._through(s[leads], o[leads], levels[-1])
            levels.append((one, issue))
            known[one] = True
            reached = np.zeros(len(known), np.bool_)
            reached[one] = True
            reached &= open_
        things, issues = (np.concatenate(column) for column in zip(*levels, strict=True))
        return Index.of(things, issues)

    def _through(self, s: Ints, o: Ints, level: tuple[Ints, Ints]) -> tuple[Ints, Ints]:
        at, issue = Index.of(*level).join(o)
        return distinct(s[at], issue)

    @cached_property
    def _links(self) -> tuple[Ints, Ints]:
        table = self._background
        rows = ~self._terms.is_literal(table.o)
        return distinct(table.s[rows], table.o[rows])

    def _numbers(self, wanted: Iterable[Term]) -> Ints:
        return np.array([n for term in wanted if (n := self._terms.find(term)) is not None], np.int32)
