"""What readers see: nothing past its time, whether or not a sweep has run."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import duckdb
import pytest
from tests.pipeline.conftest import HOUR, Desk, story

from newswire.lake.views import views
from newswire.pipeline.run import run
from newswire.pipeline.sweep import sweep
from newswire.pipeline.work import Run

pytestmark = pytest.mark.ledger


def seen(desk: Desk) -> list[str]:
    """The items that a reader sees through the shipped view, now."""
    with duckdb.connect() as connection:
        connection.execute(views(desk.layout))
        rows = connection.execute("select item_id, published_date, partner from articles order by item_id").fetchall()
        connection.execute("select count(*) from decisions")
    assert {(type(day).__name__, partner) for _, day, partner in rows} <= {("date", "tpa")}
    return [row[0] for row in rows]


def test_the_view_loses_a_row_at_its_time_and_the_sweep_removes_it(desk, wire):
    """A row past ``expires_at`` is in the file and not in the view; after the sweep it is in neither."""
    now = datetime.now(UTC).replace(microsecond=0)
    ended, goes_on = now - timedelta(seconds=1), now + HOUR
    valid = "<dcterms:valid>end={}; scheme=W3C-DTF</dcterms:valid><link"
    wire.feeds["/a.xml"] = [
        story("gone", published=now - HOUR).replace("<link", valid.format(ended.isoformat())),
        story("here", published=now - HOUR).replace("<link", valid.format(goes_on.isoformat())),
        story("always", published=now - HOUR),
    ]
    desk.now = ended - HOUR
    run(desk.place, Run(run_id="manual__1"))
    assert set(desk.rows()) == {"urn:gone", "urn:here", "urn:always"}
    assert seen(desk) == ["urn:always", "urn:here"]
    desk.now = now
    sweep(desk.place)
    assert set(desk.rows()) == {"urn:here", "urn:always"}
    assert seen(desk) == ["urn:always", "urn:here"]
