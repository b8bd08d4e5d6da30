"""The quality reports of the lake: languages that were declared wrongly, and Great Expectations' Data Docs."""

from __future__ import annotations

from dataclasses import dataclass

from newswire import quality
from newswire.config import Settings
from newswire.lake.layout import Layout
from newswire.model import RunLanguages

TYPES = {"html": "text/html; charset=utf-8", "json": "application/json"}
"""What is served of the reports, by the ending of its name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reports:
    """What there is to read about a partner's quality.

    Attributes:
        runs: What its last runs found of languages, newest first.
        docs: Whether there are Data Docs: none before the first batch was validated.
    """

    partner: str
    runs: tuple[RunLanguages, ...]
    docs: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A file of the reports, with its media type."""

    content: bytes
    type: str


DOCS = "docs/index.html"


def reports(settings: Settings, partner: str) -> Reports:
    """The reports on a partner; empty where it has none yet."""
    layout = Layout.at(settings.lake)
    content = layout.store.find(layout.languages(partner, "json"))
    runs = () if content is None else quality.LanguageReport.read(partner, content).runs
    return Reports(partner=partner, runs=runs, docs=layout.report(partner, DOCS) is not None)


def file(settings: Settings, partner: str, name: str) -> File | None:
    """A file of the reports by its path below the partner's; None for what is none, or is not to be sent."""
    layout = Layout.at(settings.lake)
    found, kind = layout.report(partner, name), TYPES.get(name.rpartition(".")[2])
    return None if found is None or kind is None else File(content=layout.store.read(found), type=kind)
