"""Drop folders, with real files: claimed by a rename, released when it is known what became of them."""

import asyncio
import os
from dataclasses import replace
from datetime import timedelta

import pytest
from tests.transport.conftest import NOW

from newswire.transport import Request, Unfetched, fetch
from newswire.transport.drop import Fate, Release, claimed, release

STAMP = "20261123T120000.000000Z"


@pytest.fixture
def folder(tmp_path):
    root = tmp_path / "drop"
    root.mkdir()
    for name in ["b.xml", "a \u00fc.xml"]:
        (root / name).write_bytes(name.encode())
    return root


def pull(folder, policy, **changes):
    async def collect():
        request = Request(**({"url": f"drop://{folder}", "max_bytes": 100, "timeout": 60.0} | changes))
        return [result async for result in fetch(request, policy)]

    return asyncio.run(collect())


def tree(folder):
    """What lies where, without locks."""
    found = [p.relative_to(folder).as_posix() for p in folder.rglob("*") if not p.is_dir() or p.is_symlink()]
    return sorted(name for name in found if not name.endswith(".lock"))


def test_what_was_dropped_is_claimed_and_read(folder, policy):
    """Every file moves to `claimed`, its name behind the time of the claim, and comes with its bytes."""
    found = pull(folder, policy)
    assert [result.body for result in found] == ["a ü.xml".encode(), b"b.xml"]
    assert found[0].url == f"drop://{folder}/claimed/{STAMP}-a%20%C3%BC.xml"
    assert tree(folder) == [f"claimed/{STAMP}-a ü.xml", f"claimed/{STAMP}-b.xml"]


def test_a_claimed_file_is_taken_up_again(folder, policy):
    """What a crash left claimed comes again, in the order of the claims, under the same URL."""
    before = pull(folder, policy)
    (folder / "a.xml").write_bytes(b"later")
    later = replace(policy, now=lambda: NOW + timedelta(hours=1))
    assert [result.url for result in pull(folder, later)[:2]] == [result.url for result in before]
    assert [result.body for result in pull(folder, later)] == ["a ü.xml".encode(), b"b.xml", b"later"]


def test_released_files_lie_apart(folder, policy):
    """What is accounted for is done, what was refused has failed, and the rest stays claimed."""
    (folder / "c.xml").write_bytes(b"c")
    first, second, _ = pull(folder, policy)
    fates = {
        first.url: Release(fate=Fate.DONE, validators=first.validators),
        second.url: Release(fate=Fate.FAILED, validators=None),
        "drop:///elsewhere/claimed/x": Release(fate=Fate.DONE, validators=None),
    }
    release(f"drop://{folder}", fates)
    assert tree(folder) == [f"claimed/{STAMP}-c.xml", f"done/{STAMP}-a ü.xml", f"failed/{STAMP}-b.xml"]
    assert claimed(f"drop://{folder}") == [f"drop://{folder}/claimed/{STAMP}-c.xml"]
    release(f"drop://{folder}", fates)


def test_a_file_that_was_written_to_since_is_not_released(folder, policy):
    """It is read again instead: what its writer added is not lost."""
    first, _ = pull(folder, policy)
    path = folder / "claimed" / f"{STAMP}-a ü.xml"
    path.write_bytes(b"longer than it was")
    release(f"drop://{folder}", {first.url: Release(fate=Fate.DONE, validators=first.validators)})
    assert path.exists()
    assert pull(folder, policy, validators={first.url: first.validators})[0].body == b"longer than it was"


def test_a_name_that_comes_twice_overwrites_nothing(folder, policy):
    """Two deliveries of one name, even at one instant, are two files to the end."""
    pull(folder, policy)
    (folder / "b.xml").write_bytes(b"another")
    found = pull(folder, policy)
    assert {result.body for result in found} == {"a ü.xml".encode(), b"b.xml", b"another"}
    for name in ("done", "failed"):
        (folder / name).mkdir()
        (folder / name / f"{STAMP}-b.xml").write_bytes(b"older")
    release(f"drop://{folder}", {result.url: Release(fate=Fate.DONE, validators=result.validators) for result in found})
    assert len([name for name in tree(folder) if name.startswith("done/")]) == 4


