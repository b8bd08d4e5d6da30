"""Telling a drop folder what became of the files that it claimed for us."""

from __future__ import annotations

import logging

from newswire import ledger
from newswire.errors import ConfigError
from newswire.ledger import receipts as book
from newswire.ledger.receipts import Receipt
from newswire.pipeline.work import Workplace
from newswire.transport import Reason, Validators, drop
from newswire.transport.model import Refusal
from newswire.urls import scheme_of

log = logging.getLogger(__name__)

_FINAL = {reason.value for reason in Reason if not reason.transient}


def release(place: Workplace) -> None:
    """Move every claimed file whose entries all have outcomes to ``done``, and every refused one to ``failed``.

    Safe to repeat: what a crash leaves behind is moved by the next run. A folder that cannot be written is no reason to
    fail here: its files stay claimed, and the log says so.
    """
    for name, feed in place.partner.feeds.items():
        try:
            url = feed.resolve().url
        except ConfigError:  # the feed's own failure, which the pull records
            continue
        if scheme_of(url) != "drop":
            continue
        try:
            held = drop.claimed(url)
            with ledger.transaction(place.database_url) as connection:
                known = book.newest(connection, place.partner.slug, name, held) if held else []
            releases = {r.url: what for r, refused in known if (what := _release(r, refused=refused)) is not None}
            drop.release(url, releases)
        except (Refusal, OSError) as error:
            log.warning("%s: claimed files stay where they are: %s", name, error)


def _release(receipt: Receipt, *, refused: bool) -> drop.Release | None:
    """What a receipt means for its file; None while that is open."""
    if receipt.status == "failed":
        return drop.Release(fate=drop.Fate.FAILED, validators=None) if receipt.reason in _FINAL else None
    if receipt.settled_at is None:
        return None
    fate = drop.Fate.FAILED if refused else drop.Fate.DONE
    return drop.Release(fate=fate, validators=Validators(etag=receipt.etag, last_modified=receipt.last_modified))
