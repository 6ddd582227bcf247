"""The command group, and what happens when something goes wrong."""

from __future__ import annotations

import click

from kg import __version__
from kg.cli.asking import ask, queries, query
from kg.cli.checking import accounts, check, explain
from kg.cli.drawing import network, report, timeline
from kg.cli.loading import export, init, load, schema, validate
from kg.cli.output import one_line
from kg.cli.publishing import publish
from kg.cli.serving import serve
from kg.cli.storing import store
from kg.cli.tour import demo
from kg.errors import BadInput, ParleyError

INTERRUPTED = 130
"""The exit status that shells give a command ended by Ctrl-C (128 and the number of the signal)."""

MOST_FAULTS = 200
"""Faults that are printed; nobody mends more at one time."""


class _Group(click.Group):
    """Print our own errors as they are, one line a fault, and exit with 2; end quietly on Ctrl-C."""

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except BadInput as bad:
            for fault in bad.faults[:MOST_FAULTS]:
                click.echo(one_line(str(fault)), err=True)
            if len(bad.faults) > MOST_FAULTS:
                click.echo(f"... and {len(bad.faults) - MOST_FAULTS:,} more", err=True)
            if len(bad.faults) > 1:
                click.echo(f"{len(bad.faults)} faults; nothing was loaded", err=True)
            ctx.exit(2)
        except ParleyError as error:
            click.echo("\n".join(map(one_line, f"kg: {error}".splitlines())), err=True)
            ctx.exit(2)
        except KeyboardInterrupt:
            click.echo("kg: interrupted", err=True)
            ctx.exit(INTERRUPTED)


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="kg")
def main() -> None:
    """Who said what about a negotiation, who says otherwise, and what can still be believed.

    PATH is a dossier (YAML), an RDF file (Turtle, TriG, N-Triples, N-Quads, JSON-LD), a folder of
    these, the folder of a store, the address of a server (sparql:https://host/dataset), or - for
    standard input.
    """


for _command in (
    demo, init, validate, load, store, check, explain, accounts, ask, query, queries, network, timeline, report, serve,
    publish, export, schema,
):  # fmt: skip
    main.add_command(_command)
