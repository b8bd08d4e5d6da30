"""Local folders, with real files."""

import asyncio
import os

import pytest

from newswire.transport import Request, Unfetched, fetch


def pull(url, **changes):
    async def collect():
        request = Request(**({"url": str(url), "max_bytes": 100, "timeout": 60.0} | changes))
        return [result async for result in fetch(request)]

    return asyncio.run(collect())


def told(results, folder):
    """Per file, relative to the folder: its bytes, or why there are none."""
    prefix = f"{folder.as_uri()}/"
    return {
        result.url.removeprefix(prefix): result.reason if isinstance(result, Unfetched) else result.body
        for result in results
    }


@pytest.fixture
def folder(tmp_path):
    """A wire of files: three at the top, two below, one unfinished upload."""
    root = tmp_path / "wire"
    for name in ["b.xml", "a.xml", "c ü%.json", "sub/d.xml", "sub/deep/e.xml", ".b.xml"]:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(path.name.encode())
    return root


@pytest.mark.parametrize("form", ["{path}", "{path}/", "{uri}", "file://localhost{path}", "FILE:{path}"])
def test_folder_is_its_own_files_sorted(folder, form):
    """However it is written, a folder yields its own files by name, without subfolders and unfinished uploads."""
    results = pull(form.format(path=folder, uri=folder.as_uri()))
    assert list(told(results, folder).items()) == [
        ("a.xml", b"a.xml"),
        ("b.xml", b"b.xml"),
        ("c%20%C3%BC%25.json", "c ü%.json".encode()),
    ]


@pytest.mark.parametrize(
    ("pattern", "names"),
    [
        ("*.xml", ["a.xml", "b.xml"]),
        ("[ab].xml", ["a.xml", "b.xml"]),
        ("?.xml", ["a.xml", "b.xml"]),
        ("*/*.xml", ["sub/d.xml"]),
        ("s*/deep/e.xml", ["sub/deep/e.xml"]),
        ("**/*.xml", ["a.xml", "b.xml", "sub/d.xml", "sub/deep/e.xml"]),
        ("sub/**", ["sub/d.xml", "sub/deep/e.xml"]),
        ("**/**/e.xml", ["sub/deep/e.xml"]),
        (".b*", [".b.xml"]),
        ("*.none", []),
        ("a.xml", ["a.xml"]),
    ],
)
@pytest.mark.parametrize("as_url", [False, True])
def test_glob_says_which_files(folder, pattern, names, as_url):
    """A glob yields what it matches, in folders only where it says so, each file once; no match is no document."""
    url = f"{folder.as_uri() if as_url else folder}/{pattern}"
    assert list(told(pull(url), folder)) == names


def test_relative_path_starts_at_the_working_folder(folder, monkeypatch):
    """A plain path may be relative."""
    monkeypatch.chdir(folder)
    assert list(told(pull("./sub"), folder)) == ["sub/d.xml"]
    assert list(told(pull("sub/*"), folder)) == ["sub/d.xml"]


def test_wildcards_in_real_names(tmp_path):
    """A path that exists is taken by its letters, and so is a percent-encoded wildcard."""
    odd = tmp_path / "[en]"
    odd.mkdir()
    (odd / "a*.xml").write_bytes(b"star")
    (odd / "ab.xml").write_bytes(b"plain")
    assert len(pull(odd)) == 2
    assert [result.body for result in pull(f"{odd.as_uri()}/a%2A.*")] == [b"star"]
    assert [result.body for result in pull((odd / "a*.xml").as_uri())] == [b"star"]


def test_only_what_changed_has_a_body(folder):
    """Size and time tell a changed file from one that is had already, file by file."""
    known = {result.url: result.validators for result in pull(folder)}
    assert all(result.body is None for result in pull(folder, validators=known))
    (folder / "a.xml").write_bytes(b"longer than before")
    status = (folder / "b.xml").stat()
    os.utime(folder / "b.xml", ns=(status.st_atime_ns, status.st_mtime_ns + 1))
    again = told(pull(folder, validators=known), folder)
    assert again == {"a.xml": b"longer than before", "b.xml": b"b.xml", "c%20%C3%BC%25.json": None}


