"""Keep the documents true: write the outputs that the README shows, and the page of named queries.

python docs/refresh.py          # write
python docs/refresh.py --check  # say whether anything is stale, and exit with 1 if so
"""

from __future__ import annotations

import os
import re
import shlex
import sys
from collections.abc import Iterator
from pathlib import Path

import click
from click.testing import CliRunner

from kg.cli import main as kg
from kg.queries import named_queries

ROOT = Path(__file__).resolve().parent.parent
_BLOCK = re.compile(r"(<!-- output: kg (?P<command>[^>]+?) -->\n```text\n)(?P<output>.*?)(```\n<!-- end -->)", re.S)


def refreshed() -> dict[Path, str]:
    """Return the text that each generated document should have."""
    readme, answers = ROOT / "README.md", ROOT / "docs" / "answers.md"
    return {
        readme: _with_outputs(readme.read_text(encoding="utf-8")),
        answers: _with_outputs(answers.read_text(encoding="utf-8")),
        ROOT / "docs" / "queries.md": _queries(),
        ROOT / "docs" / "commands.md": _commands(),
    }


def _with_outputs(text: str) -> str:
    return _BLOCK.sub(lambda m: f"{m[1]}{_output(m['command'])}{m[4]}", text)


def _output(command: str) -> str:
    before = Path.cwd()
    os.chdir(ROOT)  # the README shows paths as a reader in the checkout sees them
    try:
        result = CliRunner().invoke(kg, shlex.split(command), catch_exceptions=False)
    finally:
        os.chdir(before)
    return "\n".join(line.rstrip() for line in result.stdout.strip().splitlines()) + "\n"


def _commands() -> str:
    parts = ["# The commands", "", "Written from what each command says of itself (`kg COMMAND --help`)."]
    for names in _every_command(kg, ()):
        shown = CliRunner().invoke(kg, [*names, "--help"], prog_name="kg", terminal_width=100).output.rstrip()
        parts += ["", f"## kg {' '.join(names)}", "", "```text", *(line.rstrip() for line in shown.splitlines()), "```"]
    return "\n".join(parts) + "\n"


def _every_command(group: click.Group, above: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    for name, command in sorted(group.commands.items()):
        yield (*above, name)
        if isinstance(command, click.Group):
            yield from _every_command(command, (*above, name))


def _queries() -> str:
    parts = [
        "# The named queries",
        "",
        "`kg query NAME PATH… [param=value]` asks one of these; the files are in `queries/`. Parameters that name a",
        "thing take its id, its name or its IRI. This page is written from their headers.",
    ]
    for name, query in sorted(named_queries().items()):
        parts += ["", f"## {name}", "", query.answers, ""]
        parts += [f"- `{parameter}`" for parameter in query.params]
        if query.needs_conflicts:
            parts.append("- asks for the contradictions, which are computed first")
        parts += ["", f"      kg query {name} examples/us-china-2019{_example(query.params)}"]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(parts)) + "\n"


def _example(params: tuple[object, ...]) -> str:
    required = [p for p in params if getattr(p, "required", False)]
    examples = {"date": "2019-01-22", "entity": "larry-kudlow", "text": "Larry Kudlow", "number": "2"}
    return "".join(f" {p.name}={examples[p.kind.value]}" for p in required)  # type: ignore[attr-defined]  # a Parameter


def main() -> None:
    """Write or check the documents."""
    stale = {file: text for file, text in refreshed().items() if not file.exists() or file.read_text("utf-8") != text}
    for file, text in stale.items():
        print(f"{'stale' if '--check' in sys.argv else 'wrote'}: {file.relative_to(ROOT)}")
        if "--check" not in sys.argv:
            file.write_text(text, encoding="utf-8")
    sys.exit(1 if stale and "--check" in sys.argv else 0)


if __name__ == "__main__":
    main()
