"""One article as a web page: JSON-LD first, then meta elements, then what the page shows.

The body is what the page shows (``maintext``), because credit and notice stand there; the description's ``articleBody``
is used only where the page shows less than half of it. Machine-readable reservations (TDMRep) count with the values 0
and 1 only.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import urljoin

from lxml import etree

from newswire.errors import PayloadRefused
from newswire.formats import feedmedia, htmltext, jsonld, maintext
from newswire.formats.dates import Clock, Reading
from newswire.formats.dates import read as read_date
from newswire.formats.identity import Draft
from newswire.formats.payload import Payload
from newswire.formats.places import places
from newswire.formats.source import Source
from newswire.model import Item, Refusal, RightsKind, RightsStatement

TDM = {"0": "allow", "1": "deny"}
"""Values of ``tdm-reservation``; any other is as good as none."""

AI_TOKENS = frozenset({"noai", "noimageai"})
"""What a robots meta element says of AI; the rest of it speaks to search engines."""

DATES = ("datepublished", "publishdate", "pubdate", "parsely-pub-date")
"""Names of meta elements that date an article; no other kind of page carries them."""

_WEB = ("http://", "https://")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Meta:
    """The meta elements of a page by name, first one first."""

    values: dict[str, list[str]]

    def said(self, *names: str) -> str:
        return next((value for name in names for value in self.values.get(name, ()) if value), "")

    def all(self, name: str) -> list[str]:
        return self.values.get(name, [])


def recognises(payload: Payload) -> bool:
    """Whether an HTML page is an article: by its own markup, or a headline with prose under it."""
    root = payload.html
    if root is None:
        return False
    meta = _meta(root)
    return bool(
        meta.said("og:type").lower() == "article"
        or meta.said("article:published_time", *DATES)
        or jsonld.describe(root).data
        or root.xpath("//*[contains(concat(' ', @itemprop, ' '), ' articleBody ')]")
        or any(
            sum(1 for _ in article.iter("p")) > 1 and article.find(".//h1") is not None
            for article in root.iter("article")
        )
        or maintext.is_bare_article(root)
    )


def read(payload: Payload, source: Source) -> Sequence[Draft | Refusal]:
    """Read the article.

    Raises:
        PayloadRefused: ``no_text``: the page shows no paragraph.
    """
    root = payload.html
    if root is None:
        return ()
    meta, described, clock = _meta(root), jsonld.describe(root), Clock(source.zone)
    title = _title(root, meta, described)
    rows, story = maintext.find(root, title)
    body, flags = _body(rows, described)
    if not body:
        msg = "The page shows no text of an article."
        raise PayloadRefused(msg, reason="no_text", remedy="Open the page; its text may be drawn by scripts.")
    page = _address(root, meta, described, source)
    media = tuple(described.media())
    expires = described.text("expires") or meta.said("article:expiration_time")
    expiry = read_date(expires, source.zone)
    item = Item(
        item_id="",
        language_declared=described.text("inLanguage") or _language(root) or source.language,
        title=title,
        summary=described.text("description") or htmltext.one_line(meta.said("og:description", "description")),
        body=body,
        markup=_markup(story),
        byline=", ".join(dict.fromkeys(map(htmltext.one_line, described.texts("author"))))
        or htmltext.one_line(meta.said("author"))
        or None,
        credit=described.text("creditText") or None,
        dateline=described.text("dateline") or None,
        published_at=clock.time(described.text("datePublished"), meta.said("article:published_time", *DATES)),
        updated_at=clock.time(described.text("dateModified"), meta.said("article:modified_time")),
        expires_at=expiry.end,
        rights=(*described.rights(), *_licences(root, source), *_rights(meta), *_unread_expiry(expires, expiry)),
        media=(*media, *feedmedia.inside(maintext.pictured(root, rows), media, "/html/body")),
        categories=tuple(_categories(meta, described)),
        signals=("correction",) if described.text("correction") else (),
        ed_note=described.text("correction") or None,
        source_url=page,
        flags=(*dict.fromkeys(clock.flags), *described.flags, *flags),
        pointer="/html",
        places=places(
            expires_at=_expiry_place(described) if expiry.end else None,
            credit=f"{jsonld.POINTER}/creditText" if described.text("creditText") else None,
        ),
    )
    return [Draft(item=item, has_guids=False)]


def _meta(root: etree._Element) -> _Meta:
    values: dict[str, list[str]] = {}
    for element in root.iter("meta"):
        name = element.get("property") or element.get("name") or element.get("itemprop")
        if name and element.get("content"):
            values.setdefault(name.strip().lower(), []).append((element.get("content") or "").strip())
    return _Meta(values=values)


def _title(root: etree._Element, meta: _Meta, described: jsonld.Described) -> str:
    headings = [said for heading in root.iter("h1") if (said := htmltext.line("".join(map(str, heading.itertext()))))]
    shown = headings[0] if len(headings) == 1 else ""
    named = next((said for title in root.iter("title") if (said := htmltext.line(title.text or ""))), "")
    return described.text("headline") or shown or htmltext.one_line(meta.said("og:title")) or named


def _body(rows: list[str], described: jsonld.Described) -> tuple[str, list[str]]:
    flags = [] if described.free else ["not_free"]
    shown = "\n".join(rows)
    text = next(described.texts("articleBody"), "")
    stated = htmltext.to_text(text) if htmltext.looks_like_markup(text) else htmltext.paragraphs(text)
    if len(stated) > 2 * len(shown):
        return stated, [*flags, "body_from_description"]
    return shown, flags


def _markup(story: etree._Element | None) -> str | None:
    if story is None:
        return None
    return etree.tostring(story, encoding="unicode", method="html", with_tail=False)


def _address(root: etree._Element, meta: _Meta, described: jsonld.Described, source: Source) -> str | None:
    """The page's own address: canonical link, ``og:url``, its description's, or where it was fetched."""
    canonical = next(
        (
            link.get("href") or ""
            for link in root.iter("link")
            if "canonical" in (link.get("rel") or "").lower().split()
        ),
        "",
    )
    for found in (canonical, meta.said("og:url"), described.text("mainEntityOfPage", "url"), source.url):
        try:
            address = urljoin(source.url, found.strip()) if found else ""
        except ValueError:
            continue
        if address.startswith(_WEB):
            return address
    return None


def _language(root: etree._Element) -> str | None:
    place = root if root.tag == "html" else root.getroottree().getroot()
    return (place.get("lang") or place.get("{http://www.w3.org/XML/1998/namespace}lang") or "").strip() or None


def _licences(root: etree._Element, source: Source) -> Iterator[RightsStatement]:
    """Licences that the page links to for its main content; a link to an RSL document is a policy."""
    for link in root.iter("link"):
        address = (link.get("href") or "").strip()
        if not address or "license" not in (link.get("rel") or "").lower().split():
            continue
        is_rsl = (link.get("type") or "").strip().lower() == "application/rsl+xml"
        with suppress(ValueError):  # an address that cannot be read stands as it is, and is no known licence
            address = urljoin(source.url, address)
        yield RightsStatement(
            kind=RightsKind.POLICY if is_rsl else RightsKind.LICENSE,
            value=address,
            pointer="/html/head/link[@rel='license']",
            type="rsl" if is_rsl else None,
        )


def _rights(meta: _Meta) -> Iterator[RightsStatement]:
    for name in ("copyright", "dc.rights", "dcterms.rights"):
        for value in meta.all(name):
            yield RightsStatement(kind=RightsKind.NOTICE, value=value, pointer=f"/html/head/meta[@name='{name}']")
    for name in ("robots", "googlebot"):
        for value in meta.all(name):
            said = {token.strip().lower() for token in value.split(",")}
            if refused := sorted(AI_TOKENS & said):
                yield RightsStatement(
                    kind=RightsKind.RESTRICTION,
                    value=" ".join(refused),
                    pointer=f"/html/head/meta[@name='{name}']",
                    polarity="deny",
                    type="robots-ai",
                )
    for value in meta.all("tdm-reservation"):
        if polarity := TDM.get(value):
            yield RightsStatement(
                kind=RightsKind.RESTRICTION,
                value=value,
                pointer="/html/head/meta[@name='tdm-reservation']",
                polarity=polarity,
                type="tdm-reservation",
            )
    for value in meta.all("tdm-policy"):
        place = "/html/head/meta[@name='tdm-policy']"
        yield RightsStatement(kind=RightsKind.POLICY, value=value, pointer=place, type="tdm-policy")


def _expiry_place(described: jsonld.Described) -> str:
    meta = "/html/head/meta[@property='article:expiration_time']"
    return f"{jsonld.POINTER}/expires" if described.text("expires") else meta


def _unread_expiry(text: str, expiry: Reading) -> tuple[RightsStatement, ...]:
    """An expiry that cannot be read, as a restriction that no rule understands: it is not the absence of one."""
    if not expiry.problem:
        return ()
    place = f"{jsonld.POINTER}/expires"
    return (RightsStatement(kind=RightsKind.RESTRICTION, value=text, pointer=place, type="validity_unread"),)


def _categories(meta: _Meta, described: jsonld.Described) -> Iterator[str]:
    stated = [*described.texts("articleSection"), *meta.all("article:section"), *described.texts("keywords")]
    seen = set()
    for text in (*stated, *meta.all("article:tag")):
        for term in text.split(",") if len(text) > 60 or text in meta.all("news_keywords") else [text]:  # noqa: PLR2004 - a list in one string
            if (said := htmltext.one_line(term)) and said not in seen:
                seen.add(said)
                yield said
