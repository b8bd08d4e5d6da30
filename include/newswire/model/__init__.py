"""The values that move through newswire: frozen, slotted, keyword-only.

Items and what they are made of are msgspec structs, because a feed has thousands of them and they cost a fifth of a
dataclass to make; ``msgspec.structs.replace`` copies them. All others are dataclasses.

Times are timezone-aware UTC. ``None`` means that the source did not say; nothing here is ever filled with a guess.
Character spans are half-open offsets into the text they were found in.
"""

from __future__ import annotations

from newswire.model.decisions import (
    TAKEN_DOWN,
    AssessedFor,
    Component,
    ContractRef,
    Decision,
    Evidence,
    Finding,
    Outcome,
    Override,
    Tombstone,
)
from newswire.model.items import (
    LANGUAGE_PART,
    RAW_PURGED,
    Embargo,
    Item,
    Media,
    Purged,
    Refusal,
    Relation,
    RightsKind,
    RightsStatement,
    Scope,
    Status,
    document_of,
)
from newswire.model.payloads import FeedHead, ParsedPayload
from newswire.model.stories import Observation, Partition, Sighting
from newswire.model.texts import Article, Credit, LanguageMismatch, LanguageVerdict, Notice, RunLanguages, SplitText

__all__ = [
    "LANGUAGE_PART",
    "RAW_PURGED",
    "TAKEN_DOWN",
    "Article",
    "AssessedFor",
    "Component",
    "ContractRef",
    "Credit",
    "Decision",
    "Embargo",
    "Evidence",
    "FeedHead",
    "Finding",
    "Item",
    "LanguageMismatch",
    "LanguageVerdict",
    "Media",
    "Notice",
    "Observation",
    "Outcome",
    "Override",
    "ParsedPayload",
    "Partition",
    "Purged",
    "Refusal",
    "Relation",
    "RightsKind",
    "RightsStatement",
    "RunLanguages",
    "Scope",
    "Sighting",
    "SplitText",
    "Status",
    "Tombstone",
    "document_of",
]
