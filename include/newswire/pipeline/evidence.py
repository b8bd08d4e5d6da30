"""Evidence as readers see it: of what was not published, where the words stand but not the words."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

OURS = frozenset({"contract", "tombstone", "review", "override"})
"""Sources of evidence whose words are not the story's."""


def evidence(proofs: Iterable[dict[str, Any]], *, published: bool) -> list[dict[str, Any]]:
    """Proofs as the ledger keeps them, with the words that may be shown."""
    return [proof if published or proof["source"] in OURS else {**proof, "text": None} for proof in proofs]
