"""What names a NITF document across its versions, and what one names that it acts on (NITF 3.6, ``docdata``).

Some agencies' ids are the key of all versions (``du-key``) with a number behind it, ``quay_3``; the key is the story.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from newswire.formats.xmltree import Node

_NUMBERED = re.compile(r"(?P<key>.+)(?P<mark>[_:.-])(?P<number>\d+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """The document that another one acts on.

    Attributes:
        guid: Its identity across versions.
        version: Which of the acting document's own versions it is; None where it is another story.
        key: What may be the key of its versions, where nothing tells how ids are made.
    """

    guid: str
    version: str | None = None
    key: str | None = None


def guid(docdata: Node) -> str:
    """The document's identity across versions; blank where nothing names it.

    That is its id; where the id is the key of its versions with a number behind it, the key; where it has no id, the
    key with its source and its day, since keys are made anew every day.
    """
    named, key = _id(docdata), _key(docdata)
    if named:
        return key if _number(named, key) else named
    day = re.sub(r"\D", "", docdata.part("date.issue").get("norm"))[:8]
    return ":".join((docdata.part("doc-id").get("regsrc"), key, day)) if key and day else ""


def version(docdata: Node) -> str | None:
    """The version that the key states, else the number behind it in the id."""
    return docdata.part("du-key").get("version") or _number(_id(docdata), _key(docdata))


def target(docdata: Node) -> Target:
    """What ``management-doc-idref`` names: any version's id means the story.

    How ids are made, the document's own id tells: with a number behind the key, or not. Without a key it does not tell.
    """
    said, own, key = docdata.get("management-doc-idref"), _id(docdata), _key(docdata)
    if number := _number(said, key):
        return Target(guid=key, version=number)
    found, made = _NUMBERED.fullmatch(said), _NUMBERED.fullmatch(own)
    if found and not key:
        return Target(guid=said, key=found["key"])
    if found and made and (made["key"], made["mark"]) == (key, found["mark"]):
        return Target(guid=found["key"])
    return Target(guid=said)


def _id(docdata: Node) -> str:
    return docdata.part("doc-id").get("id-string")


def _key(docdata: Node) -> str:
    return docdata.part("du-key").get("key")


def _number(named: str, key: str) -> str | None:
    """The number behind the key in an id that is made of them."""
    found = _NUMBERED.fullmatch(named)
    return found["number"] if found and found["key"] == key else None
