"""Questions kept as files: `queries/NAME.rq`, standard SPARQL with a header that says what it answers.

    # title: Claims by speaker
    # answers: What did somebody say, when and on what terms?
    # param: speaker (kind: entity; optional) — who speaks
    # needs: conflicts

A parameter is a variable of the query of the same name; what is not given stays free. `needs: conflicts` asks
for a store that also holds the computed conflicts. The text runs unchanged on any SPARQL 1.1 engine.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from enum import Enum
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

from kg import times
from kg.errors import BadInput, QueryError, did_you_mean
from kg.formats.files import file_text
from kg.formats.rdf_syntax import is_iri
from kg.resources import folder
from kg.store import sparql
from kg.store.protocol import Store
from kg.store.sparql import Form
from kg.terms import XSD, Iri, Literal, Term, local_name
from kg.vocab import EDTF, PREFIXES


class ParameterKind(Enum):
    """What may be given for a parameter."""

    ENTITY = "entity"
    DATE = "date"
    TEXT = "text"
    NUMBER = "number"


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of a named query."""

    name: str
    kind: ParameterKind
    meaning: str
    required: bool = False
    default: str | None = None

    def __str__(self) -> str:
        """Write the parameter as a person gives it.

        >>> str(Parameter("speaker", ParameterKind.ENTITY, "who speaks"))
        'speaker=ENTITY (optional): who speaks'
        """
        duty = "required" if self.required else f"default {self.default}" if self.default else "optional"
        return f"{self.name}={self.kind.value.upper()} ({duty}): {self.meaning}"


@dataclass(frozen=True, slots=True)
class NamedQuery:
    """A question with a name: what it answers, what it takes, and its SPARQL."""

    name: str
    title: str
    answers: str
    params: tuple[Parameter, ...]
    needs_conflicts: bool
    form: Form
    text: str


Resolve = Callable[[str], Term]
"""Finds the thing that a person means by an id, a name or an IRI; raises `QueryError`."""

_HEADER = re.compile(r"#\s*(title|answers|param|needs)\s*:\s*(.*?)\s*")
_PARAMETER = re.compile(
    r"(?P<name>\w+)\s*\(\s*kind:\s*(?P<kind>\w+)\s*;\s*(?P<duty>required|optional)"
    r"(?:\s+default\s+(?P<default>[^)]+?))?\s*\)\s*(?:—|–|-{1,2})\s*(?P<meaning>.+)"
)
_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?")
_FIND = "find-entity"
LARGEST = 10_000_000
"""Bytes of a query file."""


# --- Reading query files --------------------------------------------------------------------------


@lru_cache(maxsize=1)
def named_queries() -> Mapping[str, NamedQuery]:
    """Return the queries that come with the package, by name.

    >>> named_queries()["claims-by-speaker"].params[0].kind
    <ParameterKind.ENTITY: 'entity'>
    """
    files = sorted(folder("queries").glob("*.rq"))
    return MappingProxyType({file.stem: query_from_file(file) for file in files})


def query_from_file(path: str | Path) -> NamedQuery:
    """Read a query from any file; its header may be left out."""
    try:
        text = file_text(Path(path), LARGEST)
    except BadInput as error:
        raise QueryError(str(error)) from None
    return parse_query(Path(path).stem, text, file=str(path))


def parse_query(name: str, text: str, *, file: str | None = None) -> NamedQuery:
    """Read the header of a query.

    >>> query = parse_query("q", "# param: n (kind: number; optional default 3) — how many\\nASK { ?n a ?t }")
    >>> str(query.params[0])
    'n=NUMBER (default 3): how many'
    """
    where = file or name
    found: dict[str, list[tuple[int, str]]] = {"title": [], "answers": [], "param": [], "needs": []}
    for line, key, value in _header(text):
        found[key].append((line, value))
    params = tuple(_parameter(value, f"{where}:{line}") for line, value in found["param"])
    known = sparql.variables(text)
    for (line, _), parameter in zip(found["param"], params, strict=True):
        if parameter.name not in known:
            hint = did_you_mean(parameter.name, known)
            raise QueryError(f"{where}:{line}: the query has no variable ?{parameter.name}{hint}")
    for line, value in found["needs"]:
        if value != "conflicts":
            raise QueryError(f'{where}:{line}: a query can need "conflicts", not "{value}"')
    return NamedQuery(
        name=name,
        title=" ".join(value for _, value in found["title"]) or name,
        answers=" ".join(value for _, value in found["answers"]),
        params=params,
        needs_conflicts=bool(found["needs"]),
        form=sparql.form(text, where),
        text=text,
    )


def _header(text: str) -> Iterator[tuple[int, str, str]]:
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip() and not line.startswith("#"):
            return
        if match := _HEADER.fullmatch(line):
            yield number, match[1], match[2]


def _parameter(text: str, where: str) -> Parameter:
    match = _PARAMETER.fullmatch(text)
    if match is None:
        raise QueryError(f"{where}: write `# param: name (kind: entity; optional) — meaning`, not `{text}`")
    kinds = [kind.value for kind in ParameterKind]
    if match["kind"] not in kinds:
        hint = did_you_mean(match["kind"], kinds)
        raise QueryError(f'{where}: a parameter is an {", ".join(kinds)}, not "{match["kind"]}"{hint}')
    kind, required = ParameterKind(match["kind"]), match["duty"] == "required"
    return Parameter(match["name"], kind, match["meaning"], required, match["default"])