def test_known_files_bring_nothing(folder, policy):
    """A claimed file that is accounted for, but not yet moved, is not read again."""
    known = {result.url: result.validators for result in pull(folder, policy)}
    assert [result.body for result in pull(folder, policy, validators=known)] == [None, None]


def test_unfinished_and_odd_names_are_left_alone(folder, policy):
    """Uploads in progress, hidden files and folders stay; links and pipes are told; long names are shortened."""
    for name in [".hidden", "x.part", "y.xml.tmp", "z.filepart"]:
        (folder / name).write_bytes(b"unfinished")
    (folder / "sub").mkdir()
    (folder / "link.xml").symlink_to("/etc/passwd")
    os.mkfifo(folder / "pipe")
    (folder / ("l" * 250 + ".xml")).write_bytes(b"long")
    (folder / os.fsdecode(b"new\nline\xff.xml")).write_bytes(b"odd")
    found = {r.url.rpartition("/")[2]: r.reason if isinstance(r, Unfetched) else r.body for r in pull(folder, policy)}
    assert found["link.xml"] == found["pipe"] == "not_a_file"
    assert found[f"{STAMP}-new%0Aline%FF.xml"] == b"odd"
    assert found[f"{STAMP}-{'l' * 196}.xml"] == b"long"
    left = {path.name for path in folder.iterdir()}
    assert left == {".hidden", "x.part", "y.xml.tmp", "z.filepart", "sub", "link.xml", "pipe", "claimed"}


def test_bad_files_fail_alone(folder, policy):
    """A file that is too large has its reason; like all others it stays claimed until it is released."""
    (folder / "c-empty").touch()
    (folder / "d-large").write_bytes(b"x" * 101)
    found = {r.url.rpartition("-")[2]: getattr(r, "reason", "came") for r in pull(folder, policy)}
    assert found == {"a%20%C3%BC.xml": "came", "b.xml": "came", "empty": "came", "large": "too_large"}


def test_one_pull_takes_no_more_than_agreed(folder, policy):
    """The rest is not even claimed, and that is told."""
    found = pull(folder, policy, max_documents=1)
    assert [getattr(r, "reason", "came") for r in found] == ["came", "too_many"]
    assert tree(folder) == ["b.xml", f"claimed/{STAMP}-a ü.xml"]
    assert [getattr(r, "reason", "came") for r in pull(folder, policy, max_total_bytes=1)] == ["came", "too_many"]


@pytest.mark.parametrize("name", ["claimed", "done", "failed"])
def test_our_folders_cannot_be_led_elsewhere(folder, tmp_path, policy, name):
    """Who may write into the folder cannot make us move files out of it by a link in the place of one of ours."""
    (tmp_path / "elsewhere").mkdir()
    (folder / name).symlink_to(tmp_path / "elsewhere")
    found = pull(folder, policy)
    fates = {result.url: Release(fate=Fate(name), validators=None) for result in found if name != "claimed"}
    if name == "claimed":
        assert [result.reason for result in found] == ["outside_folder"]
    else:
        with pytest.raises(Exception, match="is no folder"):
            release(f"drop://{folder}", fates)
    assert list((tmp_path / "elsewhere").iterdir()) == []


@pytest.mark.parametrize(
    ("url", "reason"),
    [("drop://{path}/none", "not_found"), ("drop:relative", "bad_url"), ("drop://host/path", "bad_url")],
)
def test_a_missing_folder_is_one_result(folder, policy, url, reason):
    """A drop folder that is not there fails as a whole."""
    asked = url.format(path=folder)
    [result] = pull(folder, policy, url=asked)
    assert (result.url, result.reason) == (asked, reason)


def test_a_reader_that_comes_late_finds_nothing(folder, policy, monkeypatch):
    """A file that another run has brought to its end meanwhile is no failure."""
    pull(folder, policy)
    monkeypatch.setattr("newswire.transport.drop._claimed", lambda _: [f"{STAMP}-gone.xml", f"{STAMP}-b.xml"])
    assert [result.body for result in pull(folder, policy)] == [b"b.xml"]
