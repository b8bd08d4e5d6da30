"""Texts with marks in them: what the tests' corpora expect, and how far a result meets it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import yaml

from newswire.model import SplitText

NAMES = (
    "Örnek Haber Ajansı (ÖRNEK)",
    "ornek",
    "ÖRNEK",
    "Örnek Haber Ajansı",
    "Örnek Ajansı",
    "Örnek Haber Ajansı Basın Yayın San. Trade A.Ş.",
    "Örnek Haber Ajansı Basın Yayın San. Tic. A.Ş.",
)
_MARKS = {"⟦": "⟧", "⟪": "⟫", "⟨": "⟩", "⟬": "⟭"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Marked:
    """A text of a corpus without its marks, and what they said.

    Attributes:
        notices: The words and the classes of each notice, in text order.
        holders: Who reserves the rights, per notice, or None where the text names nobody or the corpus does not say.
        credits: The words of each credit, those that are cut first, then datelines.
        body: What is left, its white space made single.
    """

    id: str
    text: str
    notices: tuple[tuple[str, frozenset[str]], ...]
    holders: tuple[str | None, ...]
    credits: tuple[str, ...]
    trailing: str
    body: str


def read(name: str) -> list[Marked]:
    """The texts of a corpus file."""
    cases = yaml.safe_load((Path(__file__).parent / name).read_text(encoding="utf-8"))
    return [_marked(case) for case in cases]


def _marked(case: dict) -> Marked:
    said = case["text"]
    found = {mark: re.findall(f"{mark}([^{end}]*){end}", said) for mark, end in _MARKS.items()}
    body = re.sub("⟦[^⟧]*⟧|⟪[^⟫]*⟫|⟬[^⟭]*⟭", "", said)
    every = re.compile(f"[{''.join(_MARKS)}{''.join(_MARKS.values())}]")
    classes = [frozenset(names) for names in case["notices"]]
    return Marked(
        id=case["id"],
        text=every.sub("", said),
        notices=tuple(zip(found["⟦"], classes, strict=True)),
        holders=tuple(case.get("holders", [None] * len(classes))),
        credits=(*found["⟪"], *found["⟨"]),
        trailing=squeezed("".join(found["⟬"])),
        body=squeezed(every.sub("", body)),
    )


def squeezed(text: str) -> str:
    """The text with single spaces."""
    return " ".join(text.split())


def notices_of(result: SplitText) -> list[tuple[str, frozenset[str]]]:
    """The words and the classes of the notices found."""
    return [(notice.text.strip(), frozenset(notice.classes)) for notice in result.notices]


def credits_of(result: SplitText) -> list[str]:
    """The words of the credits found; those of photos are told by their notices."""
    places = {(credit.start, credit.end): credit.text for credit in result.credits if credit.position != "photo"}
    return list(places.values())


@dataclass(slots=True)
class Score:
    """How many of the notices expected were found whole: the same words, the same classes."""

    expected: int = 0
    found: int = 0
    right: int = 0

    def add(self, expected: list, found: list) -> None:
        """Count one text's."""
        self.expected += len(expected)
        self.found += len(found)
        self.right += sum(one in expected for one in found)

    @property
    def precision(self) -> float:
        """Which part of what was found was expected."""
        return self.right / self.found if self.found else 1.0

    @property
    def recall(self) -> float:
        """Which part of what was expected was found."""
        return self.right / self.expected if self.expected else 1.0
