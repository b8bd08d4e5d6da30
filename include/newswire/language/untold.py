"""Languages that are declared, but that newswire does not know, and those whose texts alone do not tell them apart.

A text in a language without a profile looks like its neighbour: Faroese like Icelandic, and surely so. Where such a
language is declared, only a text that is clearly in a known language contradicts; else the declaration stands.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from msgspec.structs import replace

from newswire.language.codes import UND, family, normalise
from newswire.language.evidence import Reading
from newswire.language.words import fit

UNSUPPORTED = "unsupported_language"

# The languages that are written in a script and have no profile there.
UNTOLD = {
    script: frozenset(languages.split())
    for script, languages in {
        "Arab": "az kk ks ky ms pa tk uz",
        "Beng": "as",
        "Cyrl": "ab av az ba ce cu cv kv os tk uz",
        "Deva": "ks pi sa",
        "Hebr": "yi",
        "Latn": """
            aa ak an ay bi bm br ch co cr ee eo ff fj fo fy gd gl gn gv ha ho ht hz ia ie ig ik io iu jv kg ki kj kk kl
            kr kw la lg li ln lu mg mh mi mt na nd ng nr nv ny oc oj qu rm rn rw sc se sg sm sn ss st su tn to ts tt
            tw ty ug ve vo wa wo xh za zu
        """,
    }.items()
}
# How many of a text's words a language must be known to use, beside those of its own texts, for the text to be clearly
# in it. Of texts of 500 characters nearly all in a known language have as many, and hardly one in another has.
CLEARLY = 0.85

CALLED_AS_DECLARED = {"hr", "id"}  # families in Latin script whose members have the name that the source gives them


def as_declared(found: Reading, text: str, declared: str | None) -> Reading:
    """What a text is found to be, or what was declared if newswire does not know that language and cannot deny it."""
    if declared is None or found.language == UND:
        return found
    said = untold(found.script or "", declared)
    if said is None or fit(found.script or "", found.language, text) >= CLEARLY:
        return found
    return replace(
        found, language=said, confidence=1.0, runner_up=found.language, method="declared", reason=UNSUPPORTED
    )


@lru_cache(maxsize=1024)
def untold(script: str, declared: str) -> str | None:
    """The declared language, if it is written in a script and has no profile there."""
    said = normalise(declared, script=script)
    return said if said in UNTOLD.get(script, ()) else None


def called(found: Reading, said: str | None, candidates: Sequence[str]) -> str:
    """The language of a text, where texts do not tell a family's members apart by the name that the source gives it."""
    kin = family(found.language)
    if found.script != "Latn" or kin not in CALLED_AS_DECLARED:
        return found.language
    if said is not None and family(said) == kin:
        return said
    wanted = {code for tag in candidates if (code := normalise(tag)) and family(code) == kin}
    return wanted.pop() if len(wanted) == 1 else found.language
