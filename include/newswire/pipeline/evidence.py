"""Evidence as readers see it: of what was not published, where the words stand but not the words."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

OURS = frozenset({"contract", "tombstone", "review", "override"})
"""Sources of evidence whose words are not the story's."""


def evidence(proofs: Iterable[dict[str, Any]], *, published: bool) -> list[dict[str, Any]]:
    """Proofs as the ledger keeps them, with the words that may be shown."""
    return [proof if published or proof["source"] in OURS else {**proof, "text": None} for proof in proofs]


def wordless(decision: dict[str, Any]) -> dict[str, Any]:
    """A decision, as the ledger keeps it, without a word of the story: places, rules and reasons stay."""
    parts = [
        {**part, "url": None, "credit": None, "evidence": evidence(part["evidence"], published=False)}
        for part in decision["components"]
    ]
    return {**decision, "evidence": evidence(decision["evidence"], published=False), "components": parts}
