"""What of a text speaks for its language: letters and words, no addresses, no capitals that only shout."""

from __future__ import annotations

import re
import unicodedata

# Scripts without spaces between words: an address ends where they begin.
SPACELESS = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3000-\u9fff\uff00-\uffef"
# One pass over the text, whatever it is: no part is read twice for the same alternative.
ADDRESS = re.compile(
    rf"(?:https?://|www\.)[^\s{SPACELESS}]+"
    rf"|(?<![^\s@{SPACELESS}])[^\s@{SPACELESS}]++@[^\s@.{SPACELESS}]++\.[^\s{SPACELESS}]+"
    r"|[@#]\w+"
)
COMBINING = "\u0300-\u036f\u0653-\u0655\u1100-\u11ff"  # what our languages compose with
PRESENTED = "\ufb00-\ufb06\ufb50-\ufdff\ufe70-\ufefc\uff21-\uff5a"  # letters shaped or wide, as in print
COMPOSABLE = re.compile(f"[{COMBINING}{PRESENTED}]")
HIDDEN = "\u00ad\u0640\u200b\u2060\ufeff"  # soft hyphens, tatweel, spaces of no width: inside words
UNSEEN = re.compile(f"[{HIDDEN}]+")
ODD = re.compile(f"[{HIDDEN}{COMBINING}{PRESENTED}]")  # in few texts
DOTLESS_I = "\u0131"
TURKISH_CAPITALS = frozenset("İĞ")  # of languages that tell i and dotless i apart, and of no other
KURMANJI_CAPITALS = frozenset("ÊÛW")  # of a language that has Ş, but no dotless i
LOOKED_AT = 200  # characters that tell whether a text is in capitals


def text_of(text: str) -> str:
    """The text as profiles are trained and asked with: composed (NFKC), without URLs, mail addresses, handles.

    Text in capitals is lowered, since langdetect passes over words in capitals; lines are kept.
    """
    if not text.isascii() and ODD.search(text):
        if COMPOSABLE.search(text):
            text = unicodedata.normalize("NFKC", text)
        text = UNSEEN.sub("", text)
    if "http" in text or "www." in text or "@" in text or "#" in text:
        text = ADDRESS.sub(" ", text)
    if _shouts(text):
        text = _lower(text)
    return text.strip()


def _shouts(text: str) -> bool:
    """Whether most letters of a cased script are capitals; a word that goes on in lower case settles it."""
    sample = text[:LOOKED_AT]
    if sample[1:6].islower() or sample.islower() or sample.upper() == sample.lower():
        return False
    return sum(map(str.isupper, sample)) > 2 * sum(map(str.islower, sample))


def _lower(text: str) -> str:
    """Lower case that keeps the two Turkish letters i apart where the text shows that it needs them."""
    if TURKISH_CAPITALS.intersection(text) or ("Ş" in text and not KURMANJI_CAPITALS.intersection(text)):
        text = text.replace("I", DOTLESS_I)
    return text.replace("İ", "i").lower()
