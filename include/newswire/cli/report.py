"""What the formats make of many files, counted: ``parse --report``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from newswire.errors import PayloadRefused
from newswire.formats.filled import filled, filled_head
from newswire.model import Item, ParsedPayload, Refusal

Parse = Callable[[str], ParsedPayload]


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """A file, or an entry of one, that was not read.

    Attributes:
        pointer: Where the entry stands; None for a whole file.
    """

    file: str
    reason: str
    detail: str
    pointer: str | None = None


@dataclass(slots=True, kw_only=True)
class Tally:
    """What became of the files of one format; those that are refused as a whole have none.

    Attributes:
        fields: How many items fill each canonical field; fields of ``head`` count files.
        flags: How many items carry each flag; flags of files without items count files.
        empty: Files that hold no entry at all, which is flagged ``no_entries``.
    """

    format: str | None
    files: int = 0
    items: int = 0
    fields: Counter[str] = field(default_factory=Counter)
    flags: Counter[str] = field(default_factory=Counter)
    refusals: list[Refused] = field(default_factory=list)
    empty: list[str] = field(default_factory=list)


def report(names: Iterable[str], parse: Parse) -> list[Tally]:
    """Read every file, and every file below a folder, and count by format."""
    tallies: dict[str | None, Tally] = {}
    for name in _files(names):
        try:
            parsed: ParsedPayload | None = parse(name)
        except PayloadRefused as error:
            parsed, refusal = None, Refused(file=name, reason=error.reason, detail=str(error))
        kind = parsed.format if parsed else None
        tally = tallies.setdefault(kind, Tally(format=kind))
        tally.files += 1
        if parsed is None:
            tally.refusals.append(refusal)
        else:
            _count(tally, name, parsed)
    return sorted(tallies.values(), key=lambda tally: tally.format or "~")


def _files(names: Iterable[str]) -> Iterator[str]:
    for name in names:
        if name != "-" and Path(name).is_dir():
            yield from (str(path) for path in sorted(Path(name).rglob("*")) if path.is_file())
        else:
            yield name


def _count(tally: Tally, name: str, parsed: ParsedPayload) -> None:
    tally.fields.update(filled_head(parsed.head))
    if not parsed.entries:
        tally.empty.append(name)
        tally.flags.update(parsed.flags)
    for entry in parsed.entries:
        match entry:
            case Item():
                tally.items += 1
                tally.fields.update(filled(entry))
                tally.flags.update(entry.flags)
            case Refusal(reason=reason, detail=detail, pointer=pointer):
                tally.refusals.append(Refused(file=name, reason=reason, detail=detail, pointer=pointer))
