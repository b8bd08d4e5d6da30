"""Every column of the lake, defined once.

The Arrow schemas, the Great Expectations suite and the data dictionary (``docs/data-dictionary.md``) derive from here.
Readers are promised ``timestamp[us, UTC]``, plain strings and lists of them, and no partition column inside a file:
``published_date`` and ``partner`` come from the path.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import pyarrow as pa

from newswire import codes

WRITER_VERSION = 2
"""Raised when the same inputs would give other bytes: part of what a partition is a function of."""

TIME = pa.timestamp("us", tz="UTC")
STRINGS = pa.list_(pa.field("element", pa.string(), nullable=False))

LANGUAGES = codes.LANGUAGES | {"und"}
"""Every code the language column may hold."""


class Check(StrEnum):
    """What must hold for a column of a published row, beyond its type."""

    UNIQUE = "unique"
    NOT_BLANK = "not_blank"
    URL = "url"
    LANGUAGE = "language"
    SHA256 = "sha256"
    ARTICLE_ID = "article_id"
    TIME_IN_RANGE = "time_in_range"
    NOT_IN_FUTURE = "not_in_future"
    PROBABILITY = "probability"
    PUBLISH_ONLY = "publish_only"
    BODY_LENGTH = "body_length"
    TERRITORIES = "territories"
    AFTER_NOW = "after_now"


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column: its name, its Arrow type, whether it may be null, what must hold, and what it means."""

    name: str
    type: pa.DataType
    description: str
    nullable: bool = False
    checks: tuple[Check, ...] = ()


ARTICLES = (
    Column(
        name="article_id",
        type=pa.string(),
        checks=(Check.UNIQUE, Check.ARTICLE_ID),
        description="Identity of the story across versions: partner, colon, 16 hex digits of the hash of its item id.",
    ),
    Column(
        name="item_id",
        type=pa.string(),
        checks=(Check.NOT_BLANK,),
        description="The provider's own identity, verbatim.",
    ),
    Column(
        name="version",
        type=pa.string(),
        nullable=True,
        description="The provider's version; null where the format has none.",
    ),
    Column(
        name="content_hash",
        type=pa.string(),
        checks=(Check.SHA256,),
        description="SHA-256 of what the item says; changes with every new version.",
    ),
    Column(
        name="feed",
        type=pa.string(),
        checks=(Check.NOT_BLANK,),
        description="The feed, as named in the partner file, that brought the governing version first.",
    ),
    Column(
        name="language",
        type=pa.string(),
        checks=(Check.LANGUAGE,),
        description="Detected language (ISO 639-1, or kmr, ckb, zza, zh-Hans, zh-Hant), und where nothing can be said.",
    ),
    Column(
        name="language_confidence",
        type=pa.float64(),
        checks=(Check.PROBABILITY,),
        description="Confidence of the detection, 0 to 1.",
    ),
    Column(
        name="language_method",
        type=pa.string(),
        checks=(Check.NOT_BLANK,),
        description="How the language was found: words, langdetect, script, declared or none.",
    ),
    Column(
        name="language_declared",
        type=pa.string(),
        nullable=True,
        description="What the partner declared; null where it declared nothing.",
    ),
    Column(name="title", type=pa.string(), checks=(Check.NOT_BLANK,), description="Headline."),
    Column(name="summary", type=pa.string(), nullable=True, description="Summary or standfirst, as plain text."),
    Column(
        name="body",
        type=pa.string(),
        checks=(Check.NOT_BLANK, Check.BODY_LENGTH),
        description="The story as plain text, one paragraph a line, without tail credit, notice and teasers.",
    ),
    Column(name="byline", type=pa.string(), nullable=True, description="Author line."),
    Column(name="dateline", type=pa.string(), nullable=True, description="Place and date line."),
    Column(
        name="credit",
        type=pa.string(),
        nullable=True,
        checks=(Check.NOT_BLANK,),
        description="The agency to credit; must be shown where obligations say so.",
    ),
    Column(
        name="notice",
        type=pa.string(),
        nullable=True,
        checks=(Check.NOT_BLANK,),
        description="The rights notice, verbatim; must be kept where obligations say so.",
    ),
    Column(name="notice_holder", type=pa.string(), nullable=True, description="Who reserves the rights in the notice."),
    Column(name="source_url", type=pa.string(), nullable=True, checks=(Check.URL,), description="The article's page."),
    Column(name="categories", type=STRINGS, description="The provider's categories, in their order."),
    Column(
        name="published_at",
        type=TIME,
        nullable=True,
        checks=(Check.TIME_IN_RANGE,),
        description="When the provider published it (UTC); null where it did not say.",
    ),
    Column(
        name="updated_at",
        type=TIME,
        nullable=True,
        checks=(Check.TIME_IN_RANGE,),
        description="When the provider last changed it (UTC); null where it did not say.",
    ),
    Column(
        name="first_observed_at",
        type=TIME,
        checks=(Check.TIME_IN_RANGE, Check.NOT_IN_FUTURE),
        description="End of the interval of the pull that saw the story first; of a pull by hand its time (UTC).",
    ),
    Column(
        name="decision",
        type=pa.string(),
        checks=(Check.PUBLISH_ONLY,),
        description="Always publish: nothing else is ever written here.",
    ),
    Column(
        name="contract_id",
        type=pa.string(),
        nullable=True,
        description="The contract that allows the row; null if a licence does.",
    ),
    Column(
        name="contract_hash",
        type=pa.string(),
        nullable=True,
        checks=(Check.SHA256,),
        description="SHA-256 of that contract's terms.",
    ),
    Column(
        name="license_url",
        type=pa.string(),
        nullable=True,
        checks=(Check.URL,),
        description="The open licence that allows the row; null if a contract does.",
    ),
    Column(
        name="permitted_uses", type=STRINGS, checks=(Check.NOT_BLANK,), description="What may be done with the row."
    ),
    Column(name="prohibited_uses", type=STRINGS, description="What must not be done with it."),
    Column(
        name="territories",
        type=pa.string(),
        checks=(Check.TERRITORIES,),
        description="Where it may be used: worldwide, only XX YY, or except XX YY (ISO 3166-1).",
    ),
    Column(name="obligations", type=STRINGS, description="What every use must do: attribute, keep_notice, …"),
    Column(
        name="media",
        type=pa.string(),
        description="Photos, videos and other parts that may be used, as a JSON list, empty where there are none; each "
        "has its own expires_at, to be filtered like the row's.",
    ),
    Column(
        name="expires_at",
        type=TIME,
        nullable=True,
        checks=(Check.AFTER_NOW,),
        description="When the row must no longer be used (UTC); filter on it between sweeps. Null: no end is known.",
    ),
    Column(
        name="update_pending",
        type=pa.bool_(),
        description="True while a newer version of the story is held or quarantined and this one still stands.",
    ),
    Column(name="flags", type=STRINGS, description="What was repaired or noticed while reading it."),
)

