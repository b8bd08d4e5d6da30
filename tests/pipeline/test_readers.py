"""What readers see: nothing past its time, whether or not a sweep has run."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq
import pytest
from tests.pipeline.conftest import HOUR, NINE, Desk, Wire, partner_file, story

from newswire.lake.layout import Layout
from newswire.lake.views import views
from newswire.pipeline.run import run
from newswire.pipeline.sweep import sweep
from newswire.pipeline.work import Run

pytestmark = pytest.mark.ledger

README = Path(__file__).parents[2] / "README.md"
MIDNIGHT = datetime(2026, 3, 3, tzinfo=UTC)


@pytest.fixture
def reader() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        yield connection


def seen(reader: duckdb.DuckDBPyConnection, desk: Desk, now: datetime | None = None) -> dict[str, list[str]]:
    """The items that a reader sees through the shipped view, with the files of their parts.

    ``now`` sets DuckDB's clock.
    """
    if now is not None:
        reader.execute(f"create or replace macro now() as timestamptz '{now.isoformat()}'")
    reader.execute(views(desk.layout))
    rows = reader.execute("select item_id, media, published_date, partner from articles order by item_id").fetchall()
    reader.execute("select count(*) from decisions")
    assert {(type(day).__name__, partner) for *_, day, partner in rows} <= {("date", "tpa")}
    return {item_id: [part["url"].rpartition("/")[2] for part in json.loads(media)] for item_id, media, *_ in rows}


def illustrate(desk: Desk, wire: Wire, photos_until: date) -> None:
    """Publish a story with a photo, whose contract ends with a day, and a video, whose does not."""
    partner = partner_file(wire)
    [text] = partner["contracts"]
    photos = text | {"id": "p", "media": ["photo"], "delivery_term": {"from": "2026-01-01", "until": photos_until}}
    videos = text | {"id": "v", "media": ["video"]}
    desk.configure(partner | {"contracts": [text, photos, videos]})
    link = '<link rel="enclosure" type="{}" href="https://example.org/{}"/><content'
    parts = [link.format("image/jpeg", "quay.jpg"), link.format("video/mp4", "quay.mp4")]
    entry = story("one")
    for part in parts:
        entry = entry.replace("<content", part)
    wire.feeds["/a.xml"] = [entry]
    run(desk.place, Run(run_id="manual__1"))


def test_the_view_loses_a_row_at_its_time_and_the_sweep_removes_it(desk, wire, reader):
    """A row past ``expires_at`` is in the file and not in the view; after the sweep it is in neither."""
    ends = NINE + 2 * HOUR
    valid = f"<dcterms:valid>end={ends.isoformat()}; scheme=W3C-DTF</dcterms:valid><link"
    wire.feeds["/a.xml"] = [story("ends").replace("<link", valid), story("always")]
    desk.run(0)
    assert set(desk.rows()) == {"urn:ends", "urn:always"}
    assert set(seen(reader, desk, ends - timedelta(microseconds=1))) == {"urn:ends", "urn:always"}
    assert set(seen(reader, desk, ends)) == {"urn:always"}
    desk.now = ends
    sweep(desk.place)
    assert set(desk.rows()) == {"urn:always"}


def test_the_view_loses_a_part_at_its_time_and_the_sweep_removes_it(desk, wire, reader):
    """A photo past its own end is in the row's file and not in the view, which keeps the row and its other parts."""
    illustrate(desk, wire, date(2026, 3, 2))
    both = {"urn:one": ["quay.jpg", "quay.mp4"]}
    assert seen(reader, desk, MIDNIGHT - timedelta(microseconds=1)) == both
    assert seen(reader, desk, MIDNIGHT) == {"urn:one": ["quay.mp4"]}
    assert "quay.jpg" in desk.rows()["urn:one"]["media"]
    desk.now = MIDNIGHT
    sweep(desk.place)
    assert "quay.jpg" not in desk.rows()["urn:one"]["media"]
    assert seen(reader, desk, MIDNIGHT) == {"urn:one": ["quay.mp4"]}


def test_the_view_leaves_parts_as_they_stand(desk, wire, reader):
    """Nothing of a part is lost on its way through the view, and a story without parts has an empty list."""
    illustrate(desk, wire, date(2026, 3, 2))
    wire.feeds["/a.xml"].append(story("plain"))
    run(desk.place, Run(run_id="manual__2"))
    seen(reader, desk, NINE)
    shown = dict(reader.execute("select item_id, media from articles").fetchall())
    assert shown == {item_id: row["media"] for item_id, row in desk.rows().items()}
    assert shown["urn:plain"] == "[]"


