"""The import direction and the shape of the checkout, held."""

from __future__ import annotations

import ast
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LIBRARY = ROOT / "include" / "newswire"
MIDDLE = {"transport", "formats", "text", "language", "rights", "quality", "lake", "ledger"}
BASE = {"schema", "config", "feeds", "urls", "model", "codes", "markup", "packaged", "errors"}
ALLOWED = {
    "cli": MIDDLE | BASE | {"pipeline", "cli"},
    "pipeline": MIDDLE | BASE | {"pipeline"},
    **{name: BASE | {name} for name in MIDDLE},
    **dict.fromkeys(("schema", "config", "feeds", "urls", "model", "codes"), BASE),
    "errors": set(),
    "markup": set(),
    "packaged": set(),
    "__init__": set(),
}
PURE = {"text", "language", "rights"}


def modules() -> list[Path]:
    return sorted(LIBRARY.rglob("*.py"))


def imported(path: Path) -> set[str]:
    """Dotted names that a module imports, wherever in it."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
            if node.module == "newswire":
                names.update(f"newswire.{alias.name}" for alias in node.names)
    return names


def part_of(path: Path) -> str:
    return path.relative_to(LIBRARY).parts[0].removesuffix(".py")


@pytest.mark.parametrize("path", modules(), ids=lambda p: p.relative_to(LIBRARY).as_posix())
def test_imports_point_one_way(path: Path):
    """A module imports only from below its own part of the library."""
    inner = {name.split(".")[1] for name in imported(path) if name.startswith("newswire.")} - {"__version__"}
    assert inner <= ALLOWED[part_of(path)]


@pytest.mark.parametrize("path", modules(), ids=lambda p: p.relative_to(LIBRARY).as_posix())
def test_the_library_knows_no_airflow(path: Path):
    """Nothing under include/ imports Airflow; Great Expectations only in quality, pandas not in the pure parts."""
    outer = {name.split(".")[0] for name in imported(path)}
    assert "airflow" not in outer
    assert "newswire_airflow" not in outer
    if part_of(path) != "quality":
        assert "great_expectations" not in outer
    if part_of(path) in PURE:
        assert not outer & {"pandas", "pyarrow", "sqlalchemy", "httpx", "socket"}


@pytest.mark.parametrize("path", sorted((ROOT / "dags").glob("*.py")), ids=lambda p: p.name)
def test_dag_files_hold_no_logic(path: Path):
    """A DAG file defines no function or class: it calls factories."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert not [n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.ClassDef | ast.AsyncFunctionDef)]


def test_only_the_layout_builds_lake_paths():
    """No other module spells the name of a lake folder in a path."""
    spelt = re.compile(r"""["'](?:landing|published|quarantine|state)/""")
    found = [
        p for p in modules() if p != LIBRARY / "lake" / "layout.py" and spelt.search(p.read_text(encoding="utf-8"))
    ]
    assert found == []


def test_every_plugin_module_is_kept_from_the_plugin_loader():
    """Only *_plugin.py files are top-level plugins: Airflow would execute any other as a module of that name."""
    assert (ROOT / "plugins" / ".airflowignore").read_text().split() == ["*", "!*_plugin.py"]
    assert [p.name for p in (ROOT / "plugins").glob("*.py")] == ["newswire_plugin.py"]


def test_tracked_files_name_no_machine():
    """Nothing tracked names a person's home folder or a workplace."""
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S607
    if listed.returncode:
        pytest.skip("not a git checkout")
    marks = re.compile(rb"/home/[a-z]+/|/root/\.|/work/main")
    own = Path(__file__).name
    files = [ROOT / name for name in listed.stdout.splitlines() if not name.endswith(own)]
    assert [p.name for p in files if p.is_file() and marks.search(p.read_bytes())] == []
