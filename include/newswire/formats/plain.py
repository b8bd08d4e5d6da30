"""One article as plain text: a title line, a blank line, paragraphs.

Only a text of that shape is taken for an article, and only after every wire format has looked at it: a guess here
would publish headers as prose.
"""

from __future__ import annotations

from collections.abc import Sequence
from unicodedata import east_asian_width

from newswire.errors import PayloadRefused
from newswire.formats.htmltext import line, paragraphs
from newswire.formats.identity import Draft
from newswire.formats.payload import Payload
from newswire.formats.source import Source
from newswire.model import Item, Refusal

MAX_TITLE = 300
MIN_PARAGRAPH = 80


def recognises(payload: Payload) -> bool:
    """Whether the text has an article's shape."""
    rows = payload.text.strip("\ufeff\r\n").splitlines()
    if payload.shape != "text" or len(rows) < 3:  # noqa: PLR2004 - title, blank, paragraph
        return False
    title, blank, rest = rows[0].strip(), rows[1].strip(), rows[2:]
    return 0 < len(title) <= MAX_TITLE and not blank and any(_width(row.strip()) >= MIN_PARAGRAPH for row in rest)


def _width(row: str) -> int:
    """Characters, those of Chinese, Japanese and Korean twice: they say as much as two others."""
    return len(row) + (0 if row.isascii() else sum(east_asian_width(letter) in "WF" for letter in row))


def read(payload: Payload, source: Source) -> Sequence[Draft | Refusal]:
    """Read the article.

    Raises:
        PayloadRefused: ``no_text``: there is nothing under the title.
    """
    title, *rest = payload.text.strip("\ufeff\r\n ").splitlines() or [""]
    if not (body := paragraphs("\n".join(rest))):
        msg = "A plain-text article needs a title line, a blank line and paragraphs."
        raise PayloadRefused(msg, reason="no_text", remedy="Look at the file; name its format in the feed's `format`.")
    page = source.url if source.url.startswith(("http://", "https://")) else None
    item = Item(
        item_id="",
        language_declared=source.language,
        title=line(title),
        body=body,
        source_url=page,
        pointer="/",
    )
    return [Draft(item=item, has_guids=False)]
