"""Parsers measured: full-text RSS against feedparser, and every format on its golden inputs.

``PYTHONPATH=include:ops .venv/bin/python bench/formats/run.py`` prints the tables and writes ``results.md`` beside this
file. One process, one thread; both parsers take turns on the same bytes, which are written here and not sampled; CPU
time, median of the rounds. What feedparser does eagerly and newswire on demand, safe markup, is also measured as if it
were always asked for.
"""

from __future__ import annotations

import platform
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import feedparser  # type: ignore[import-untyped]
from feeds import full_text, weblog

import golden
from newswire.errors import PayloadRefused
from newswire.formats import Source, parse
from newswire.model import Item, ParsedPayload

HERE = Path(__file__).parent
SOURCE = Source(url="https://wire.example/feed.xml")
DOCUMENT = Source(url=golden.URL)
ROUNDS = 9
HEAD = "Written by `run.py`. Python {python}, feedparser {feedparser}, CPU time, medians of {rounds} rounds in turns."
FEEDS = {"all rights fields": full_text, "as WordPress writes": weblog}
SHAPES = (
    *(("all rights fields", *shape) for shape in ((100, 12), (300, 12), (500, 6), (100, 30))),
    *(("as WordPress writes", *shape) for shape in ((100, 12), (100, 30))),
)
"""Kind of feed, its items, and paragraphs of each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What one feed cost, in seconds."""

    kind: str
    items: int
    paragraphs: int
    size: int
    ours: float
    ours_shown: float
    theirs: float


def measured(kind: str, items: int, paragraphs: int) -> Result:
    """Both parsers on one feed, in turns."""
    raw = FEEDS[kind](items, paragraphs)
    times: dict[str, list[float]] = {"ours": [], "shown": [], "theirs": []}
    for _ in range(ROUNDS):
        times["ours"].append(_seconds(lambda: parse(raw, SOURCE)))
        times["shown"].append(_seconds(lambda: _shown(raw)))
        times["theirs"].append(_seconds(lambda: feedparser.parse(raw)))
    ours, shown, theirs = (statistics.median(times[name]) for name in ("ours", "shown", "theirs"))
    return Result(
        kind=kind, items=items, paragraphs=paragraphs, size=len(raw), ours=ours, ours_shown=shown, theirs=theirs
    )


def _shown(raw: bytes) -> list[str | None]:
    return [entry.body_html for entry in parse(raw, SOURCE).entries if isinstance(entry, Item)]


def _seconds(does: Callable[[], object]) -> float:
    started = time.process_time()
    does()
    return time.process_time() - started


def by_format() -> dict[str, tuple[int, int, float]]:
    """Bytes, items and seconds of one read of a format's golden inputs."""
    found: dict[str, tuple[int, int, float]] = {}
    for path in golden.inputs():
        raw = path.read_bytes()
        try:
            parsed: ParsedPayload = parse(raw, DOCUMENT)
        except PayloadRefused:
            continue
        seconds = statistics.median(_seconds(lambda raw=raw: parse(raw, DOCUMENT)) for _ in range(30))
        size, items, taken = found.get(parsed.format, (0, 0, 0.0))
        found[parsed.format] = (size + len(raw), items + len(parsed.entries), taken + seconds)
    return found


def page() -> str:
    """The results as Markdown."""
    results = [measured(*shape) for shape in SHAPES]
    rows = [
        f"| {r.items} of {r.paragraphs} paragraphs, {r.kind} | {r.size / 1e6:.1f} MB | {r.items / r.ours:,.0f}/s"
        f" | {r.items / r.theirs:,.0f}/s | {r.theirs / r.ours:.1f} | {r.theirs / r.ours_shown:.1f} |"
        for r in results
    ]
    formats = [
        f"| `{name}` | {size / 1e3:.1f} kB | {items / taken:,.0f} | {size / taken / 1e6:.1f} |"
        for name, (size, items, taken) in sorted(by_format().items())
    ]
    return "\n".join(
        [
            "# Parsers: speed",
            "",
            HEAD.format(python=platform.python_version(), feedparser=feedparser.__version__, rounds=ROUNDS),
            "",
            "## Full-text RSS",
            "",
            "| items | size | newswire | feedparser | times as fast | with all markup made safe |",
            "|---|---|---|---|---|---|",
            *rows,
            "",
            f"At least {min(r.theirs / r.ours for r in results):.1f} times as fast.",
            "",
            "## Every format, on its golden inputs",
            "",
            "Small documents: what a payload costs before its first item weighs most.",
            "",
            "| format | input | entries/s | MB/s |",
            "|---|---|---|---|",
            *formats,
            "",
        ]
    )


if __name__ == "__main__":
    text = page()
    (HERE / "results.md").write_text(text, encoding="utf-8")
    print(text)
