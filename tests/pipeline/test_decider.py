"""What a decision's version covers: all code that can change one."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import newswire
from newswire.pipeline.decider import DECIDING, READING

ROOT = Path(newswire.__file__).parent
VALUES = {"config", "errors.py", "feeds.py", "urls.py"}  # partner files, whose values count, and what is only raised


def sources(part: str) -> list[Path]:
    path = ROOT / part
    return [path] if path.is_file() else sorted(path.rglob("*.py"))


def part_of(module: str) -> str:
    """The package or module just below ``newswire`` that a module is in."""
    name = module.split(".")[1]
    return name if (ROOT / name).is_dir() else f"{name}.py"


def imported(source: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module == "newswire":
            found |= {part_of(f"newswire.{alias.name}") for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("newswire."):
            found.add(part_of(str(node.module)))
    return found


@pytest.mark.parametrize("parts", [READING, DECIDING], ids=["reading", "deciding"])
def test_all_that_is_imported_counts(parts):
    """Whatever the counted code imports is counted, too: a change there is a change of what it reads or decides."""
    own = [part for part in parts if not part.startswith("pipeline/")]  # those also import what keeps and writes
    assert all(sources(part) for part in parts)
    needed = {name for part in own for source in sources(part) for name in imported(source)}
    assert needed - VALUES <= set(parts)
