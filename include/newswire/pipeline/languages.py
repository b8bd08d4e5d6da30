"""What a run found of the languages that its stories declare, kept for the partner's quality report."""

from __future__ import annotations

import logging

from newswire import ledger, quality
from newswire.ledger import languages as book
from newswire.model import RunLanguages
from newswire.pipeline.work import Pulled, Workplace

log = logging.getLogger(__name__)

DISAGREES = "language_disagrees"
"""Under this name a run counts stories that declare another language than they are in."""


def record(place: Workplace, pulled: Pulled) -> RunLanguages:
    """Compare what the stories of a run declare with what they are in, say it in the log, and write the report."""
    slug, layout = place.partner.slug, place.layout
    with ledger.transaction(place.database_url) as connection:
        run = book.of_run(connection, slug, pulled.receipts, run_id=pulled.run_id, at=place.clock())
    for found in run.mismatches:
        log.warning(
            "%s, feed %s: %d stories declare %s and are in %s, such as %s",
            slug,
            found.feed,
            found.stories,
            found.declared,
            found.found,
            ", ".join(found.examples),
        )
    file, page = (layout.languages(slug, kind) for kind in ("json", "html"))
    with layout.store.locked(layout.languages_lock(slug)):
        content = layout.store.find(file)
        report = quality.LanguageReport(partner=slug)
        if content is not None:
            report = quality.LanguageReport.read(slug, content)
        report = report.plus(run)
        layout.store.put(file, report.as_json())
        layout.store.put(page, report.as_page())
    return run
