"""What of a text speaks for its language: letters and words, no addresses, no capitals that only shout."""

from __future__ import annotations

import re
import unicodedata

ADDRESS = re.compile(r"(?:https?://|www\.)\S+|\S+@\S+\.\S+|[@#]\w+")
BLANK = re.compile(r"[^\S\n]+")
TATWEEL = "\u0640"
TURKIC_CAPITALS = frozenset("İŞĞ")


def text_of(text: str) -> str:
    """The text as profiles are trained and asked with: composed (NFC), without URLs, mail addresses, handles.

    Text in capitals is lowered, since langdetect passes over words in capitals; lines are kept.
    """
    if not text.isascii():
        text = unicodedata.normalize("NFC", text).replace(TATWEEL, "")
    if "http" in text or "www." in text or "@" in text or "#" in text:
        text = ADDRESS.sub(" ", text)
    if _shouts(text):
        text = _lower(text)
    return BLANK.sub(" ", text).strip()


def _shouts(text: str) -> bool:
    """Whether most letters of a cased script are capitals."""
    sample = text[:200]
    if sample.upper() == sample.lower():
        return False
    capitals = sum(map(str.isupper, sample))
    return capitals > 3 and capitals > 2 * sum(map(str.islower, sample))


def _lower(text: str) -> str:
    """Lower case that keeps the two Turkish letters i apart where the text shows that it needs them."""
    if TURKIC_CAPITALS.intersection(text):
        text = text.replace("I", "ı")
    return text.replace("İ", "i").lower()
