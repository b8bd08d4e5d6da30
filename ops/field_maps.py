"""Writes ``docs/formats.md`` from the field maps of the formats: ``python ops/field_maps.py``."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "include" / "newswire" / "formats" / "fields"
PAGE = ROOT / "docs" / "formats.md"
HEAD = """\
# Formats

Written by `python ops/field_maps.py` from `include/newswire/formats/fields/`; change it there.

Which element or property of each wire format fills which canonical field. Of several sources, the first that says
something counts; rights statements are never chosen between, all are kept. The canonical fields are those of
`bin/newswire parse` and of `newswire.model`. `rights.<kind>` are the rights statements of that kind, `media.<field>`
the fields of the components, `head.<field>` what a payload says about itself.

In every format the label of a headline counts: `EMBARGOED UNTIL 06:00 GMT 1 December 2026: …` is an embargo, and
`MANDATORY KILL: …` a kill (`data/conventions.yaml`).

Faults that hide nothing are read through, and every entry is flagged: `recovered_xml` where the XML was no XML,
RSS or Atom is wrapped in an envelope (SOAP; as elements or as text) or another root, elements are written in another
case (`<RSS>`, `<pubdate>`), or RSS stands in a namespace; `escaped_twice` where markup or a CDATA section was. An entry
through which a cut runs, or a CDATA section without an end, is refused (`truncated_entry`). So is one whose
name is over 2,000 bytes (`name_too_long`); a link or slug as long is left out (`names_left_out`).

A test reads the formats' golden pairs and holds this page to them: every field named here is filled by one, and every
field that one fills is named here.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldMap:
    """One format's map.

    Attributes:
        title: The format's name in prose.
        reads: What of it is read, in a sentence or two.
        fields: Canonical field to the names of its sources, best first.
    """

    title: str
    reads: str
    fields: dict[str, list[str]]


def load() -> dict[str, FieldMap]:
    """The maps by the name of their format."""
    return {
        path.stem: FieldMap(**yaml.safe_load(path.read_text(encoding="utf-8"))) for path in sorted(FOLDER.iterdir())
    }


def page() -> str:
    """The page as it has to be."""
    return HEAD + "".join(_section(name, found) for name, found in load().items())


def _section(name: str, found: FieldMap) -> str:
    rows = [f"| `{field}` | {', '.join(map(_source, sources))} |\n" for field, sources in found.fields.items()]
    return f"\n## {found.title}\n\n`{name}`. {found.reads}\n\n| field | from |\n|---|---|\n{''.join(rows)}"


def _source(source: str) -> str:
    return source if " " in source else f"`{source}`"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
