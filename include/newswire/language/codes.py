"""Language codes: what sources declare, what langdetect answers, and what newswire writes.

newswire writes ISO 639-1 codes, except ``kmr``, ``ckb`` and ``zza``, which have none of their own, and ``zh-Hans`` and
``zh-Hant``, which are one language in two scripts.
"""

from __future__ import annotations

from newswire.codes import LANGUAGES

UND = "und"

ALIASES = {
    "ara": "ar", "aze": "az", "azj": "az", "azb": "az", "ben": "bn", "cmn": "zh", "deu": "de", "ger": "de",
    "diq": "zza", "ell": "el", "gre": "el", "eng": "en", "fas": "fa", "per": "fa", "pes": "fa", "prs": "fa",
    "fra": "fr", "fre": "fr", "heb": "he", "iw": "he", "hin": "hi", "in": "id", "ind": "id", "ita": "it",
    "jpn": "ja", "kiu": "zza", "kor": "ko", "nld": "nl", "dut": "nl", "nob": "nb", "nno": "nn", "nor": "no",
    "pol": "pl", "por": "pt", "rus": "ru", "spa": "es", "swe": "sv", "tur": "tr", "ukr": "uk", "urd": "ur",
    "zho": "zh", "chi": "zh", "zaz": "zza", "fil": "tl",
}  # fmt: skip
KURDISH = {"ku", "kur"}
FAMILIES = {"nb": "no", "nn": "no", "bs": "hr", "sr": "hr", "ms": "id"}
TRADITIONAL = {"hant", "tw", "hk", "mo"}
SIMPLIFIED = {"hans", "cn", "sg"}
UNDETERMINED = {"", "und", "mul", "zxx", "mis"}


def normalise(tag: str | None, *, script: str | None = None) -> str | None:
    """A declared language tag as a newswire code, or None where it names no language: ``English`` is no tag.

    Args:
        tag: As declared: ``tr-TR``, ``en_US``, ``ku``, ``zh-TW``.
        script: The script of the text, which decides what ``ku`` means: kmr in Latin script, ckb in Arabic script.
    """
    if tag is None:
        return None
    language, *subtags = tag.strip().lower().replace("_", "-").split("-")
    if language in UNDETERMINED or not language.isascii() or not language.isalpha():
        return None
    language = ALIASES.get(language, language)
    if language in KURDISH:
        written = "Arab" if "arab" in subtags else "Latn" if "latn" in subtags else script
        return "ckb" if written == "Arab" else "kmr"
    if language == "zh":
        if TRADITIONAL.intersection(subtags):
            return "zh-Hant"
        return "zh-Hans" if SIMPLIFIED.intersection(subtags) else "zh"
    return language if language in LANGUAGES else None


def family(code: str) -> str:
    """What a code is compared as: languages that a short text in one script does not tell apart are one.

    ``zh`` for both scripts of Chinese, ``no`` for both forms of Norwegian, ``hr`` for Bosnian, Croatian and Serbian,
    ``id`` for Indonesian and Malay.
    """
    return "zh" if code.startswith("zh") else FAMILIES.get(code, code)
