"""SPARQL text to graph patterns whose matches can only grow with the facts, or a refusal that says why.

rdflib parses; what comes out is the algebra of `kg.logic.patterns`, with terms of `kg.terms`. Before -> after:

    SELECT ?m { { ?m a neg:Held } UNION { ?m a neg:Planned } FILTER(?m != <e:x>) }
    Query(asks=False, (?m,), Filter(Union(Bgp(?m a neg:Held), Bgp(?m a neg:Planned)), test))

Under repair-based semantics an answer is judged by the facts it rests on. An answer that rests on
something *not* being said (OPTIONAL, MINUS, NOT EXISTS, a count) has no such facts, so it is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from itertools import count
from typing import Any

from pyparsing import ParseBaseException
from rdflib import BNode, Graph, URIRef, Variable
from rdflib import Literal as RdflibLiteral
from rdflib.paths import AlternativePath, InvPath, Path, SequencePath
from rdflib.plugins.sparql import prepareQuery
from rdflib.plugins.sparql.algebra import traverse
from rdflib.plugins.sparql.operators import EBV, RelationalExpression
from rdflib.plugins.sparql.parserutils import CompValue, Expr
from rdflib.plugins.sparql.sparql import FrozenBindings, Prologue, QueryContext, SPARQLError

from kg.errors import QueryError, did_you_mean
from kg.logic.patterns import (
    Bgp,
    Binding,
    Extend,
    Filter,
    Join,
    OrderBy,
    Pattern,
    Project,
    Query,
    Test,
    Union,
    Value,
    Values,
)
from kg.logic.rules import Atom, Slot, Var
from kg.store import sparql
from kg.store.rdflib_view import from_rdflib, to_rdflib
from kg.store.sparql import Form, Kind
from kg.terms import Iri, Literal, Term
from kg.values import canonical
from kg.vocab import EDTF, NEG, PREFIXES, XSD_NS

DENIED = NEG.denied
"""`GRAPH neg:denied { ... }` matches what is denied, and never what is so."""

_NOT_SAID = "rests on what is not said, and an account that holds more may take it away"
_DENIALS = "GRAPH neg:denied { ... } matches what is denied"
_REFUSED = {
    "LeftJoin": f"OPTIONAL cannot be asked here: an empty cell {_NOT_SAID}; ask for the two cases with UNION",
    "Minus": f"MINUS cannot be asked here: such an answer {_NOT_SAID}; {_DENIALS}",
    "Group": f"counts, sums and other aggregates cannot be asked here: a total {_NOT_SAID}; ask for the rows: the "
    "number in any account is at least that under every, and at most that under some",
    "Slice": f"LIMIT and OFFSET cannot be asked inside a pattern: which rows are cut {_NOT_SAID}",
    "ServiceGraphPattern": "SERVICE is not allowed: a query reads this graph only",
    "Builtin_NOTEXISTS": f"NOT EXISTS cannot be asked here: such an answer {_NOT_SAID}; {_DENIALS}",
    "Builtin_EXISTS": "EXISTS is not needed here: rows are listed once, so write its pattern beside the others",
}
_REFUSED["AggregateJoin"] = _REFUSED["Group"]
_CHANCE = ("RAND", "UUID", "STRUUID", "BNODE")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")


def read_query(text: str, name: str = "query", prefixes: Mapping[str, str] = PREFIXES) -> Query:
    """Read a SELECT or ASK query; raise `QueryError` where it cannot be read or must be refused.

    The prefixes are known without being declared.

    >>> read_query("SELECT ?m { ?m a neg:Meeting } LIMIT 3").pattern
    Bgp(atoms=(Atom(s=?m, p=<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>, \
o=<https://w3id.org/parley/ns#Meeting>, denied=False),))
    """
    form = sparql.form(text, name)
    if form not in (Form.SELECT, Form.ASK):
        raise QueryError(f"{name}: ask with SELECT or ASK; {form.value} makes triples, and not answers")
    sparql.refuse_outside(text, name)
    words = [token.text.upper() for token in sparql.tokens(text)]
    if "HAVING" in words:  # rdflib takes it for a filter where nothing is grouped
        raise QueryError(f"{name}: {_REFUSED['Group']}")
    try:
        parsed = prepareQuery(text, initNs=dict(prefixes))
    except ParseBaseException as error:
        where = f"{name}:{error.lineno}:{error.column}"
        raise QueryError(f"{where}: the query cannot be read here: {error.line.strip()[:80]}") from None
    except Exception as error:  # rdflib raises bare exceptions for a prefix or a variable it does not know
        raise QueryError(f"{name}: {_said(str(error), prefixes)}") from None
    if parsed.algebra.datasetClause:
        raise QueryError(f"{name}: FROM cannot be asked here: what follows stands in no one graph")
    names = [Var(str(name)) for name in parsed.algebra.PV]
    if re.search(r"\bSELECT (DISTINCT |REDUCED )?\*", " ".join(words)):  # rdflib gives them in no order
        mentioned = [token.text[1:] for token in sparql.tokens(text) if token.kind is Kind.VARIABLE]
        names.sort(key=lambda variable: mentioned.index(variable.name))
    return _Reader(name, parsed.prologue).query(parsed.algebra, tuple(names))


def _said(message: str, prefixes: Mapping[str, str]) -> str:
    match = re.fullmatch(r"Unknown namespace prefix : (\S*)", message)
    return f'the prefix "{match[1]}:" is not declared{did_you_mean(match[1], prefixes)}' if match else message


class _Reader:
    """Translates one parsed query; keeps the names it makes up apart."""

    def __init__(self, name: str, prologue: Prologue | None) -> None:
        self.name = name
        self.context = QueryContext(Graph(), initBindings={})
        self.context.prologue = prologue
        self.numbers = count(1)

    def query(self, algebra: CompValue, variables: tuple[Var, ...]) -> Query:
        part, offset, limit = algebra.p, 0, None
        if part.name == "Slice":
            part, offset, limit = part.p, part.start or 0, part.length
        while part.name in ("Distinct", "Reduced"):
            part = part.p
        asks = algebra.name == "AskQuery"
        inner = part.p
        order: tuple[OrderBy, ...] = ()
        if inner.name == "OrderBy":
            order = tuple(self._order(one, variables) for one in inner.expr)
            inner = inner.p
        pattern = self._pattern(inner, denied=False)
        return Query(asks, () if asks else variables, pattern, order, offset, limit)

    def _refuse(self, reason: str) -> QueryError:
        return QueryError(f"{self.name}: {reason}")

    # -- patterns --------------------------------------------------------------------------------

    def _pattern(self, part: CompValue, *, denied: bool) -> Pattern:  # noqa: PLR0911  # one line per operator
        match part.name:
            case "BGP":
                return self._triples(part.triples, denied=denied)
            case "Join":
                return _joined(self._pattern(part.p1, denied=denied), self._pattern(part.p2, denied=denied))
            case "Union":
                return Union(self._pattern(part.p1, denied=denied), self._pattern(part.p2, denied=denied))
            case "Filter":
                return Filter(self._pattern(part.p, denied=denied), self._test(part.expr))
            case "Extend":
                return Extend(self._pattern(part.p, denied=denied), Var(str(part.var)), self._value(part.expr))
            case "values":
                return Values(tuple(tuple(_given(row)) for row in part.res))
            case "Project":
                return Project(self._pattern(part.p, denied=denied), tuple(Var(str(name)) for name in part.PV))
            case "ToMultiSet" | "Distinct" | "Reduced" | "OrderBy":
                return self._pattern(part.p, denied=denied)
            case "Graph" if part.term == URIRef(DENIED):
                return self._pattern(part.p, denied=True)
            case "Graph":
                raise self._refuse(
                    "GRAPH cannot be asked here, for what follows stands in no one graph; only GRAPH neg:denied "
                    "{ ... } can, which matches what is denied"
                )
        raise self._refuse(_REFUSED.get(part.name, f"{part.name} cannot be asked here"))

    def _triples(self, triples: list[tuple[Any, Any, Any]], *, denied: bool) -> Pattern:
        atoms: list[Atom] = []
        others: list[Pattern] = []
        for s, p, o in triples:
            found = self._step(_slot(s), p, _slot(o), denied=denied)
            if isinstance(found, Bgp):
                atoms += found.atoms
            else:
                others.append(found)
        pattern: Pattern = Bgp(tuple(atoms))
        for other in others:
            pattern = _joined(pattern, other)
        return pattern

    def _step(self, s: Slot, path: object, o: Slot, *, denied: bool) -> Pattern:
        """Write a property path out: `a/b` as two atoms, `^a` turned round, `a|b` as a union."""
        match path:
            case SequencePath():
                stops = [s, *(Var(f"/{next(self.numbers)}") for _ in path.args[1:]), o]
                pattern: Pattern = Bgp(())
                for at, one in enumerate(path.args):
                    pattern = _joined(pattern, self._step(stops[at], one, stops[at + 1], denied=denied))
                return pattern
            case AlternativePath():
                first, *rest = (self._step(s, one, o, denied=denied) for one in path.args)
                for other in rest:
                    first = Union(first, other)
                return first
            case InvPath():
                return self._step(o, path.arg, s, denied=denied)
            case Path():
                raise self._refuse(f"the path {path.n3()} cannot be asked here; of paths, /, ^ and | can")
        return Bgp((Atom(s, _slot(path), o, denied),))

    # -- expressions -----------------------------------------------------------------------------

    def _test(self, expression: Any) -> Test:
        value = self._compute(expression)

        def test(binding: Binding) -> bool:
            try:
                return bool(EBV(value(binding)))
            except (SPARQLError, TypeError, ValueError):
                return False  # an error in a filter is not true (SPARQL 1.1, section 17.2)

        return test

    def _value(self, expression: Any) -> Value:
        compute = self._compute(expression)

        def value(binding: Binding) -> Term | None:
            found = compute(binding)
            return canonical(from_rdflib(found)) if isinstance(found, BNode | URIRef | RdflibLiteral) else None

        return value

    def _compute(self, expression: Any) -> Any:
        for part in _parts(expression):
            if part.name in _REFUSED:
                raise self._refuse(_REFUSED[part.name])
            if part.name.removeprefix("Builtin_") in _CHANCE:
                raise self._refuse(f"{part.name.removeprefix('Builtin_')} cannot be asked here: it is new each time")
        ready = traverse(expression, visitPost=_made_strict)

        def compute(binding: Binding) -> Any:
            known = {Variable(name.name): _as_plain(term) for name, term in binding.items()}
            frozen = FrozenBindings(self.context, known)
            try:
                return ready.eval(frozen) if isinstance(ready, Expr) else frozen.get(ready)
            except (SPARQLError, TypeError, ValueError, ArithmeticError):  # rdflib lets some type errors through
                return None

        return compute

    def _order(self, condition: CompValue, variables: tuple[Var, ...]) -> OrderBy:
        used = {Var(str(name)) for name in _variables(condition.expr)}
        if missing := sorted(name.name for name in used - set(variables)):
            raise self._refuse(f"ORDER BY ?{missing[0]}: select it too, for each row is listed once")
        compute = self._compute(condition.expr)

        def key(binding: Binding) -> tuple[int, Any]:
            found = compute(binding)
            rank = next((at for at, kind in enumerate(_KINDS, 1) if isinstance(found, kind)), 0)
            return rank, found if rank else 0

        return OrderBy(key, descending=condition.order == "DESC")


_KINDS = (BNode, URIRef, RdflibLiteral)
"""The order of kinds of terms in SPARQL (section 15.1), after what has no value."""


def _joined(left: Pattern, right: Pattern) -> Pattern:
    if isinstance(left, Bgp) and isinstance(right, Bgp):
        return Bgp((*left.atoms, *right.atoms))
    if Bgp(()) in (left, right):
        return right if left == Bgp(()) else left
    return Join(left, right)


def _slot(node: Any) -> Slot:
    # A blank node of a query stands for anything, and is not asked for: a variable without a column.
    if isinstance(node, Variable):
        return Var(str(node))
    return Var(f"_:{node}") if isinstance(node, BNode) else canonical(from_rdflib(node))


def _given(row: Mapping[Any, Any]) -> Iterator[tuple[Var, Term]]:
    for name, node in row.items():
        if node != "UNDEF":
            yield Var(str(name)), canonical(from_rdflib(node))


def _parts(expression: Any) -> Iterator[CompValue]:
    """Yield every operator of an expression."""
    if isinstance(expression, CompValue):
        yield expression
        for inner in expression.values():
            yield from _parts(inner)
    elif isinstance(expression, list):
        for inner in expression:
            yield from _parts(inner)


def _variables(expression: Any) -> Iterator[Variable]:
    if isinstance(expression, Variable):
        yield expression
    for part in _parts(expression):
        for inner in part.values():
            found = inner if isinstance(inner, list) else [inner]
            yield from (one for one in found if isinstance(one, Variable))


def _made_strict(node: Any) -> Any:
    """Return what stands for a part of an expression here, or None if it may stay as it is."""
    if isinstance(node, RdflibLiteral) and (date := _literal(node)):
        return to_rdflib(_comparable(date))
    if isinstance(node, CompValue) and node.name == "RelationalExpression":
        return Expr(node.name, _compare, **node)
    return None


def _compare(expression: Any, context: Any) -> Any:
    # rdflib orders literals of all kinds; SPARQL (section 17.3) knows no order between a text and a number.
    left, right = expression.expr, expression.other
    if expression.op in ("<", ">", "<=", ">=") and isinstance(left, RdflibLiteral) and isinstance(right, RdflibLiteral):
        numbers = all(isinstance(one.value, int | float | Decimal) for one in (left, right))
        if not numbers and (left.datatype, left.language) != (right.datatype, right.language):
            raise SPARQLError("these have no order")
    return RelationalExpression(expression, context)


def _literal(node: RdflibLiteral) -> Literal | None:
    term = from_rdflib(node)
    return term if isinstance(term, Literal) and term.datatype == EDTF else None


def _as_plain(term: Term) -> Any:
    return to_rdflib(_comparable(term) if isinstance(term, Literal) else term)


def _comparable(literal: Literal) -> Literal:
    """Write an EDTF date that is one day as the XSD date that SPARQL can compare."""
    whole = literal.datatype == EDTF and _DAY.fullmatch(literal.value)
    return Literal(literal.value, Iri(XSD_NS.date)) if whole else literal
