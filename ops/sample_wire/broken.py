"""What goes wrong on real wires, on purpose: spoilt documents, and answers that are no feed at all."""

from __future__ import annotations

from collections.abc import Iterator

ENDLESS_BYTES = 256_000_000
"""Where the endless feed stops after all, so that a careless ``curl -O`` does not fill a disk."""

ERROR_PAGE = """<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><title>Glitchford News Service: we will be right back</title></head>
<body><h1>We will be right back</h1><p>The feed is being rebuilt. Please try again in a while.</p></body>
</html>
"""

_LEVELS = 10

_ENDLESS_HEAD = b"""<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0"><channel><title>Glitchford everything</title>
<link>http://glitchford.example/</link><description>Every word ever filed, in one feed</description>
"""
_ENDLESS_ITEM = """<item><title>Archive sheet {number}</title><guid isPermaLink="false">glitchford-sheet-{number}</guid>
<description>Sheet {number} of the town archive lists one more lamp post that was painted green.</description></item>
"""
_ITEMS_IN_A_CHUNK = 500


def truncated(document: bytes) -> bytes:
    """A feed whose end was lost: cut in the middle of an item."""
    return document[: len(document) * 2 // 3]


def mis_encoded(document: bytes) -> bytes:
    """A feed that says it is UTF-8 and is Windows-1254."""
    return document.decode().encode("cp1254", "xmlcharrefreplace")


def entity_bomb() -> bytes:
    """A feed of a kilobyte whose entities would expand to gigabytes."""
    levels = [f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, _LEVELS)]
    return "\n".join(
        [
            '<?xml version="1.0" encoding="UTF-8"?>',
            '<!DOCTYPE rss [<!ENTITY e0 "boom ">',
            *levels,
            "]>",
            '<rss version="2.0"><channel><title>Glitchford echo</title><link>http://glitchford.example/</link>',
            f"<description>&e{_LEVELS - 1};</description></channel></rss>",
        ]
    ).encode()


def endless() -> Iterator[bytes]:
    """A well-formed start of a feed that goes on and on."""
    yield _ENDLESS_HEAD
    sent = number = 0
    while sent < ENDLESS_BYTES:
        sheets = range(number, number + _ITEMS_IN_A_CHUNK)
        chunk = "".join(_ENDLESS_ITEM.format(number=sheet) for sheet in sheets).encode()
        yield chunk
        sent, number = sent + len(chunk), number + _ITEMS_IN_A_CHUNK