RECIPES = re.findall(r"```python\n(import (\w+).*?)```", README.read_text(encoding="utf-8"), re.DOTALL)


def test_there_is_a_recipe_for_each_library():
    """README tells readers with DuckDB, with pandas and with Polars how to read."""
    assert [name for _, name in RECIPES] == ["duckdb", "pandas", "polars"]


@pytest.mark.parametrize("recipe", [code for code, _ in RECIPES], ids=[name for _, name in RECIPES])
@pytest.mark.parametrize("ended", [False, True])
def test_the_recipes_for_readers_filter_rows_and_parts(desk, wire, monkeypatch, recipe, ended):
    """What README shows for DuckDB, pandas and Polars runs, and loses what has expired by now."""
    today = datetime.now(UTC).date()
    desk.now = datetime.combine(today - timedelta(days=2), time(12), UTC)
    valid = f"<dcterms:valid>end={(desk.now + HOUR).isoformat()}; scheme=W3C-DTF</dcterms:valid><link"
    illustrate(desk, wire, today - timedelta(days=1) if ended else today + timedelta(days=1))
    wire.feeds["/a.xml"].append(story("ended").replace("<link", valid))
    run(desk.place, Run(run_id="manual__2"))
    assert set(desk.rows()) == {"urn:one", "urn:ended"}
    (desk.folder / ".newswire").mkdir()
    desk.layout.store.root.rename(desk.folder / ".newswire" / "lake")
    (desk.folder / "views.sql").write_text(views(Layout.at(str(desk.folder / ".newswire" / "lake"))))
    monkeypatch.chdir(desk.folder)
    names: dict[str, Any] = {}
    exec(recipe, names)  # noqa: S102 - our own README's
    if "rows" not in names:
        found = names["duckdb"].sql("select item_id, media from articles").fetchall()
    else:
        rows = names["rows"]
        found = list(zip(rows["item_id"], rows["media"], strict=True))
    assert [item_id for item_id, _ in found] == ["urn:one"]
    parts = json.loads(found[0][1]) if isinstance(found[0][1], str) else found[0][1]
    assert {part["url"].rpartition("/")[2] for part in parts} == {"quay.mp4"} | ({"quay.jpg"} if not ended else set())


SPARK_READS = {
    ("BYTE_ARRAY", "STRING"),
    ("INT64", "TIMESTAMP"),
    ("DOUBLE", "NONE"),
    ("BOOLEAN", "NONE"),
}
"""Physical and logical types of Parquet that Spark 3 and 4 read, of those that these columns could have."""


def test_the_files_are_of_the_kinds_that_spark_reads(desk, wire):
    """Every engine's Parquet, without Spark: no nanoseconds, no local times, lists of three levels, names that differ.

    Spark refuses times in nanoseconds, takes column names without regard to case, prefers a partition column to one of
    the file, and skips files that begin with an underscore or a dot.
    """
    illustrate(desk, wire, date(2026, 3, 2))
    files = sorted(desk.layout.store.root.glob("published/*/*/*/*"))
    assert {file.name for file in files} == {"articles.parquet", "decisions.parquet"}
    for file in files:
        schema = pq.ParquetFile(file).schema
        columns = [schema.column(number) for number in range(len(schema))]
        assert {(c.physical_type, c.logical_type.type) for c in columns} <= SPARK_READS
        times = [json.loads(c.logical_type.to_json()) for c in columns if c.logical_type.type == "TIMESTAMP"]
        assert {(time["timeUnit"], time["isAdjustedToUTC"]) for time in times} == {("microseconds", True)}
        assert {c.path.partition(".")[2] for c in columns} == {"", "list.element"}
        names = [c.path.partition(".")[0].lower() for c in columns]
        keys = [folder.partition("=")[0] for folder in file.parts if "=" in folder]
        assert len({*names, *keys}) == len(names) + len(keys)


def test_the_recipe_for_spark_names_fields_that_parts_have(desk, wire):
    """A field that no part had would be null in every row; when a part ends would be lost first."""
    illustrate(desk, wire, date(2026, 3, 2))
    [struct] = re.findall(r"array<struct<(.*?)>>'", README.read_text(encoding="utf-8"), re.DOTALL)
    named = re.findall(r"(\w+) (?:string|timestamp|array<string>)(?:,|$)", struct)
    [part, _] = json.loads(desk.rows()["urn:one"]["media"])
    assert "expires_at" in named
    assert set(named) <= set(part)
