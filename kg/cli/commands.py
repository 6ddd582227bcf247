"""The commands by name; the module of one is loaded when it is asked for, as most of what they need is large."""

from __future__ import annotations

from collections.abc import Iterator, MutableMapping
from importlib import import_module
from typing import NamedTuple, NoReturn

import click


class Command(NamedTuple):
    """Where the command of a name is made, and what it does in a line of `kg --help`."""

    module: str
    does: str


COMMANDS = {
    "accounts": Command("kg.cli.checking", "List what can all be true together, best supported first"),
    "ask": Command("kg.cli.asking", "Ask what can be believed, in SPARQL"),
    "check": Command("kg.cli.checking", "Find the statements that cannot all be true"),
    "demo": Command("kg.cli.tour", "Check, prove and draw the first case, in half a minute"),
    "explain": Command("kg.cli.checking", "Prove a conflict line by line"),
    "export": Command("kg.cli.loading", "Write the dossiers as TriG, N-Quads, YAML, NDJSON or CSV"),
    "init": Command("kg.cli.loading", "Write a copy of the first case, to look at and to change"),
    "load": Command("kg.cli.loading", "Load dossiers and RDF of any size into a store"),
    "network": Command("kg.cli.drawing", "Draw who said what about what, conflicts in red"),
    "publish": Command("kg.cli.publishing", "Write every page as a folder that opens from disk"),
    "queries": Command("kg.cli.asking", "List the named queries"),
    "query": Command("kg.cli.asking", "Ask a named query, or a file of SPARQL"),
    "report": Command("kg.cli.drawing", "Write each dispute with both sides, the proof and the ways out"),
    "schema": Command("kg.cli.loading", "Print the JSON Schema of a dossier"),
    "serve": Command("kg.cli.serving", "Look at everything in a browser, and answer SPARQL"),
    "store": Command("kg.cli.storing", "Look after a store on disk: contents, copies, soundness"),
    "timeline": Command("kg.cli.drawing", "Draw what was planned and what was said on a line of time"),
    "validate": Command("kg.cli.loading", "Say whether records are well formed, and every fault"),
}


class Commands(MutableMapping[str, click.Command]):
    """The commands as click looks them up; nobody adds or removes one."""

    def __getitem__(self, name: str) -> click.Command:
        found = getattr(import_module(COMMANDS[name].module), name)
        if not isinstance(found, click.Command):
            raise TypeError(f"{name} in {COMMANDS[name].module} is no command")
        return found

    def __iter__(self) -> Iterator[str]:
        return iter(COMMANDS)

    def __len__(self) -> int:
        return len(COMMANDS)

    def __contains__(self, name: object) -> bool:
        return name in COMMANDS

    def __setitem__(self, name: str, command: click.Command) -> NoReturn:
        raise TypeError("commands are given in COMMANDS")

    def __delitem__(self, name: str) -> NoReturn:
        raise TypeError("commands are given in COMMANDS")
