"""``make setup`` and the locked requirements."""

# ruff: noqa: S603 - the commands are this test's own
from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LOCKS = ("requirements-uv", "requirements", "requirements-dev")


@pytest.fixture
def checkout(tmp_path):
    """A checkout that was never set up."""
    (tmp_path / "bin").mkdir()
    shutil.copy(ROOT / "bin" / "setup", tmp_path / "bin")
    for name in LOCKS:
        shutil.copy(ROOT / f"{name}.txt", tmp_path)
    return tmp_path


@pytest.mark.parametrize("version", ["3.10.13", "3.14.0"])
def test_unfit_python_is_one_line(checkout, version):
    """A Python too old or too new is answered with one line that says what fits, and nothing is created."""
    fake = checkout / "fake-python"
    fake.write_text(f"#!/bin/sh\ncase $2 in *print*) echo {version} ;; *) exit 1 ;; esac\n")
    fake.chmod(0o755)
    done = subprocess.run(
        [checkout / "bin" / "setup"],
        check=False,
        env={"PATH": "/usr/bin:/bin", "PYTHON": str(fake)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert f"needs Python 3.11, 3.12 or 3.13, and {fake} is {version}" in done.stderr
    assert not (checkout / ".venv").exists()


def test_setup_does_nothing_twice():
    """Once set up, setting up again installs nothing and says nothing."""
    mark = ROOT / ".venv" / ".setup"
    if not mark.exists():
        pytest.skip("this checkout was not set up with make setup")
    before = mark.stat().st_mtime_ns
    done = subprocess.run([ROOT / "bin" / "setup"], capture_output=True, text=True, check=True)
    assert done.stdout + done.stderr == ""
    assert mark.stat().st_mtime_ns == before


@pytest.mark.parametrize("name", LOCKS)
def test_lock_pins_and_hashes_everything(name):
    """Every locked requirement has one version and hashes, and nothing of the machine that locked it stands there."""
    text = (ROOT / f"{name}.txt").read_text()
    requirements = re.split(r"\n(?=\S)", "\n".join(line for line in text.splitlines() if not line.startswith("#")))
    assert all(re.match(r"\S+==\S+", requirement) for requirement in requirements)
    assert all("--hash=sha256:" in requirement for requirement in requirements)
    assert not re.search(r"://|index-url|find-links|/(home|root|tmp|work)/", text)
