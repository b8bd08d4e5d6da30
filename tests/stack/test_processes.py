"""Ending what was started, and nothing else."""

# ruff: noqa: S603 - the commands are this test's own
from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from dataclasses import replace

import psutil
import pytest

from stack import processes
from stack.home import Home
from stack.parts import Part

SLEEPER = (sys.executable, "-c", "import time; time.sleep(600)")
# A part with two children: one as it comes, one that starts with an empty environment, like one that overwrote it.
PARENT = """
import os, subprocess, sys, time
code = "import time; time.sleep(600)"
subprocess.Popen([sys.executable, "-c", code])
subprocess.Popen([sys.executable, "-c", code], env={}, start_new_session=True)
print("ready", flush=True)
time.sleep(600)
"""


@pytest.fixture
def place(tmp_path):
    """A stack's state, in which whatever the test started is ended."""
    home = Home(root=tmp_path, state=tmp_path / "state")
    home.prepare(traversable=False)
    started = []

    def start(name, argv=SLEEPER):
        started.append(processes.spawn(home, Part(name=name, argv=argv), dict(os.environ), "mark"))
        return started[-1]

    yield home, start
    processes.end(started, patience=0)


def _await(condition):
    deadline = time.monotonic() + 120
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_killed_part_leaves_nothing(place):
    """The children of a part that was killed are found and ended, whatever became of session and environment."""
    home, start = place
    part = start("parent", (sys.executable, "-c", PARENT))
    _await(lambda: "ready" in processes.log_path(home, "parent").read_text())
    _await(lambda: len(processes.members([part])) == 3)
    os.kill(part.pid, signal.SIGKILL)
    _await(lambda: not processes.is_alive(part))
    assert len(processes.members([part])) == 2
    assert processes.end([part], patience=0) == []
    assert processes.members([part]) == []


def test_reused_number_is_spared(place):
    """A process that merely has the number of one that was recorded is left alone."""
    _, start = place
    stranger = subprocess.Popen(SLEEPER, start_new_session=True)
    try:
        record = replace(start("part"), pid=stranger.pid, born="another boot:1")
        assert not processes.is_alive(record)
        assert stranger.pid not in {process.pid for process in processes.members([record])}
        processes.end([record], patience=0)
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


def test_one_part_ends_alone(place):
    """Ending one part leaves the others of the same stack running."""
    _, start = place
    first, second = start("first"), start("second")
    assert processes.end([first], patience=5) == []
    assert processes.is_alive(second)


def test_deaf_part_is_killed(place):
    """A part that ignores being asked is killed."""
    home, start = place
    code = "import signal, time; signal.signal(15, signal.SIG_IGN); print('ready', flush=True); time.sleep(600)"
    part = start("deaf", (sys.executable, "-c", code))
    _await(lambda: "ready" in processes.log_path(home, "deaf").read_text())
    assert processes.end([part], patience=0) == []
    assert not psutil.pid_exists(part.pid) or psutil.Process(part.pid).status() == psutil.STATUS_ZOMBIE


def test_records_survive_the_starter(place):
    """What was started is known to the next command."""
    home, start = place
    part = start("part")
    processes.save(home, [part])
    assert processes.load(home) == {"part": part}
