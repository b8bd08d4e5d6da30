"""The schema.org description that an article page carries about itself (JSON-LD)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import msgspec
from lxml import etree

from newswire.formats.htmltext import one_line
from newswire.model import Media, RightsKind, RightsStatement, Scope

ARTICLE_TYPES = frozenset(
    [
        "NewsArticle",
        "Article",
        "ReportageNewsArticle",
        "AnalysisNewsArticle",
        "BackgroundNewsArticle",
        "OpinionNewsArticle",
        "ReviewNewsArticle",
        "AskPublicNewsArticle",
        "LiveBlogPosting",
        "BlogPosting",
    ]
)
"""Types that describe one story."""

RIGHTS = {
    "copyrightNotice": (RightsKind.NOTICE, None),
    "license": (RightsKind.LICENSE, None),
    "conditionsOfAccess": (RightsKind.USAGE_TERMS, None),
    "usageInfo": (RightsKind.POLICY, "usageInfo"),
    "acquireLicensePage": (RightsKind.POLICY, "acquireLicensePage"),
}
"""Properties that are one rights statement each: kind and type."""

_FAULT = re.compile(
    r'("(?:\\.|[^"\\])*+")|,(?=\s*[}\]])|\A(?://|/\*)?\s*<!\[CDATA\[\s*(?:\*/)?|(?://|/\*)?\s*\]\]>\s*(?:\*/)?\Z'
)
"""A text, which stays, or what JSON has no place for: a comma before a bracket, marks of a CDATA section."""

POINTER = "/script[@type='application/ld+json']"


@dataclass(frozen=True, slots=True, kw_only=True)
class Described:
    """The first object on a page that describes an article.

    Attributes:
        data: The object; empty where the page has none.
        flags: ``recovered_json`` where a block of the page was mended, ``description_unread`` where one could not be.
    """

    data: dict[str, object]
    flags: tuple[str, ...] = ()

    def texts(self, *names: str) -> Iterator[str]:
        """What the properties say, in order: strings, or the names, addresses or texts of objects."""
        for name in names:
            yield from _texts(self.data.get(name))

    def text(self, *names: str) -> str:
        """The first of ``texts``, as one line."""
        return next((said for text in self.texts(*names) if (said := one_line(text))), "")

    @property
    def free(self) -> bool:
        """False where the page says that reading it in full costs money."""
        return str(self.data.get("isAccessibleForFree", True)).lower() != "false"

    def rights(self) -> Iterator[RightsStatement]:
        """Rights statements about the article."""
        yield from _rights(self.data, Scope.ITEM, POINTER)

    def media(self) -> Iterator[Media]:
        """The images and videos that the description names."""
        for name, medium in (("image", "image"), ("video", "video")):
            for number, found in enumerate(_list(self.data.get(name)), start=1):
                place = f"{POINTER}/{name}[{number}]"
                data = found if isinstance(found, dict) else {"url": found}
                address = next(_texts(data.get("contentUrl")), "") or next(_texts(data.get("url")), "")
                if address.startswith(("http://", "https://")):
                    yield Media(
                        url=address,
                        medium=medium,
                        caption=one_line(next(_texts(data.get("caption")), "")) or None,
                        credit=one_line(next(_texts(data.get("creditText")), "")) or None,
                        rights=tuple(_rights(data, Scope.MEDIA, place)),
                        pointer=place,
                    )


def describe(root: etree._Element) -> Described:
    """Find the description; blocks that are not JSON, mended or not, are passed over and flagged."""
    blocks = [_load(script.text or "") for script in root.iter("script") if _is_description(script)]
    objects = [found for data, _ in blocks for found in _objects(data)]
    articles = (found for found in objects if ARTICLE_TYPES.intersection(_texts(found.get("@type"))))
    ranked = sorted(articles, key=lambda found: not (found.get("articleBody") or found.get("headline")))
    inside = [part for found in objects for value in found.values() for part in _list(value) if isinstance(part, dict)]
    named = {str(found["@id"]): found for found in (*inside, *objects) if len(found) > 1 and "@id" in found}
    return Described(
        data={name: _followed(value, named) for name, value in ranked[0].items()} if ranked else {},
        flags=tuple(dict.fromkeys(flag for _, flag in blocks if flag)),
    )


def _followed(value: object, named: dict[str, dict[str, object]]) -> object:
    """A value, or the object of the page that it only refers to (JSON-LD 1.1, node references)."""
    if isinstance(value, list):
        return [_followed(one, named) for one in value]
    if isinstance(value, dict) and value.keys() == {"@id"}:
        return named.get(str(value["@id"]), value)
    return value


def _is_description(script: etree._Element) -> bool:
    return (script.get("type") or "").strip().lower() == "application/ld+json"


def _load(text: str) -> tuple[object, str | None]:
    """A block's value, and a flag where it had to be mended or is none."""
    text = text.strip().strip(";")
    if not text:
        return None, None
    flag = None
    for said in (text, " ".join(text.split()), " ".join(_FAULT.sub(r"\1", text).split())):
        try:
            return msgspec.json.decode(said.encode("utf-8", "replace"), strict=False), flag
        except (msgspec.DecodeError, RecursionError):
            flag = "recovered_json"
    return None, "description_unread"


def _objects(data: object) -> Iterator[dict[str, object]]:
    """The objects of a block, those of its graph included."""
    for found in _list(data):
        for candidate in (found, *_list(found.get("@graph") if isinstance(found, dict) else None)):
            if isinstance(candidate, dict):
                yield candidate


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _texts(value: object, depth: int = 0) -> Iterator[str]:
    for found in _list(value):
        if isinstance(found, str) and found.strip():
            yield found.strip()
        elif isinstance(found, dict) and depth < 3:  # noqa: PLR2004 - a name inside an object inside a property
            said = (text for name in ("name", "text", "url") for text in _texts(found.get(name), depth + 1))
            yield from list(said)[:1]


def _rights(data: dict[str, object], scope: Scope, place: str) -> Iterator[RightsStatement]:
    for holder in _texts(data.get("copyrightHolder")):
        yield RightsStatement(
            kind=RightsKind.HOLDER, value=holder, holder=holder, scope=scope, pointer=f"{place}/copyrightHolder"
        )
    for name, (kind, type_) in RIGHTS.items():
        for value in _texts(data.get(name)):
            yield RightsStatement(kind=kind, value=value, scope=scope, pointer=f"{place}/{name}", type=type_)
