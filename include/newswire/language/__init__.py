"""What language a text is in: script first, then langdetect with profiles for the languages it lacks.

Pure: no clock, no network, nothing read but profiles; the same text has the same verdict in any process and order.
"""

from __future__ import annotations

from collections.abc import Sequence

from newswire.language.cleaning import text_of
from newswire.language.codes import family, normalise
from newswire.language.detector import LanguageDetector, default
from newswire.model import LanguageVerdict

__all__ = ["LanguageDetector", "detect", "family", "normalise", "text_of"]


def detect(texts: Sequence[str], declared: str | None = None, candidates: Sequence[str] = ()) -> list[LanguageVerdict]:
    """The language of each text, in order.

    Args:
        texts: Title and trimmed body of one item each; 300 to 1,000 characters are enough.
        declared: The language tag that the source declares for all of them: a prior, never an answer.
        candidates: The languages that the partner may send: a prior too.

    Returns:
        One verdict a text. A text that says nothing (``reason``) gets the declared language, marked ``declared``,
        else ``und``. Of a text in two languages, ``share`` is the main one's part and ``runner_up`` the other.
    """
    return default().detect(texts, declared, candidates)
