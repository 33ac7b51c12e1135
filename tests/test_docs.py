"""What people must be able to look up stands in docs/: commands, settings, columns, verdict and reason codes."""

from __future__ import annotations

import re
import tomllib
from dataclasses import fields
from pathlib import Path

import click
from click.testing import CliRunner

import app
from base.settings import PREFIX, Settings
from catalog.importers.reading import COURSE_FIELDS
from matching.records import REASON_CODES
from review import exports as run_exports
from survey.exports import BALLOT_COLUMNS, NEED_COLUMNS

RUN_COLUMNS = (
    *run_exports.NEED_COLUMNS,
    *run_exports.COURSE_COLUMNS,
    *run_exports.PAIR_COLUMNS,
    *run_exports.EVIDENCE_COLUMNS,
    *run_exports.DECISION_COLUMNS,
    *run_exports.DIFFERENCE_COLUMNS,
)
ROOT = Path(__file__).resolve().parent.parent
DOCS = "\n".join(path.read_text(encoding="utf-8") for path in [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")])
DATA = (ROOT / "docs" / "data.md").read_text(encoding="utf-8")


def commands() -> dict[str, click.Command]:
    """Return every command by its name, those that are loaded when they are called too."""
    context = click.Context(app.skillshed)
    found = {name: app.skillshed.get_command(context, name) for name in app.skillshed.list_commands(context)}
    return {name: command for name, command in found.items() if command is not None}


def test_every_command_stands_in_the_docs_and_says_one_plain_line() -> None:
    assert len(commands()) == len(app.skillshed.list_commands(click.Context(app.skillshed))) >= 12
    for name, command in commands().items():
        assert command.name == name
        assert f"skillshed {name}" in DOCS, name
        assert (command.get_short_help_str(limit=200) or "").endswith("."), name


def test_help_lists_every_command() -> None:
    printed = CliRunner().invoke(app.skillshed, ["--help"]).output
    assert all(name in printed for name in commands())
    lines = printed.split("Commands:")[1]
    assert "..." not in lines, "a line too long for a terminal of 80 characters says half of what it means"


def test_every_setting_stands_in_the_table_with_both_names() -> None:
    operations = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    for field in fields(Settings):
        assert f"| `{field.name}` | `{PREFIX}{field.name.upper()}` |" in operations


def test_every_reason_code_and_column_stands_in_the_docs() -> None:
    for code in (*REASON_CODES, *COURSE_FIELDS, *NEED_COLUMNS, *BALLOT_COLUMNS, *RUN_COLUMNS):
        assert f"`{code}`" in DATA, code


def test_links_between_documents_lead_somewhere() -> None:
    for path in [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]:
        for target in re.findall(r"\]\(([^)#:]+)\)", path.read_text(encoding="utf-8")):
            assert (path.parent / target).exists(), f"{path.name} links to {target}"


def test_the_changelog_names_this_version() -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    assert f"## {version}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
