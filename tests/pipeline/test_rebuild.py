"""``rebuild``: whatever became of the published files, they are written anew, the same bytes."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pyarrow as pa
import pytest
from tests.lake import rows_of
from tests.pipeline.conftest import HOUR, NINE, Desk, dying_in, kill, partner_file, story

from newswire import ledger
from newswire.config import Settings, load_partners
from newswire.errors import LakeCorrupt
from newswire.lake import parquet
from newswire.lake.layout import ARTICLES
from newswire.ledger import redo, tables
from newswire.pipeline import rewrite
from newswire.pipeline.assess import article_id
from newswire.pipeline.rebuild import Rebuild, Span, rebuild, rebuild_all
from newswire.pipeline.rewrite import Partitions
from newswire.pipeline.sweep import sweep
from newswire.pipeline.takedown import take_down
from newswire.pipeline.verify import verify
from newswire.quality import Report
from newswire.schema import ARTICLES as COLUMNS
from newswire.schema import Column

pytestmark = pytest.mark.ledger

ALL = Span()
MONDAY, TUESDAY = NINE.date(), NINE.date() + timedelta(days=1)


def published(desk: Desk) -> dict[str, bytes]:
    """Every file below the published folder; of a link that leads nowhere its name."""
    paths = {name: desk.layout.store.path(name) for name in desk.layout.published()}
    return {name: path.read_bytes() if path.exists() else b"" for name, path in paths.items()}


def file_of(desk: Desk, dataset: str = ARTICLES, day: date = MONDAY) -> Path:
    return desk.layout.store.path(desk.layout.dataset(dataset, "tpa", day))


def sound(desk: Desk) -> bool:
    return verify(desk.layout, desk.database_url).problems == ()


def everything(desk: Desk, **said: bool) -> Rebuild:
    """Rebuild all partners of the installation."""
    settings = Settings(lake=str(desk.layout.store.root), database_url=desk.database_url, partners=desk.folder)
    return rebuild_all(*load_partners(desk.folder), settings, ALL, clock=lambda: desk.now, **said)


@pytest.fixture
def lake(desk, wire) -> Desk:
    """Two days with versions, an embargo, a kill and a story credited to others; ``older`` is Monday's first file."""
    wire.feeds["/a.xml"] = [story("one"), story("two"), story("five").replace("(TPA)", "(Reuters)")]
    desk.run(0)
    desk.older = file_of(desk).read_bytes()
    wire.feeds["/a.xml"] = [
        story("one", hour=1, text="Now with more."),
        story("three", published=NINE + timedelta(days=1)),
        story("four", embargo=NINE + timedelta(days=9)),
        kill("two", hour=1),
    ]
    desk.run(1)
    assert set(desk.rows()) == {"urn:one", "urn:three"}
    assert sound(desk)
    return desk


def _truncate(path: Path, _: Desk) -> None:
    path.write_bytes(path.read_bytes()[:-7])


def _empty(path: Path, _: Desk) -> None:
    path.write_bytes(b"")


def _older(path: Path, desk: Desk) -> None:
    path.write_bytes(desk.older)


def _unlink(path: Path, _: Desk) -> None:
    path.unlink()


def _folder_gone(path: Path, _: Desk) -> None:
    shutil.rmtree(path.parent.parent)


def _a_row_by_hand(path: Path, desk: Desk) -> None:
    dead = {row["item_id"]: row for row in _rows(desk.older, path)}["urn:two"]
    path.write_bytes(parquet.encode([*rows_of(path), dead], COLUMNS))


def _a_word_by_hand(path: Path, _: Desk) -> None:
    path.write_bytes(parquet.encode([{**row, "title": "Other"} for row in rows_of(path)], COLUMNS))


def _rows(content: bytes, beside: Path) -> list[parquet.Row]:
    aside = beside.with_name("aside")
    aside.write_bytes(content)
    rows = rows_of(aside)
    aside.unlink()
    return rows


def _another_table(path: Path, _: Desk) -> None:
    path.write_bytes(parquet.encode([{"name": "x"}], (Column(name="name", type=pa.string(), description="Other."),)))


def _a_stray(path: Path, _: Desk) -> None:
    path.with_name("part-0.parquet").write_bytes(path.read_bytes())


def _a_leftover(path: Path, _: Desk) -> None:
    path.with_name(".x1y2.tmp").write_bytes(b"PAR1")


def _a_folder_instead(path: Path, _: Desk) -> None:
    content = path.read_bytes()
    path.unlink()
    path.mkdir()
    path.joinpath("part-0.parquet").write_bytes(content)


def _a_link_instead(path: Path, desk: Desk) -> None:
    path.rename(desk.folder / "moved.parquet")
    path.symlink_to(desk.folder / "nowhere.parquet")


def _a_stray_day(path: Path, _: Desk) -> None:
    other = path.parents[1].with_name("published_date=2020-01-01") / path.parent.name / path.name
    other.parent.mkdir(parents=True)
    other.write_bytes(path.read_bytes())


