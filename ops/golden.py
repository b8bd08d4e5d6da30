"""The golden pairs of the formats: an input, and every field that comes out of it as ``<name>.expected.json``.

``python ops/golden.py`` (``make golden``) writes the expected files anew, and nothing else ever does; a person reads
the difference before it is kept. An input that a format refuses has its refusal for an expected file.
"""

from __future__ import annotations

import dataclasses
from pathlib import Path

import msgspec
from msgspec import structs

from newswire.errors import PayloadRefused
from newswire.formats import Source, parse
from newswire.model import Item, ParsedPayload

FOLDER = Path(__file__).parents[1] / "tests" / "formats" / "golden"
URL = "https://harbour.example/"
EXPECTED = ".expected.json"


def inputs(folder: Path = FOLDER) -> list[Path]:
    """The inputs, by name."""
    return sorted(path for path in folder.iterdir() if not path.name.endswith(EXPECTED))


def expected(path: Path) -> Path:
    """The expected file of an input."""
    return path.with_name(path.name + EXPECTED)


def read(path: Path) -> ParsedPayload | PayloadRefused:
    """What the formats make of an input."""
    try:
        return parse(path.read_bytes(), Source(url=URL))
    except PayloadRefused as refusal:
        return refusal


def found(path: Path) -> bytes:
    """The expected file as it would have to be now."""
    parsed = read(path)
    told = {"refused": parsed.reason, "detail": str(parsed)} if isinstance(parsed, PayloadRefused) else said(parsed)
    return msgspec.json.format(msgspec.json.encode(told), indent=1) + b"\n"


def said(value: object) -> object:
    """A value without the fields that hold their default: a field that a model gains changes no pair it is not in."""
    if dataclasses.is_dataclass(value) or isinstance(value, msgspec.Struct):
        fields = structs.fields(value) if isinstance(value, msgspec.Struct) else dataclasses.fields(value)
        held = {field.name: getattr(value, field.name) for field in fields}
        told = {field.name: said(held[field.name]) for field in fields if held[field.name] != field.default}
        shown = value.body_html if isinstance(value, Item) else None
        return {"body_html" if name == "markup" else name: shown if name == "markup" else told[name] for name in told}
    return [said(part) for part in value] if isinstance(value, tuple) else value


def stale(folder: Path = FOLDER) -> list[str]:
    """The inputs whose expected file is missing or says something else, and expected files without an input."""
    names = {path.name for path in inputs(folder)}
    orphans = [path.name for path in folder.glob(f"*{EXPECTED}") if path.name.removesuffix(EXPECTED) not in names]
    return [path.name for path in inputs(folder) if not _holds(path)] + sorted(orphans)


def _holds(path: Path) -> bool:
    kept = expected(path)
    return kept.is_file() and kept.read_bytes() == found(path)


if __name__ == "__main__":
    for name in stale():
        source = FOLDER / name
        if name.endswith(EXPECTED):
            source.unlink()
        else:
            expected(source).write_bytes(found(source))
        print(f"rewritten: {name}")