def test_bad_files_fail_alone(folder, tmp_path):
    """Each file that is too large, special, or a link to nowhere or elsewhere has its reason; the rest come."""
    (tmp_path / "secret").write_bytes(b"secret")
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "f.xml").write_bytes(b"outside")
    (folder / "e-empty").touch()
    (folder / "f-large").write_bytes(b"x" * 101)
    (folder / "g-limit").write_bytes(b"x" * 100)
    (folder / "h-leaves").symlink_to(tmp_path / "secret")
    (folder / "i-stays").symlink_to("a.xml")
    (folder / "j-circle").symlink_to("j-circle")
    (folder / "k-dangling").symlink_to("nothing")
    (folder / "l-folder").symlink_to(tmp_path / "outside")
    os.mkfifo(folder / "m-pipe")
    expected = {
        "e-empty": b"",
        "f-large": "too_large",
        "g-limit": b"x" * 100,
        "h-leaves": "outside_folder",
        "i-stays": b"a.xml",
        "j-circle": "unreadable",
        "k-dangling": "unreadable",
        "m-pipe": "not_a_file",
    }
    found = told(pull(folder), folder)
    assert {name: found[name] for name in expected} == expected
    assert "a.xml" in found
    assert "l-folder" not in found
    assert told(pull(f"{folder}/*/f.xml"), folder) == {"l-folder/f.xml": "outside_folder"}
    assert told(pull(f"{folder}/**/f.xml"), folder) == {}
    assert told(pull(folder / "h-leaves"), folder) == {"h-leaves": "outside_folder"}


def test_unfinished_uploads_are_left_alone(folder):
    """What ends as unfinished uploads do is no document, in a folder or under a wildcard, until it is renamed."""
    for ending in ("part", "tmp", "filepart", "partial"):
        (folder / f"e.xml.{ending}").write_bytes(b"half")
    assert [result.url.rpartition("/")[2] for result in pull(folder)][:2] == ["a.xml", "b.xml"]
    assert told(pull(f"{folder}/e.*"), folder) == {}
    assert told(pull(f"{folder}/**/e.*"), folder) == {"sub/deep/e.xml": b"e.xml"}
    (folder / "e.xml.tmp").rename(folder / "e.xml")
    assert told(pull(f"{folder}/e.*"), folder) == {"e.xml": b"half"}


def test_linked_root_is_the_folder_it_leads_to(folder, tmp_path):
    """The operator's own link to a folder is followed; what counts is where its files lie."""
    link = tmp_path / "link"
    link.symlink_to(folder)
    assert pull(link)[0].body == b"a.xml"
    assert pull(link / "*.xml")[0].url == (link / "a.xml").as_uri()


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("{path}/none", "not_found"),
        ("{path}/none/*.xml", "not_found"),
        ("{path}/a.xml/*.xml", "unreadable"),
        ("{path}/a.xml/x", "unreadable"),
        ("file:relative", "bad_url"),
        ("file://elsewhere/x", "bad_url"),
        ("   ", "bad_url"),
        ("{path}/a\0b", "unreadable"),
    ],
)
def test_missing_source_is_one_result(folder, url, expected):
    """A source that is not there fails as a whole, under its own URL."""
    asked = url.format(path=folder)
    (result,) = pull(asked)
    assert (result.url, result.reason) == (asked, expected)


def test_empty_folder_has_no_documents(tmp_path):
    """A folder without files is not a failure."""
    assert pull(tmp_path) == []


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_unreadable_folder_below_is_told(folder):
    """A folder that a glob cannot enter is reported, and the others are read."""
    (folder / "sub" / "deep").chmod(0)
    try:
        assert told(pull(f"{folder}/**/*.xml"), folder)["sub/deep"] == "unreadable"
    finally:
        (folder / "sub" / "deep").chmod(0o700)


def test_one_pull_takes_no_more_than_agreed(folder):
    """What is left for the next time is told, and what is had does not count."""
    first = pull(folder, max_documents=1)
    assert told(first, folder) == {"a.xml": b"a.xml", str(folder): "too_many"}
    assert "1 of 3 new documents" in first[1].detail
    known = {first[0].url: first[0].validators}
    again = told(pull(folder, max_documents=1, validators=known), folder)
    assert again == {"a.xml": None, "b.xml": b"b.xml", str(folder): "too_many"}
    assert list(told(pull(folder, max_total_bytes=6), folder).values()) == [b"a.xml", b"b.xml", "too_many"]