HARM = [
    _unlink,
    _truncate,
    _empty,
    _older,
    _folder_gone,
    _a_row_by_hand,
    _a_word_by_hand,
    _another_table,
    _a_stray,
    _a_leftover,
    _a_folder_instead,
    _a_link_instead,
    _a_stray_day,
]


@pytest.mark.parametrize("harm", HARM, ids=lambda harm: harm.__name__.strip("_"))
def test_articles_are_the_same_bytes_again(lake, harm: Callable[[Path, Desk], None]):
    """Whatever happened to a file, verify sees it and names the command, which writes the same bytes again."""
    before = published(lake)
    harm(file_of(lake), lake)
    found = verify(lake.layout, lake.database_url)
    assert found.problems
    assert [remedy.partition(" --from")[0] for remedy in found.remedies] == ["bin/newswire rebuild --partner tpa"]
    told = rebuild(lake.place, ALL, dry_run=True)
    assert published(lake) != before
    done = rebuild(lake.place, ALL)
    assert done.changed == told.changed
    assert len(done.changed) == 1
    assert (done.lost, done.altered) == ((), ())
    assert published(lake) == before
    assert sound(lake)


@pytest.mark.parametrize("harm", [_unlink, _truncate, _a_stray, _a_folder_instead], ids=lambda harm: harm.__name__)
def test_decisions_are_the_same_bytes_again(lake, harm):
    """So it is with what was decided."""
    before = published(lake)
    harm(file_of(lake, "decisions"), lake)
    assert len(rebuild(lake.place, ALL).changed) == 1
    assert published(lake) == before
    assert sound(lake)