DECISIONS = (
    Column(
        name="decision_id",
        type=pa.string(),
        checks=(Check.UNIQUE, Check.SHA256),
        description="Hash of what was decided upon and how.",
    ),
    Column(name="article_id", type=pa.string(), checks=(Check.ARTICLE_ID,), description="The story decided upon."),
    Column(name="item_id", type=pa.string(), description="The provider's own identity, verbatim."),
    Column(name="version", type=pa.string(), nullable=True, description="The provider's version."),
    Column(name="content_hash", type=pa.string(), checks=(Check.SHA256,), description="The content decided upon."),
    Column(name="outcome", type=pa.string(), description="publish, hold, reject or withdraw."),
    Column(name="reasons", type=STRINGS, description="Every reason, worst first."),
    Column(name="hold_until", type=TIME, nullable=True, description="Set where time alone blocks."),
    Column(name="expires_at", type=TIME, nullable=True, description="When a published story must leave."),
    Column(name="contract_id", type=pa.string(), nullable=True, description="The contract it rests on."),
    Column(name="contract_hash", type=pa.string(), nullable=True, description="SHA-256 of that contract's terms."),
    Column(
        name="rule_versions",
        type=pa.string(),
        description="Versions of the rules that decided, of notices as `text`; JSON.",
    ),
    Column(name="evidence", type=pa.string(), description="Where the words stand that caused each reason, as JSON."),
    Column(
        name="components",
        type=pa.string(),
        description="The decision on each part (text, photo, video) with its reasons, as JSON.",
    ),
    Column(name="as_of", type=TIME, description="The time the decision was made for (UTC)."),
)


def arrow(columns: tuple[Column, ...]) -> pa.Schema:
    """The Arrow schema of a set of columns."""
    return pa.schema([pa.field(column.name, column.type, nullable=column.nullable) for column in columns])
