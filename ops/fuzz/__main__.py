"""Runs many inputs through the parsers: ``python -m fuzz --inputs 1000000``.

Every input follows from the seed and its number. Workers take numbers in turn, each under a memory limit; a watchdog
ends a worker that takes too long over one input, or that died, notes the input as a finding and starts the next worker
behind it. Findings are saved with what went wrong; the exit code says whether there were any.
"""

from __future__ import annotations

import argparse
import os
import resource
import sys
import time
import traceback
from collections import Counter
from dataclasses import dataclass, field
from multiprocessing import Process, Queue, Value
from pathlib import Path
from queue import Empty
from typing import Any

from fuzz.checking import Inputs, check

MEMORY = 1_000_000_000
"""Bytes that a worker may need beyond what it has after its imports."""

BATCH = 500
"""Inputs between two messages of a worker."""


@dataclass(slots=True)
class Worker:
    """One process and the numbers that it has to go through."""

    numbers: range
    process: Process
    results: Queue[Any]
    at: Any
    since: Any


@dataclass(slots=True)
class Findings:
    """What was counted and what went wrong."""

    folder: Path
    outcomes: Counter[str] = field(default_factory=Counter)
    kinds: Counter[str] = field(default_factory=Counter)

    def note(self, inputs: Inputs, number: int, what: str, trace: str) -> None:
        """Save an input with what went wrong; the first three of a kind are kept."""
        self.kinds[what] += 1
        if self.kinds[what] <= 3:  # noqa: PLR2004 - enough to see the pattern
            self.folder.mkdir(parents=True, exist_ok=True)
            given = inputs.at(number)
            (self.folder / f"{number}.input").write_bytes(given.raw)
            said = (
                f"{what}\nformat={given.format} content_type={given.content_type} language={given.language}\n\n{trace}"
            )
            (self.folder / f"{number}.txt").write_text(said, encoding="utf-8")
            print(f"finding: input {number}: {what}", flush=True)


def main() -> int:
    """Run and report."""
    parser = argparse.ArgumentParser(prog="fuzz", description=__doc__)
    parser.add_argument("--inputs", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--seconds", type=float, default=10.0, help="the longest that one input may take")
    parser.add_argument("--findings", type=Path, default=Path(".newswire/fuzz"))
    options = parser.parse_args()
    inputs, findings = Inputs(options.seed), Findings(options.findings)
    started = time.monotonic()
    _run(inputs, findings, options)
    taken = time.monotonic() - started
    print(
        f"{options.inputs} inputs in {taken:.0f} s, {options.inputs / taken:.0f} inputs/s with {options.jobs} processes"
    )
    print("  " + ", ".join(f"{name} {count}" for name, count in findings.outcomes.most_common()))
    print(
        f"findings: {sum(findings.kinds.values())}" + "".join(f"\n  {n} times {k}" for k, n in findings.kinds.items())
    )
    return int(bool(findings.kinds))


def _run(inputs: Inputs, findings: Findings, options: argparse.Namespace) -> None:
    share = -(-options.inputs // options.jobs)
    parts = [range(start, min(start + share, options.inputs)) for start in range(0, options.inputs, share)]
    workers = [_start(inputs, part) for part in parts]
    while workers:
        time.sleep(0.2)
        for worker in workers:
            _collect(inputs, findings, worker.results)
        workers = [left for worker in workers if (left := _watch(worker, inputs, findings, options.seconds))]


def _start(inputs: Inputs, numbers: range) -> Worker:
    results: Queue[Any] = Queue()  # one each: a killed worker may take its lock along
    at, since = Value("q", numbers.start), Value("d", time.monotonic())
    process = Process(target=_work, args=(inputs, numbers, results, at, since), daemon=True)
    process.start()
    return Worker(numbers, process, results, at, since)


def _work(inputs: Inputs, numbers: range, results: Queue[Any], at: Any, since: Any) -> None:  # noqa: ANN401 - shared values
    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    size = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0]) * resource.getpagesize()
    limit = max(used, size) + MEMORY
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    counted: Counter[str] = Counter()
    for number in numbers:
        at.value, since.value = number, time.monotonic()
        try:
            counted[check(inputs.at(number), number)] += 1
        except Exception as error:  # noqa: BLE001 - whatever a parser lets out is a finding
            frame = traceback.extract_tb(error.__traceback__)[-1]
            place = f"{Path(frame.filename).name}:{frame.lineno}"
            results.put((number, f"{type(error).__name__} at {place}", traceback.format_exc()))
        if sum(counted.values()) >= BATCH:
            results.put(counted)
            counted = Counter()
    results.put(counted)
    at.value = numbers.stop


def _collect(inputs: Inputs, findings: Findings, results: Queue[Any]) -> None:
    try:
        while True:
            match results.get_nowait():
                case Counter() as counted:
                    findings.outcomes.update(counted)
                case (number, what, trace):
                    findings.note(inputs, number, what, trace)
    except Empty:
        return


def _watch(worker: Worker, inputs: Inputs, findings: Findings, seconds: float) -> Worker | None:
    """The worker, the one that takes over from it, or None when its numbers are done."""
    if worker.process.is_alive():
        if time.monotonic() - worker.since.value < seconds:
            return worker
        worker.process.kill()
        what = f"longer than {seconds:.0f} s"
    elif worker.at.value >= worker.numbers.stop:
        _collect(inputs, findings, worker.results)
        return None
    else:
        what = f"the process died with {worker.process.exitcode}"
    worker.process.join()
    findings.note(inputs, worker.at.value, what, "")
    rest = range(worker.at.value + 1, worker.numbers.stop)
    return _start(inputs, rest) if rest else None


if __name__ == "__main__":
    sys.exit(main())
