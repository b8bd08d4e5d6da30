"""What taking a text apart and deciding on it cost beside parsing the page it came in; writes ``results.md``.

    PYTHONPATH=include .venv/bin/python bench/rights/run.py

The article is written here in the shape of the first partner's pages: some 3,500 characters of story, closing credit,
notice, four teasers. One contract is in force, no policy is embedded, the notice is found. Times are the median of many
runs, in microseconds.
"""

# ruff: noqa: RUF001 - the holder's name is Turkish

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from newswire import formats, rights, text
from newswire.config import load_partner
from newswire.model import Article, Item, LanguageVerdict, Outcome

ROOT = Path(__file__).parents[2]
RUNS = 200
_PROSE = (
    "the harbour council ferry pier night report river market bridge teacher budget winter captain village station "
    "engine meeting season island weather decision student minister festival library said moved opened measured use "
    "news without between before several against together nearly quietly carried a of and in to for with on at by from"
)
WORDS = _PROSE.split()
NOTICE = (
    "LEGAL WARNING: All rights of the published news, photos and videos are reserved by İlke Haber Ajansı Basın Yayın "
    "San. Trade A.Ş. Under no circumstances can all or part of the news, photos and videos be used without a written "
    "contract or subscription."
)


def story() -> str:
    """An article's text, the same at every run."""
    draw = random.Random(7)  # noqa: S311 - prose, not secrets
    sentences = [" ".join(draw.choices(WORDS, k=draw.randint(9, 24))).capitalize() + "." for _ in range(42)]
    paragraphs = [" ".join(sentences[at : at + 3]) for at in range(0, 38, 3)]
    return "\n".join([*paragraphs[:-1], f"{paragraphs[-1]} (ILKHA)", NOTICE, *sentences[38:]])


def page(body: str) -> bytes:
    """The article as a web page."""
    lines = "".join(f"<p>{line}</p>" for line in body.split("\n"))
    menu = "".join(f'<li><a href="/{word}">{word}</a></li>' for word in WORDS)
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Ferry moved</title>'
        '<meta property="og:type" content="article"><meta property="article:published_time" '
        f'content="2026-11-03T08:00:00+03:00"></head><body><nav><ul>{menu}</ul></nav>'
        f"<article><h1>Ferry moved</h1>{lines}</article><footer><ul>{menu}</ul></footer></body></html>"
    ).encode()


def measured(work: Callable[[], object]) -> float:
    """The median time of one run, µs."""
    work()
    times = []
    for _ in range(RUNS):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return statistics.median(times) * 1e6


def main() -> None:
    """Measure, print and write the results."""
    body = story()
    raw = page(body)
    source = formats.Source(url="https://wire.example/ferry")
    partner = load_partner(ROOT / "include" / "partners" / "ilkha.yaml")
    [item] = formats.parse(raw, source).entries
    if not isinstance(item, Item):
        msg = f"the page gave no item: {item}"
        raise TypeError(msg)
    verdict = LanguageVerdict(language="en", confidence=1.0, method="langdetect")

    def split() -> Article:
        return Article(
            item=item,
            split=text.split(item.body, names=partner.names, layout=partner.layout),
            language=verdict,
            field_notices=text.field_notices(item, names=partner.names),
            field_credits=text.field_credits(item, names=partner.names),
            media_notices=text.media_notices(item, names=partner.names),
        )

    article = split()
    now = datetime(2026, 11, 3, 12, tzinfo=UTC)
    decision = rights.decide(article, partner, now=now)
    assert len(article.split.notices) == 1  # noqa: S101 - what is measured must be what is claimed
    assert decision.outcome is Outcome.PUBLISH  # noqa: S101
    costs = {
        "parse the page": measured(lambda: formats.parse(raw, source)),
        "take the text apart": measured(split),
        "decide": measured(lambda: rights.decide(article, partner, now=now)),
    }
    parsing = costs["parse the page"]
    lines = [
        "# Rights: what a decision costs",
        "",
        f"Written by `run.py`: one article of {len(item.body):,} characters, medians of {RUNS} runs.",
        "",
        "| step | µs | share of parsing |",
        "|---|---|---|",
        *(f"| {step} | {cost:,.0f} | {cost / parsing:.3f} |" for step, cost in costs.items()),
        f"| take apart and decide | {(both := sum(costs.values()) - parsing):,.0f} | {both / parsing:.3f} |",
        "",
    ]
    (Path(__file__).parent / "results.md").write_text("\n".join(lines), encoding="utf-8")
    print("\n".join(lines))


if __name__ == "__main__":
    main()
