"""HTML elements by what they are to a reader of the text."""

from __future__ import annotations


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


DROPPED = _names(
    "script style noscript template svg math iframe object embed canvas audio video map form button "
    "select option textarea input head title figure figcaption picture dialog"
)
"""Elements whose text is no part of a story. A figure's caption belongs to its image."""

BREAKING = _names("figure form dialog video audio iframe")
"""Elements that end a paragraph, although their text is dropped."""

INLINE = _names(
    "a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd label mark nobr q rb rp rt "
    "ruby s samp small span strike strong sub sup time tt u var wbr amp-ad img"
)
"""Elements that do not end a paragraph; every other one does."""
