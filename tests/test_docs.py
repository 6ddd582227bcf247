"""The documents are true: what they show is what happens, and everything is documented."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from kg.cli import main
from kg.logic.rules import GUARDS
from kg.queries import named_queries

ROOT = Path(__file__).resolve().parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")), *sorted((ROOT / "examples").glob("*/README.md"))]


def _text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def test_shown_outputs_and_generated_pages_are_fresh() -> None:
    spec = importlib.util.spec_from_file_location("refresh", ROOT / "docs" / "refresh.py")
    assert spec is not None and spec.loader is not None
    refresh = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(refresh)
    for file, text in refresh.refreshed().items():
        assert file.read_text(encoding="utf-8") == text, f"{file.name} is stale: run python docs/refresh.py"


def test_the_python_of_the_readme_runs(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    [code] = re.findall(r"```python\n(.*?)```", _text("README.md"), re.DOTALL)
    exec(compile(code, "README.md", "exec"), {})
    assert "direct-denial - Larry Kudlow says" in capsys.readouterr().out


def test_the_sparql_of_the_readme_answers(tmp_path: Path) -> None:
    [text] = re.findall(r"```sparql\n(.*?)```", _text("README.md"), re.DOTALL)
    file = tmp_path / "mine.rq"
    file.write_text(text, encoding="utf-8")
    case = str(ROOT / "examples" / "us-china-2019")
    result = CliRunner().invoke(main, ["query", str(file), case, "--ids"], catch_exceptions=False)
    assert "briefed-cancelled" in result.output and "kudlow-no-cancellation" in result.output


def test_every_query_guard_and_command_is_documented() -> None:
    for name in named_queries():
        assert f"## {name}" in _text("docs/queries.md")
    for guard in GUARDS:
        assert f"`{guard}(" in _text("docs/rules.md")
    everything = "\n".join(page.read_text(encoding="utf-8") for page in PAGES)
    for command in main.commands:
        assert f"kg {command}" in everything, f"kg {command} is documented nowhere"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_between_documents_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)", page.read_text(encoding="utf-8")):
        assert target.startswith("http") or (page.parent / target).exists(), target
