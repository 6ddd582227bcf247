"""The command group, and what happens when something goes wrong."""

from __future__ import annotations

import click

from kg import __version__
from kg.cli.commands import COMMANDS, Commands
from kg.cli.untrusted import one_line
from kg.errors import BadInput, ParleyError

INTERRUPTED = 130
"""The exit status that shells give a command ended by Ctrl-C (128 and the number of the signal)."""

MOST_FAULTS = 200
"""Faults that are printed; nobody mends more at one time."""


class _Group(click.Group):
    """Print our own errors as they are, one line a fault, and exit with 2; end quietly on Ctrl-C."""

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without loading one of them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, COMMANDS[name].does) for name in self.list_commands(ctx)])

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


@click.group(cls=_Group, commands=Commands(), context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="kg")
def main() -> None:
    """Who said what about a negotiation, who says otherwise, and what can still be believed.

    PATH is a dossier (YAML), an RDF file (Turtle, TriG, N-Triples, N-Quads, JSON-LD), a folder of
    these, the folder of a store, the address of a server (sparql:https://host/dataset), or - for
    standard input.
    """
