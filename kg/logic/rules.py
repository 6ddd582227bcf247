"""Rules over triples: what a rule is, and its text form.

A rule file holds rules of this form; `#` starts a comment line:

    rule cax-dw
      ?c owl:disjointWith ?d, ?x a ?c, ?x a ?d
      => conflict
      says "Nothing is both."
      kind neg:ExclusiveAlternatives

The body is a list of atoms. An atom is a triple pattern; `denied` before it asks for an explicit
denial (never for silence). `each ?v in ?list ( … )` stands for its atoms once per member of an
RDF list; `path ?list ( ?x ?y )` for a chain of the properties in a list. A guard such as
`differ(?x, ?y)` is a test. The head is one atom, or `conflict`. A line `prefix ex: <http://example.org/>`
adds a prefix of the file's own.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from kg.errors import BadInput, Fault, did_you_mean
from kg.terms import XSD_STRING, Iri, Literal, Term
from kg.times import Span
from kg.values import canonical


@dataclass(frozen=True, slots=True)
class Var:
    """A variable of a rule."""

    name: str

    def __repr__(self) -> str:
        return f"?{self.name}"


Slot: TypeAlias = Var | Term


@dataclass(frozen=True, slots=True)
class Atom:
    """A triple pattern; `denied` marks the explicit denial of a triple."""

    s: Slot
    p: Slot
    o: Slot
    denied: bool = False

    def variables(self) -> set[Var]:
        """The variables of the pattern."""
        return {slot for slot in (self.s, self.p, self.o) if isinstance(slot, Var)}

    def substitute(self, binding: dict[Var, Slot]) -> Atom:
        """Replace variables."""
        return Atom(_put(self.s, binding), _put(self.p, binding), _put(self.o, binding), self.denied)


def _put(slot: Slot, binding: dict[Var, Slot]) -> Slot:
    return binding.get(slot, slot) if isinstance(slot, Var) else slot


@dataclass(frozen=True, slots=True)
class Guard:
    """A test on two terms, by name; what names mean is given to the evaluator."""

    name: str
    left: Var
    right: Var


@dataclass(frozen=True, slots=True)
class Each:
    """Atoms that must hold once for each member of an RDF list."""

    member: Var
    list: Var
    atoms: tuple[Atom, ...]


@dataclass(frozen=True, slots=True)
class Path:
    """A chain from `start` to `end` along the properties of an RDF list, in order."""

    list: Var
    start: Var
    end: Var


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule: if the body holds, so does the head; no head means that the body cannot hold.

    `id` is what people read in a proof (W3C ids for the OWL 2 RL rules); `says` is the rule in
    one English sentence, `kind` the kind of conflict that it makes. A rule holds when its whole body
    does; one with `during` asks instead that its body holds at some time then, and its head is so always.
    """

    id: str
    body: tuple[Atom, ...]
    head: Atom | None
    guards: tuple[Guard, ...] = ()
    each: tuple[Each, ...] = ()
    path: Path | None = None
    says: str | None = None
    kind: Iri | None = None
    during: Span | None = None

    @property
    def is_template(self) -> bool:
        """Say whether the rule must be expanded along lists before it can be run."""
        return bool(self.each) or self.path is not None


GUARDS = (
    "differ", "distinct", "different", "incompatible", "apart", "individuals", "relation",
    "ill-typed", "outside", "within", "earlier", "simultaneous",
)  # fmt: skip
"""The guards that an evaluator knows. See `kg.contradiction.snapshots.guard_tests` for their meaning."""

LITERALS_AT: Mapping[str, tuple[bool, bool]] = {
    "individuals": (False, False),
    "incompatible": (True, True),
    "outside": (True, False),
    "within": (True, False),
    "earlier": (True, True),
    "simultaneous": (True, True),
}
"""Whether a guard that no other pair passes asks for a literal at its left, and at its right."""