def test_any_flipped_bit_is_mended(lake):
    """A bit that flips anywhere in a file is seen and mended."""
    path, before = file_of(lake), published(lake)
    whole = path.read_bytes()
    for at in range(0, len(whole), len(whole) // 40):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 0x10]) + whole[at + 1 :])
        assert verify(lake.layout, lake.database_url).problems, at
        rebuild(lake.place, Span(first=MONDAY, last=MONDAY))
        assert published(lake) == before, at


def test_all_that_is_published_is_written_anew(lake):
    """Without its published folder a lake is whole again, and a file that is no partner's is gone."""
    before = published(lake)
    shutil.rmtree(lake.layout.store.path("published"))
    strays = ["published/articles/notes.txt", "published/articles/published_date=2026-03-02/x.parquet", "published/a/b"]
    for stray in strays:
        lake.layout.store.path(stray).parent.mkdir(parents=True, exist_ok=True)
        lake.layout.store.path(stray).write_text("stray")
    assert "bin/newswire rebuild" in verify(lake.layout, lake.database_url).remedies
    told = everything(lake, dry_run=True)
    assert sorted(published(lake)) == sorted(strays)
    done = everything(lake)
    assert (done.removed, done.failed, done.is_whole) == (told.removed, {}, True)
    assert sorted(done.removed) == sorted(strays)
    assert published(lake) == before
    assert sound(lake)


def test_what_is_whole_is_not_touched(lake):
    """A rebuild of a sound lake changes no file and no line of the manifest."""
    path = file_of(lake)
    before, manifest = path.stat().st_mtime_ns, _manifest(lake)
    lake.now += HOUR
    assert rebuild(lake.place, ALL).changed == ()
    assert path.stat().st_mtime_ns == before
    assert [line for line in _manifest(lake) if line.dataset == ARTICLES] == [
        line for line in manifest if line.dataset == ARTICLES
    ]


def _manifest(desk: Desk) -> list[redo.Held]:
    with ledger.transaction(desk.database_url) as connection:
        return redo.held(connection)


def test_only_the_asked_dates_are_written(lake):
    """Dates bound what is written, both ends included."""
    for day in (MONDAY, TUESDAY):
        file_of(lake, day=day).unlink()
    done = rebuild(lake.place, Span(first=TUESDAY, last=TUESDAY))
    assert [name.split("/")[2] for name in done.changed] == [f"published_date={TUESDAY}"]
    assert not file_of(lake).exists()
    assert rebuild(lake.place, Span(last=MONDAY)).changed
    assert sound(lake)


def test_a_lost_row_keeps_no_other_back(desk, wire):
    """A story whose payload is lost is named with what to do; the others are written, and it comes with its payload."""
    wire.feeds["/a.xml"] = [story("one")]
    desk.run(0)
    [payload] = desk.layout.store.path("landing").rglob("*.zst")
    wire.feeds["/a.xml"] = [story("two")]
    desk.run(1)
    file_of(desk).unlink()
    aside = payload.rename(desk.folder / "aside")
    [lost] = rebuild(desk.place, ALL, dry_run=True).lost
    done = rebuild(desk.place, ALL)
    assert done.lost == (lost,)
    assert (lost.article_id, lost.item_id) == (article_id("tpa", "urn:one"), "urn:one")
    assert "backup" in lost.remedy
    assert set(desk.rows()) == {"urn:two"}
    assert [p for p in verify(desk.layout, desk.database_url).problems if "urn:one" in p] == [
        "item urn:one of tpa: its row is missing"
    ]
    wire.feeds["/a.xml"] = [story("three")]
    with pytest.raises(LakeCorrupt, match="urn:one"):  # what is lost keeps no run from publishing
        desk.run(2)
    assert set(desk.rows()) == {"urn:two", "urn:three"}
    aside.rename(payload)
    assert rebuild(desk.place, ALL).lost == ()
    assert set(desk.rows()) == {"urn:one", "urn:two", "urn:three"}
    assert sound(desk)


def test_a_run_that_meets_a_lost_row_publishes_the_rest_and_says_so(desk, wire):
    """A run whose partition is damaged, and lacks a payload, publishes everything else and ends red with the remedy."""
    wire.feeds["/a.xml"] = [story("one")]
    desk.run(0)
    [payload] = desk.layout.store.path("landing").rglob("*.zst")
    payload.write_bytes(b"")
    file_of(desk).write_bytes(b"PAR1")
    wire.feeds["/a.xml"] = [story("two")]
    with pytest.raises(LakeCorrupt, match="bin/newswire rebuild --partner tpa") as error:
        desk.run(1)
    assert (error.value.reason, "urn:one" in str(error.value)) == ("row_lost", True)
    assert set(desk.rows()) == {"urn:two"}
    desk.run(2)


def test_a_lost_row_is_missed_no_more_once_it_is_taken_down(desk, wire):
    """Where no backup has the payload, the command that is named besides makes lake and ledger agree again."""
    wire.feeds["/a.xml"] = [story("one")]
    desk.run(0)
    [payload] = desk.layout.store.path("landing").rglob("*.zst")
    wire.feeds["/a.xml"] = [story("two")]
    desk.run(1)
    payload.unlink()
    file_of(desk).unlink()
    [lost] = rebuild(desk.place, ALL).lost
    assert "bin/newswire takedown article" in lost.remedy
    take_down(desk.place, lost.item_id, by="selin", why="its payload is lost")
    assert set(desk.rows()) == {"urn:two"}
    assert rebuild(desk.place, ALL).lost == ()
    assert sound(desk)


@pytest.mark.parametrize("where", [(Partitions, "_rewrite"), (redo, "strike"), (rewrite, "put")], ids=lambda w: w[1])
@pytest.mark.parametrize("who", ["sweep", "rebuild", "run"])
def test_an_interrupted_rebuild_is_finished(lake, wire, monkeypatch, where, who):
    """A rebuild that dies anywhere is finished by whoever comes next."""
    before = published(lake)
    for path in lake.layout.store.path("published").rglob("*.parquet"):
        path.write_bytes(path.read_bytes()[:-9])
    with dying_in(monkeypatch, *where):
        rebuild(lake.place, ALL)
    wire.feeds["/a.xml"] = []
    {"sweep": lambda: sweep(lake.place), "rebuild": lambda: rebuild(lake.place, ALL), "run": lambda: lake.run(2)}[who]()
    assert published(lake) == before
    assert sound(lake)


def test_other_terms_since_then_decide_anew(lake):
    """A row that must be built, and that other terms no longer allow, leaves: no rewrite waits for it for ever."""
    file_of(lake).unlink()
    lake.configure({**partner_file(lake.wire), "contracts": []})
    assert rebuild(lake.place, ALL).lost == ()
    assert set(lake.rows()) == {"urn:three"}  # whose row lay there as it was decided
    assert sound(lake)
    sweep(lake.place)
    assert lake.rows() == {}


def test_another_ledger_does_not_empty_a_lake(lake):
    """A ledger that knows nothing of the partner is refused: it is not this lake's."""
    with ledger.transaction(lake.database_url) as connection:
        for name in ("review_items", "changes", "items"):
            connection.execute(getattr(tables, name).delete())
    before = published(lake)
    done = everything(lake)
    assert "foreign_lake" in done.failed["tpa"]
    assert (published(lake), done.removed) == (before, ())


def test_a_broken_partner_file_keeps_its_files_mendable(lake):
    """A partner whose file does not validate is rebuilt under its last valid terms, and is named."""
    before = published(lake)
    lake.run(2)
    (lake.folder / "tpa.yaml").write_text("name: [")
    file_of(lake).unlink()
    done = everything(lake)
    assert list(done.failed) == ["tpa"]
    assert published(lake) == before


@pytest.mark.parametrize("dry_run", [False, True])
def test_what_was_published_comes_back_and_what_fails_today_is_named(lake, monkeypatch, dry_run):
    """Stricter expectations take nothing away, and a row that was built anew and fails them is no secret."""

    def stricter(rows, **_):
        failed = {row["article_id"]: ("title_not_blank",) for row in rows.to_pylist() if row["item_id"] == "urn:one"}
        return Report(success=not failed, failed_rows=failed, batch_failures=("too_few",), docs="none")

    monkeypatch.setattr("newswire.quality.validate", stricter)
    before = published(lake)
    assert rebuild(lake.place, ALL, dry_run=dry_run).failing == {}, "rows that lie there as they were are not looked at"
    file_of(lake).unlink()
    done = rebuild(lake.place, ALL, dry_run=dry_run)
    assert done.failing == {"tpa": ("too_few",), article_id("tpa", "urn:one"): ("title_not_blank",)}
    assert (published(lake) == before) is not dry_run
    assert done.lost == ()
