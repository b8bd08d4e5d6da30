"""Every row of every rule file, by its own examples; and what the files refuse."""

import shutil

import pytest

from newswire.errors import ConfigError
from newswire.text import rules, split
from newswire.text.rules import CLASSES, packaged_files, packaged_patterns, read_file

ROWS = [row for file in packaged_files() for row in file.rows]
MATCHES = [(row.id, example) for row in ROWS for example in row.matches]
REJECTS = [(row.id, example) for row in ROWS for example in row.rejects]
PATTERN_MATCHES = [(pattern.id, example) for pattern in packaged_patterns() for example in pattern.matches]
PATTERN_REJECTS = [(pattern.id, example) for pattern in packaged_patterns() for example in pattern.rejects]


def rules_found(text):
    return {rule for notice in split(text).notices for rule in notice.rules}


@pytest.mark.parametrize(("row", "example"), MATCHES)
def test_row_finds_its_examples(row, example):
    """A row takes part in the notice of each of its examples."""
    assert row in rules_found(example)


@pytest.mark.parametrize(("row", "example"), REJECTS)
def test_row_leaves_its_false_friends(row, example):
    """A row finds no notice in any of its false friends."""
    assert row not in rules_found(example)


@pytest.mark.parametrize(("pattern", "example"), PATTERN_MATCHES)
def test_pattern_finds_its_examples(pattern, example):
    """A pattern, in the words of some language, takes part in the notice of each of its examples."""
    assert pattern in {rule.split(".", 1)[1] for rule in rules_found(example)}


@pytest.mark.parametrize(("pattern", "example"), PATTERN_REJECTS)
def test_pattern_leaves_its_false_friends(pattern, example):
    """A pattern finds no notice in any of its false friends, in the words of no language."""
    assert pattern not in {rule.split(".", 1)[1] for rule in rules_found(example)}


def test_every_language_says_every_common_pattern():
    """Every language has the words for reuse, for what forbids it, and for the contract, the source and the machine."""
    common = {"use", "reuse", "banned", "without", "needs", "leave", "deal", "allowed", "source", "ai", "rights"}
    assert [file.language for file in packaged_files() if common - file.words.keys()] == []


def test_every_row_has_a_false_friend():
    """No row goes without an example that it must reject."""
    assert [row.id for row in ROWS if not row.rejects] == []


def test_every_class_has_a_row():
    """Every class of the vocabulary is said by some row, or by a pattern."""
    assert {name for row in (*ROWS, *packaged_patterns()) for name in row.classes} == set(CLASSES)


ROW = "{id: xx.label.1, all: [a], strength: 1, source: seen, matches: [a]}"


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (f"language: xx\nrows: [{ROW}]\ncolour: red", "colour"),
        (f"language: xx\nrows: [{ROW}, {ROW}]", "unique"),
        (f"language: yy\nrows: [{ROW}]", "start with"),
        (f"language: xx\nrows: [{ROW.replace('source: seen, ', '')}]", "source"),
        (f"language: xx\nrows: [{ROW.replace('strength: 1', 'strength: 1, classes: [nonsense]')}]", "classes"),
        (f"language: xx\nrows: [{ROW.replace('[a], strength', '[], strength')}]", "all"),
        ("language: [", "YAML"),
    ],
)
def test_a_wrong_rule_file_is_refused(tmp_path, content, says):
    """A rule file with an unknown key, a double id or a row without source is refused, naming file and fault."""
    path = tmp_path / "xx.yaml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(ConfigError, match=f"xx.yaml.*{says}"):
        read_file(path)


def test_the_version_follows_every_rule_file(tmp_path, monkeypatch):
    """A letter changed in any rule file is another version: a decision tells by which one it was made."""
    shutil.copytree(rules.FOLDER, tmp_path / "text")
    monkeypatch.setattr(rules, "FOLDER", tmp_path / "text")
    seen = [rules.version.__wrapped__()]
    for path in sorted((tmp_path / "text").rglob("*.yaml")):
        path.write_bytes(path.read_bytes() + b"#")
        seen.append(rules.version.__wrapped__())
    assert len(set(seen)) == len(seen) > 25


def test_a_rule_file_is_named_after_its_language(tmp_path):
    """A rule file under another language's name is refused."""
    path = tmp_path / "yy.yaml"
    path.write_text(f"language: xx\nrows: [{ROW}]", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"yy\.yaml"):
        read_file(path)
