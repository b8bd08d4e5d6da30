"""Names of partners and agencies, found whatever their spelling."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from newswire.text.folding import folded
from newswire.text.rules import load, pattern


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """A partner's names, and the agencies that everybody knows.

    Attributes:
        own: A folded name to the name as the partner writes it.
        pattern: Any of the partner's names in folded text, the longest first.
    """

    own: dict[str, str]
    pattern: re.Pattern[str]

    def agency(self, text: str) -> str | None:
        """The agency that a text names: the first of the partner's names that folds alike, else a known agency."""
        key = folded(text)
        return self.own.get(key) or load().agencies.get(key)

    def owns(self, text: str) -> bool:
        """Whether a text is, or contains, one of the partner's names."""
        return self.pattern.search(folded(text)) is not None


@lru_cache(maxsize=256)
def names_of(names: tuple[str, ...]) -> Names:
    """Fold and compile a partner's names. A name in lower case alone (a slug) yields to another that folds alike."""
    own: dict[str, str] = {}
    for name in sorted((name for name in names if name.strip()), key=str.islower):
        own.setdefault(folded(name), name)
    longest_first = sorted(own, key=len, reverse=True)
    return Names(own=own, pattern=re.compile("|".join(map(pattern, longest_first)) or "(?!)"))
