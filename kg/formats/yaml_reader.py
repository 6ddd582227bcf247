"""YAML to a tree of texts, lists and mappings that all know their place; nothing is guessed or converted.

A dossier is YAML 1.2 without anchors, tags and merge keys: `no` and `15:10` are the texts that stand there, and
no small file can unfold into a large one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, StringMark, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentEndEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    NodeEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)
from ruamel.yaml.reader import ReaderError

DEEPEST = 50
"""How many levels of lists and mappings a dossier may have."""


@dataclass(frozen=True, slots=True)
class Text:
    """A scalar: its characters as written, and whether it stood in quotes (or in a block)."""

    value: str
    quoted: bool
    line: int
    column: int

    @property
    def is_nothing(self) -> bool:
        """Say whether YAML means no value by it."""
        return not self.quoted and self.value in ("", "~", "null", "Null", "NULL")


@dataclass(frozen=True, slots=True)
class Listing:
    """A sequence."""

    items: list[Tree]
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Mapping:
    """A mapping; keys are texts, each once."""

    items: dict[str, tuple[Text, Tree]] = field(default_factory=dict)
    line: int = 1
    column: int = 1

    def get(self, key: str) -> Tree | None:
        """Return the value of a key, if it is there."""
        found = self.items.get(key)
        return found[1] if found else None


Tree: TypeAlias = Text | Listing | Mapping
Complain: TypeAlias = Callable[[int, int, str], None]
"""Called with a line, a column and a message for each fault."""


def read_tree(text: str, complain: Complain) -> Tree | None:
    """Read the one YAML document of a text; None if it is not YAML, or has nothing in it."""
    try:
        return _Builder(_events(text), complain).document()
    except _Stop:
        return None
    except ReaderError as error:
        line, column = _position(text, int(error.position))
        code = ord(error.character) if isinstance(error.character, str) else int(error.character)
        complain(line, column, f"the character U+{code:04X} cannot stand in YAML")
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        problem = str(error.problem or error.context or error).split("\n")[0].replace("\\t", "tab")
        hint = "; indent with spaces, not tabs" if "tab" in problem else ""
        complain(*(_place(mark) if mark is not None else (0, 0)), f"this is not YAML: {problem.strip()}{hint}")
    except (YAMLError, ValueError, RecursionError) as error:
        complain(0, 0, f"this is not YAML: {str(error).splitlines()[0] if str(error) else type(error).__name__}")
    return None


def _events(text: str) -> Iterator[Event]:
    yaml = YAML(typ="safe", pure=True)
    yield from yaml.parse(text)


def _place(mark: StringMark) -> tuple[int, int]:
    return int(mark.line) + 1, int(mark.column) + 1


def _position(text: str, offset: int) -> tuple[int, int]:
    before = text[:offset]
    return before.count("\n") + 1, offset - (before.rfind("\n") + 1) + 1


class _Stop(Exception):
    """Nothing more can be understood; the fault has been said."""


class _Builder:
    """Builds the tree from parse events."""

    def __init__(self, events: Iterator[Event], complain: Complain) -> None:
        self._events = events
        self._complain = complain

    def document(self) -> Tree | None:
        tree: Tree | None = None
        for event in self._events:
            if isinstance(event, DocumentStartEvent):
                if tree is not None:
                    self._stop(event, "a second YAML document starts here; one file holds one dossier")
                if event.version not in (None, (1, 2)):
                    self._stop(event, "dossiers are YAML 1.2; take the %YAML line out")
            elif isinstance(event, NodeEvent):
                tree = self._node(event, 0)
            elif not isinstance(event, DocumentEndEvent):
                continue
        return tree

    def _node(self, event: Event, depth: int) -> Tree:
        line, column = _place(event.start_mark)
        if isinstance(event, AliasEvent):
            self._stop(event, f"*{event.anchor}: anchors and aliases are not allowed; write the value out")
        if depth > DEEPEST:
            self._stop(event, f"this is more than {DEEPEST} levels deep")
        anchor, tag = getattr(event, "anchor", None), getattr(event, "tag", None)
        if anchor:
            self._complain(line, column, f"&{anchor}: anchors are not allowed; write the value out")
        if tag and tag != "!":
            self._complain(line, column, "tags (!...) are not allowed")
        if isinstance(event, ScalarEvent):
            return Text(event.value, bool(event.style), line, column)
        if isinstance(event, SequenceStartEvent):
            return Listing(list(self._items(depth)), line, column)
        return self._mapping(depth, line, column)

    def _items(self, depth: int) -> Iterator[Tree]:
        for event in self._events:
            if isinstance(event, SequenceEndEvent):
                return
            yield self._node(event, depth + 1)

    def _mapping(self, depth: int, line: int, column: int) -> Mapping:
        mapping = Mapping({}, line, column)
        for event in self._events:
            if isinstance(event, MappingEndEvent):
                break
            key = self._node(event, depth + 1)
            value = self._node(next(self._events), depth + 1)
            self._add(mapping, key, value)
        return mapping

    def _add(self, mapping: Mapping, key: Tree, value: Tree) -> None:
        if not isinstance(key, Text):
            self._complain(key.line, key.column, "a key must be a plain word")
        elif key.value == "<<" and not key.quoted:
            self._complain(key.line, key.column, "merge keys (<<) are not allowed; write the values out")
        elif key.value in mapping.items:
            first = mapping.items[key.value][0]
            self._complain(key.line, key.column, f'"{key.value}" is here a second time; first in line {first.line}')
        else:
            mapping.items[key.value] = (key, value)

    def _stop(self, event: Event, message: str) -> None:
        self._complain(*_place(event.start_mark), message)
        raise _Stop
