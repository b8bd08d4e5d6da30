"""The languages that a partner's runs declared wrongly, as a file and as a page beside its Data Docs.

Great Expectations sees rows that are to be published; a story in a language that no contract covers has none, and is
what a partner must hear of first. So this is kept for every run that read something.
"""

from __future__ import annotations

import html
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

import msgspec

from newswire.model import LanguageMismatch, RunLanguages
from newswire.quality.context import STYLE

KEPT_RUNS = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class LanguageReport:
    """The runs of a partner, newest first."""

    partner: str
    runs: tuple[RunLanguages, ...] = ()

    @classmethod
    def read(cls, partner: str, content: bytes) -> LanguageReport:
        """The report that ``as_json`` wrote; an empty one where it is damaged, since runs to come write it anew."""
        try:
            return msgspec.json.decode(content, type=cls)
        except msgspec.DecodeError:
            return cls(partner=partner)

    def plus(self, run: RunLanguages) -> LanguageReport:
        """With one more run; a repeated run takes the place of its earlier self, and the oldest leave."""
        others = [one for one in self.runs if one.run_id != run.run_id]
        runs = sorted([run, *others], key=lambda one: one.at, reverse=True)
        return LanguageReport(partner=self.partner, runs=tuple(runs[:KEPT_RUNS]))

    def without(self, articles: Collection[str]) -> LanguageReport:
        """The report without some stories among its examples; the counts stay."""
        runs = tuple(
            replace(
                run,
                mismatches=tuple(
                    replace(m, examples=tuple(name for name in m.examples if name not in articles))
                    for m in run.mismatches
                ),
            )
            for run in self.runs
        )
        return LanguageReport(partner=self.partner, runs=runs)

    def as_json(self) -> bytes:
        """The fields of ``RunLanguages`` and ``LanguageMismatch`` by their names, times in ISO 8601."""
        return msgspec.json.format(msgspec.json.encode(self)) + b"\n"

    def as_page(self) -> bytes:
        """A page in HTML that loads nothing."""
        rows = "".join(_row(run, mismatch) for run in self.runs for mismatch in run.mismatches or (None,))
        heads = "".join(f"<th>{head}</th>" for head in _HEADS)
        title = f"Languages of {html.escape(self.partner)}"
        page = (
            f'<!DOCTYPE html><html lang="en"><head><meta charset="UTF-8"><title>{title}</title>'
            f"<style>{STYLE.read_text(encoding='utf-8')}</style></head><body><h1>{title}</h1>"
            "<p>Stories whose text is not in the language that they, or their feed, declare.</p>"
            f"<table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></body></html>\n"
        )
        return page.encode()


_HEADS = ("Run", "Closed at", "Stories", "Undeclared", "Disagree", "Feed", "Declared", "Found", "Examples")


def _row(run: RunLanguages, mismatch: LanguageMismatch | None) -> str:
    told: Sequence[object] = (run.run_id, f"{run.at:%Y-%m-%d %H:%M:%S %Z}", run.stories, run.undeclared)
    if mismatch is None:
        told = (*told, 0, "", "", "", "")
    else:
        examples = ", ".join(mismatch.examples)
        told = (*told, mismatch.stories, mismatch.feed, mismatch.declared, mismatch.found, examples)
    return "<tr>" + "".join(f"<td>{html.escape(str(value))}</td>" for value in told) + "</tr>"