# --- Parameters -----------------------------------------------------------------------------------


def prepare(query: NamedQuery, params: Mapping[str, str], resolve: Resolve) -> dict[str, Term]:
    """Turn what a person typed into the terms that the query's variables stand for.

    Every fault is told at once: an unknown parameter, one that is missing, a value of the wrong kind.

    >>> query = parse_query("q", "# param: on (kind: date; required) — when\\nASK { ?s ?p ?on }")
    >>> prepare(query, {"on": "2019-01"}, Iri)
    {'on': Literal(value='2019-01', datatype=<http://id.loc.gov/datatypes/edtf/EDTF>, language=None)}
    >>> prepare(query, {"onn": "2019-01"}, Iri)
    Traceback (most recent call last):
    kg.errors.QueryError: q: unknown parameter "onn"; did you mean "on"?
    q: the parameter "on" (when) is missing
    """
    names = [parameter.name for parameter in query.params]
    faults = [
        f'{query.name}: unknown parameter "{name}"' + (did_you_mean(name, names) or _offer(names))
        for name in params
        if name not in names
    ]
    bindings: dict[str, Term] = {}
    for parameter in query.params:
        text = params.get(parameter.name, parameter.default)
        if text is not None:
            try:
                bindings[parameter.name] = _value(parameter, text, resolve)
            except QueryError as error:
                faults.append(f"{query.name}: {error}")
        elif parameter.required:
            faults.append(f'{query.name}: the parameter "{parameter.name}" ({parameter.meaning}) is missing')
    if faults:
        raise QueryError("\n".join(faults))
    return bindings


def _offer(names: list[str]) -> str:
    return f"; it takes {', '.join(names)}" if names else "; it takes none"


def _value(parameter: Parameter, text: str, resolve: Resolve) -> Term:
    match parameter.kind:
        case ParameterKind.ENTITY:
            return resolve(text)
        case ParameterKind.TEXT:
            return Literal(text)
        case ParameterKind.DATE:
            try:
                times.parse(text)
            except times.BadDate as error:
                raise QueryError(f"{parameter.name}: {error}") from None
            return Literal(text.strip(), EDTF)
        case ParameterKind.NUMBER:
            match = _NUMBER.fullmatch(text.strip())
            if match is None:
                raise QueryError(f'{parameter.name}: "{text}" is not a number')
            return Literal(match[0], Iri(XSD + ("decimal" if match[1] else "integer")))


# --- Things by the names that people use ----------------------------------------------------------


def resolve_entity(store: Store, text: str) -> Iri:
    """Find the thing that a person means: by IRI, by `prefix:name`, by its id, or by its whole name.

    Ids are matched as they are, names without regard to capitals. More than one candidate is an error
    that lists them; none is an error that offers the nearest spelling.
    """
    wanted = text.strip()
    if iri := _as_iri(wanted):
        return iri
    # An id in a dossier is the dossier's name and the id: looked up, not searched for.
    direct = [node for graph in store.graphs() if _is_described(store, node := Iri(f"{graph}/{wanted}"))]
    candidates = direct or _by_name(store, wanted)
    if len(candidates) > 1:
        listed = ", ".join(f"<{node}>" for node in candidates)
        raise QueryError(f'"{wanted}" may be any of {listed}; give the IRI')
    if not candidates:
        raise QueryError(f'nothing here is called "{wanted}"{_nearest(wanted, _all_names(store))}')
    return candidates[0]


def _as_iri(text: str) -> Iri | None:
    if re.fullmatch(r"<[^<>\s]+>", text):
        return Iri(text[1:-1])
    if re.match(r"(?:[a-z][a-z0-9+.\-]*://|urn:)\S+$", text, re.IGNORECASE):
        return Iri(text)
    prefix, colon, name = text.partition(":")
    return Iri(PREFIXES[prefix] + name) if colon and name and prefix in PREFIXES and " " not in name else None


def _is_described(store: Store, node: Iri) -> bool:
    return is_iri(node) and any(True for _ in store.describe(node))


def _by_name(store: Store, text: str) -> list[Iri]:
    found = _names(store, {"text": Literal(text)})
    ids = sorted({node for _, node in found if local_name(node) == text})
    return ids or sorted({node for _, node in found})


def _all_names(store: Store) -> set[str]:
    found = _names(store, {})
    return {name for name, _ in found} | {local_name(node) for _, node in found}


def _nearest(text: str, names: set[str]) -> str:
    """Suggest a name that is spelt much like the text, or one that has such a word in it.

    >>> _nearest("kudlov", {"larry-kudlow", "Liu He"})
    '; did you mean "larry-kudlow"?'
    """
    if whole := did_you_mean(text, names):
        return whole
    by_word = {word: name for name in sorted(names) for word in re.split(r"[\s\-]+", name) if len(word) > 3}
    near = get_close_matches(text, by_word, n=1, cutoff=0.7)
    return f'; did you mean "{by_word[near[0]]}"?' if near else ""


def _names(store: Store, bindings: Mapping[str, Term]) -> list[tuple[str, Iri]]:
    rows = store.select(named_queries()[_FIND].text, bindings, name=_FIND)
    pairs = zip(rows.column("name"), rows.column("entity"), strict=True)
    return [(str(name), node) for name, node in pairs if isinstance(node, Iri)]