def expand(rule: Rule, list_var: Var, head: Slot, items: Sequence[Slot]) -> Rule:
    """Write a template rule out for one RDF list.

    `?c owl:intersectionOf ?l, each ?ci in ?l ( ?y a ?ci ) => ?y a ?c` over a list of two classes
    becomes `?c owl:intersectionOf <list>, ?y a <c1>, ?y a <c2> => ?y a ?c`.
    """
    fixed: dict[Var, Slot] = {list_var: head}
    body = [atom.substitute(fixed) for atom in rule.body]
    shared = set().union(*(atom.variables() for atom in rule.body)) if rule.body else set()
    for each in rule.each:
        inner = set().union(*(atom.variables() for atom in each.atoms))
        for at, item in enumerate(items):
            local: dict[Var, Slot] = {v: Var(f"{v.name}_{at}") for v in inner - shared}
            # A variable that the head needs is one and the same in every copy.
            if rule.head is not None:
                local = {v: slot for v, slot in local.items() if v not in rule.head.variables()}
            body += [atom.substitute(local | {each.member: item}) for atom in each.atoms]
    if rule.path is not None:
        stops: list[Slot] = [rule.path.start, *(Var(f"_{i}") for i in range(1, len(items))), rule.path.end]
        body += [Atom(stops[i], item, stops[i + 1]) for i, item in enumerate(items)]
    return Rule(rule.id, tuple(body), rule.head, rule.guards, says=rule.says, kind=rule.kind)


_TOKEN = re.compile(
    r"""\s*(?:
      (?P<string>"(?:[^"\\]|\\.)*")(?:\^\^(?P<datatype>[\w-]+:[\w.-]+))?
    | (?P<iri><[^<>\s]*>)
    | (?P<var>\?\w+)
    | (?P<arrow>=>)
    | (?P<mark>[(),.])
    | (?P<word>[\w-]*:?[\w.-]*\w)
    )""",
    re.VERBOSE,
)


_PREFIX_LINE = re.compile(r"\s*prefix\s")
_PREFIX = re.compile(r"\s*prefix\s+(?P<name>[\w-]*):\s*<(?P<iri>[^<>\s]+)>\s*")


@dataclass(slots=True)
class _Token:
    kind: str
    text: str
    datatype: str | None
    line: int
    column: int


