"""`kg serve`: the explorer and a SPARQL endpoint on this machine."""

from __future__ import annotations

import contextlib
import os
import socket
import sys
import threading
import webbrowser
from pathlib import Path
from urllib.parse import urlsplit

import click

from kg.cli.options import Given, confidential_option, graph_options
from kg.cli.untrusted import one_line
from kg.errors import StoreError
from kg.web.serving import ServeError, base_of, bind, is_loopback
from kg.web.serving import serve as serve_state
from kg.web.settings import PORT, Settings
from kg.web.source import Source
from kg.web.state import State

TOKEN = "PARLEY_TOKEN"  # noqa: S105 - the name of a variable, not what is in it
SHORTEST_TOKEN = 16


@click.command()
@graph_options
@click.option("--host", default="127.0.0.1", show_default=True, help="The address of this machine to be reached at.")
@click.option(
    "--port", default=PORT, show_default=True, type=click.IntRange(0, 65_535), help="The port; 0 for any that is free."
)
@click.option("--base", metavar="URL", help="The address under which people reach it, if that is another.")
@click.option("--open", "opens", is_flag=True, help="Open it in the browser.")
@confidential_option
@click.option("--writable", is_flag=True, help="Let whoever has the token change the store.")
@click.option(
    "--token-file",
    type=click.Path(path_type=Path),
    help=f"The file that holds the token (else: the variable {TOKEN}).",
)
@click.option(
    "--time-limit",
    "seconds",
    type=click.FloatRange(min=0, min_open=True),
    default=10,
    show_default=True,
    metavar="SECONDS",
    help="End a SPARQL query after so long.",
)
@click.option(
    "--memory",
    "mebibytes",
    type=click.IntRange(min=1),
    default=1024,
    show_default=True,
    metavar="MIB",
    help="End a SPARQL query that needs more memory than this.",
)
@click.option(
    "--rows",
    type=click.IntRange(min=1),
    default=10_000,
    show_default=True,
    help="End a SPARQL query that has more rows than this.",
)
@click.option("--no-reload", "reloads", flag_value=False, default=True, help="Do not look whether files have changed.")
def serve(
    given: Given,
    host: str,
    port: int,
    base: str | None,
    opens: bool,
    confidential: bool,
    writable: bool,
    token_file: Path | None,
    seconds: float,
    mebibytes: int,
    rows: int,
    reloads: bool,
) -> None:
    """Look at everything in a browser: disputes, accounts, people, meetings, sources, the graph, and SPARQL.

    Files are read again when they change. What is marked confidential is left out unless --confidential is given.
    Ctrl-C ends it.

    \b
    kg serve examples/us-china-2019 --open
    kg serve STORE --port 0
    """
    paths = given.paths if given.store is None else (*given.paths, given.store)
    if not paths:
        raise click.UsageError("what should be served? Give a dossier, a folder, a store, or - for standard input")
    if given.store is not None and given.paths:
        raise click.UsageError("give either PATH or --store, not both")
    source = Source(paths, given.ontology, given.rules, confidential)
    token = _token(token_file) if writable else None
    if writable and source.store_place is None:
        raise StoreError("--writable: only a store in a folder can be written to; files are changed in an editor")
    with contextlib.closing(bind(host, port)) as listening:
        settings = Settings(
            base=_base(base) or base_of(host, listening.getsockname()[1]),
            writable=writable,
            token=token,
            seconds=seconds,
            mebibytes=mebibytes,
            rows=rows,
            hosts=frozenset({host.lower()}),
            reloads=reloads,
            confidential=confidential,
        )
        _run(State.open(source, settings), listening, host, opens=opens)


def _run(state: State, listening: socket.socket, host: str, *, opens: bool) -> None:
    settings, source = state.settings, state.source
    _warn(settings, host)
    if sys.stderr.isatty():
        click.echo(f"{settings.base} is up; {one_line(source.title)} is being checked …", err=True)

    def when_ready() -> None:
        click.echo(f"{settings.base} shows {one_line(source.title)} (Ctrl-C ends it)")
        if opens:
            webbrowser.open(settings.base)

    serve_state(state, listening, when_ready)
    _leave()


def _warn(settings: Settings, host: str) -> None:
    """Say loudly what others will be able to do."""
    if is_loopback(host):
        return
    warnings = [f"WARNING: everybody who reaches {host} can read all of this; there is no password"]
    if settings.base.startswith("http:"):
        warnings.append("WARNING: it is not encrypted; put a server with TLS before it, and give its address by --base")
    if settings.writable:
        warnings.append("WARNING: the token can be read on the way, and whoever has it can change the store")
    if settings.confidential:
        warnings.append("WARNING: what is marked confidential is shown as well")
    for warning in warnings:
        click.secho(warning, err=True, bold=True, fg="red" if sys.stderr.isatty() else None)


def _token(file: Path | None) -> str:
    """Return the token for writing, from its file or from the environment."""
    if file is None:
        token, where = os.environ.get(TOKEN, ""), f"the variable {TOKEN}"
        if not token:
            raise click.UsageError(f"--writable needs a token: --token-file FILE, or the variable {TOKEN}")
    else:
        where = str(file)
        try:
            token = file.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise ServeError(f"--token-file {file}: cannot be read: {getattr(error, 'strerror', 'not text')}") from None
    token = token.strip()
    if len(token) < SHORTEST_TOKEN or not token.isascii() or not token.isprintable() or " " in token:
        raise ServeError(f"{where}: a token has {SHORTEST_TOKEN} letters or more, without spaces")
    return token


def _base(given: str | None) -> str | None:
    if given is None:
        return None
    try:
        parts = urlsplit(given)
        is_good = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_good = False
    if not is_good or parts.path not in ("", "/") or parts.query or parts.fragment or parts.username is not None:
        raise click.BadParameter(f"{given}: give it as https://host or http://host:port", param_hint="--base")
    return f"{parts.scheme}://{parts.netloc}/"


def _leave() -> None:
    """End now: a page that is still being made in a thread is for nobody."""
    if any(one is not threading.current_thread() and not one.daemon for one in threading.enumerate()):
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(0)
