"""The house rules of DESIGN as tests that fail: who imports whom, who commits, what files are called."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("base", "accounts", "survey", "catalog", "matching", "review", "training", "dashboards", "sample")
SOURCES = sorted(path for room in ROOMS for path in (ROOT / room).rglob("*.py"))
#: Doors and jobs own the clock and the commit.
DOORS = {"views.py", "cli.py", "api.py", "jobs.py", "doors.py"}
FORBIDDEN_NAMES = {"utils", "helpers", "misc", "services", "core", "manager", "common"}


def tracked_files() -> list[Path]:
    """Return the files that git keeps, or every source file where there is no git."""
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False
    ).stdout.split("\0")
    return [ROOT / name for name in listed if name and (ROOT / name).is_file()] or SOURCES


def imports(path: Path) -> Iterator[str]:
    """Yield every module that a file imports, wherever in the file."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def test_the_import_contracts_are_kept() -> None:
    command = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports(no_cache=True))"
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", command], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "4 kept, 0 broken" in done.stdout


def test_every_room_is_shipped() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    shipped = settings["tool"]["hatch"]["build"]["targets"]["wheel"]["only-include"]
    assert set(ROOMS) | {"app.py", "templates", "static", "migrations"} == set(shipped)


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_file_keeps_the_house_rules(path: Path) -> None:
    room = path.relative_to(ROOT).parts[0]
    modules = set(imports(path))
    assert "app" not in modules, "nothing imports app"
    assert path.stem not in FORBIDDEN_NAMES
    foreign_models = {name for name in modules if re.fullmatch(rf"(?!{room})\w+\.(\w+_)?models(\..*)?", name)}
    assert not {name for name in foreign_models if name.split(".")[0] in ROOMS}, "another room's models are its own"
    inner = path.stem in {"operations", "queries"} or path.stem.endswith("models") or "importers" in path.parts
    if inner:
        assert not {name for name in modules if name.split(".")[0] in {"flask", "wtforms", "flask_wtf"}}


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_only_doors_commit_or_read_the_clock(path: Path) -> None:
    if path.name in DOORS or path.stem.endswith("_views"):
        return
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            called = node.func.attr
            owner = node.func.value.id if isinstance(node.func.value, ast.Name) else ""
            assert called != "commit", f"line {node.lineno} commits"
            assert not (called in {"now", "utcnow", "today"} and owner in {"datetime", "date"}), (
                f"line {node.lineno} reads the clock"
            )
            assert not (owner == "time" and called in {"time", "sleep"}), f"line {node.lineno} reads the clock"


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_public_function_and_class_says_what_it_does(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert ast.get_docstring(tree), "the file says nothing of itself"
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
            words = ast.get_docstring(node)
            assert words, f"{node.name} (line {node.lineno}) has no docstring"
            assert words.splitlines()[0].rstrip().endswith((".", ":", "…")), (
                f"{node.name}: the first line is a sentence"
            )


def test_templates_hold_no_inline_script_or_style() -> None:
    for path in (ROOT / "templates").rglob("*.html"):
        text = re.sub(r"{#.*?#}", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
        assert not re.search(r"<script(?![^>]*\bsrc=)(?![^>]*application/json)", text), path
        assert not re.search(r"<style\b|\sstyle=|\son[a-z]+=\"", text), path
        assert "|safe" not in text.replace(" ", ""), f"{path} trusts a text"


def test_committed_files_name_no_registry_and_no_machine() -> None:
    hosts = "|".join(("py" + "pi.org", "python" + "hosted", "npm" + "js.org", "deb." + "debian.org"))
    paths = "|".join(("/wo" + "rk/", "/ro" + "ot/", "/ho" + "me/"))
    for path in tracked_files():
        if path.suffix in {".png", ".ico", ".woff2", ".npz", ".npy", ".gz", ".bin"}:
            continue
        text = path.read_text(encoding="utf-8", errors="replace")
        assert not re.search(f"{hosts}|{paths}", text), f"{path} names a registry or a machine"


def test_every_silenced_rule_says_why() -> None:
    for path in [*SOURCES, ROOT / "app.py", ROOT / "dev.py", *(ROOT / "tests").rglob("*.py")]:
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            if re.search(r"#\s*(noqa|type:\s*ignore)", line) and path.name != "test_architecture.py":
                assert re.search(r"(noqa: [A-Z0-9, ]+ - .{8,}|ignore\[[\w, -]+\]\s+# .{8,})", line), f"{path}:{number}"


def test_no_two_test_files_share_a_name() -> None:
    names = [path.name for path in (ROOT / "tests").rglob("*.py") if path.name != "conftest.py"]
    assert sorted(names) == sorted(set(names))