class _Parser:
    """A recursive-descent parser of rule files; collects faults and goes on at the next rule."""

    def __init__(self, text: str, file: str, prefixes: dict[str, str]) -> None:
        self.file = file
        self.prefixes = dict(prefixes)
        self.faults: list[Fault] = []
        self.tokens = list(self._scan(text))
        self.at = 0

    def _scan(self, text: str) -> Iterator[_Token]:
        for number, line in enumerate(text.splitlines(), 1):
            if line.lstrip().startswith("#") or self._declares(line, number):
                continue
            column = 0
            while line[column:].strip():
                match = _TOKEN.match(line, column)
                if match is None:
                    start = column + len(line[column:]) - len(line[column:].lstrip())
                    self.faults.append(Fault(self.file, number, start + 1, f"cannot read {line[start : start + 20]!r}"))
                    break
                kind = match.lastgroup or ""
                kind = "string" if kind == "datatype" else kind
                text_of = match[kind]
                yield _Token(kind, text_of, match["datatype"], number, match.start(kind) + 1)
                column = match.end()

    def _declares(self, line: str, number: int) -> bool:
        """Take a line that declares a prefix, and say whether it is one."""
        if _PREFIX_LINE.match(line) is None:
            return False
        declared = _PREFIX.fullmatch(line)
        if declared is None:
            column = len(line) - len(line.lstrip()) + 1
            self.faults.append(Fault(self.file, number, column, "write a prefix as: prefix ex: <http://example.org/>"))
        else:
            self.prefixes[declared["name"]] = declared["iri"]
        return True

    def rules(self) -> list[Rule]:
        found: list[Rule] = []
        while self.at < len(self.tokens):
            try:
                found.append(self._rule())
            except _Bad as bad:
                self.faults.append(Fault(self.file, bad.line, bad.column, bad.message))
                while self.at < len(self.tokens) and self.tokens[self.at].text != "rule":
                    self.at += 1
        ids = [rule.id for rule in found]
        for twice in sorted({name for name in ids if ids.count(name) > 1}):
            self.faults.append(Fault(self.file, 0, 0, f'two rules are called "{twice}"'))
        if self.faults:
            raise BadInput(self.faults)
        return found

    def _peek(self) -> _Token:
        if self.at >= len(self.tokens):
            last = self.tokens[-1] if self.tokens else _Token("", "", None, 1, 1)
            raise _Bad("the rule ends too early", last.line, last.column)
        return self.tokens[self.at]

    def _next(self, text: str | None = None) -> _Token:
        token = self._peek()
        if text is not None and token.text != text:
            raise _Bad(f'expected "{text}", found "{token.text}"', token.line, token.column)
        self.at += 1
        return token

    def _rule(self) -> Rule:
        self._next("rule")
        name = self._next()
        body: list[Atom] = []
        guards: list[Guard] = []
        each: list[Each] = []
        path: Path | None = None
        while True:
            token = self._peek()
            if token.text == "each":
                each.append(self._each())
            elif token.text == "path":
                path = self._path()
            elif token.kind == "word" and self._is_call():
                guards.append(self._guard())
            else:
                body.append(self._atom())
            if self._peek().text != ",":
                break
            self._next(",")
        self._next("=>")
        conflict = self._peek().text == "conflict"
        head = None if conflict else self._atom()
        if conflict:
            self._next("conflict")
        says, kind = self._clauses()
        rule = Rule(name.text, tuple(body), head, tuple(guards), tuple(each), path, says, kind)
        self._check_safe(rule, name)
        return rule

    def _check_safe(self, rule: Rule, name: _Token) -> None:
        bound = set().union(*(a.variables() for a in rule.body)) if rule.body else set()
        for each in rule.each:
            bound |= set().union(*(a.variables() for a in each.atoms)) | {each.member}
        if rule.path:
            bound |= {rule.path.start, rule.path.end}
        needed = (rule.head.variables() if rule.head else set()) | {v for g in rule.guards for v in (g.left, g.right)}
        for var in sorted(needed - bound, key=repr):
            raise _Bad(f"{var} is used in rule {rule.id} but never bound in its body", name.line, name.column)

    def _is_call(self) -> bool:
        return self.at + 1 < len(self.tokens) and self.tokens[self.at + 1].text == "("

    def _guard(self) -> Guard:
        name = self._next()
        if name.text not in GUARDS:
            raise _Bad(f'unknown guard "{name.text}"{did_you_mean(name.text, GUARDS)}', name.line, name.column)
        self._next("(")
        left = self._var()
        self._next(",")
        right = self._var()
        self._next(")")
        return Guard(name.text, left, right)

    def _each(self) -> Each:
        self._next("each")
        member = self._var()
        self._next("in")
        list_var = self._var()
        self._next("(")
        atoms = [self._atom()]
        while self._peek().text == ",":
            self._next(",")
            atoms.append(self._atom())
        self._next(")")
        return Each(member, list_var, tuple(atoms))

    def _path(self) -> Path:
        self._next("path")
        list_var = self._var()
        self._next("(")
        start, end = self._var(), self._var()
        self._next(")")
        return Path(list_var, start, end)

    def _atom(self) -> Atom:
        denied = self._peek().text == "denied"
        if denied:
            self._next()
        return Atom(self._slot(), self._slot(), self._slot(), denied)

    def _var(self) -> Var:
        token = self._next()
        if token.kind != "var":
            raise _Bad(f'expected a variable, found "{token.text}"', token.line, token.column)
        return Var(token.text[1:])

    def _slot(self) -> Slot:
        token = self._next()
        if token.kind == "var":
            return Var(token.text[1:])
        if token.kind == "iri":
            return Iri(token.text[1:-1])
        if token.kind == "string":
            datatype = self._name(token.datatype, token) if token.datatype else XSD_STRING
            return canonical(Literal(token.text[1:-1].replace('\\"', '"'), datatype))
        if token.text == "a":
            return self._name("rdf:type", token)
        if token.kind == "word":
            return self._name(token.text, token)
        raise _Bad(f'expected a term, found "{token.text}"', token.line, token.column)

    def _name(self, text: str, token: _Token) -> Iri:
        prefix, colon, rest = text.partition(":")
        if not colon or prefix not in self.prefixes:
            hint = did_you_mean(prefix, self.prefixes)
            raise _Bad(f'unknown prefix in "{text}"{hint}', token.line, token.column)
        return Iri(self.prefixes[prefix] + rest)

    def _clauses(self) -> tuple[str | None, Iri | None]:
        says: str | None = None
        kind: Iri | None = None
        while self.at < len(self.tokens) and self._peek().text in ("says", "kind"):
            if self._next().text == "says":
                says = self._next().text[1:-1].replace('\\"', '"')
            else:
                token = self._next()
                kind = self._name(token.text, token)
        return says, kind


class _Bad(Exception):
    def __init__(self, message: str, line: int, column: int) -> None:
        super().__init__(message)
        self.message, self.line, self.column = message, line, column


def parse_rules(text: str, file: str, prefixes: dict[str, str]) -> list[Rule]:
    """Read a rule file.

    Raises `BadInput` with every fault in it.

    >>> [rule] = parse_rules('rule r ?x a ex:A, differ(?x, ?x) => conflict', "r", {"ex": "http://e/", "rdf": "r#"})
    >>> rule.id, rule.head, rule.guards[0].name
    ('r', None, 'differ')
    """
    return _Parser(text, file, prefixes).rules()


GuardTest: TypeAlias = Callable[[Term, Term], bool]
