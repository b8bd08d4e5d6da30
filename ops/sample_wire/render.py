"""The wire's documents: RSS 2.0, Atom (RFC 4287, deletions by RFC 6721) and article pages."""

from __future__ import annotations

import base64
import html
import json
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from pathlib import Path
from string import Template

from lxml import etree

from sample_wire.stories import Channel, Photo, Story, Version

ATOM = "http://www.w3.org/2005/Atom"
TOMBSTONES = "http://purl.org/atompub/tombstones/1.0"
CONTENT = "http://purl.org/rss/1.0/modules/content/"
DC = "http://purl.org/dc/elements/1.1/"
DCTERMS = "http://purl.org/dc/terms/"
MEDIA = "http://search.yahoo.com/mrss/"

PICTURE = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAMAAAACCAIAAAASFvFNAAAAEElEQVR42mOo6FkAQQxwFgBhlAnZBXiMtAAAAABJRU5ErkJggg=="
)
"""Every photo of the wire: three by two grey pixels, as PNG."""

_RIGHT_TO_LEFT = {"ar", "ckb", "fa"}
_PAGE = Template((Path(__file__).parent / "page.html").read_text(encoding="utf-8"))


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """A channel at one moment.

    Attributes:
        starts: When each edition so far began; the last of them is current.
        root: The wire's own address, such as ``http://127.0.0.1:8099``.
    """

    channel: Channel
    starts: tuple[datetime, ...]
    root: str

    @property
    def url(self) -> str:
        """The feed's address."""
        return f"{self.root}/{self.channel.key}.xml"

    def page_url(self, story: Story) -> str:
        """The address of a story's page."""
        return f"{self.root}/{self.channel.key}/{story.slug}.html"

    def photo_url(self, photo: Photo) -> str:
        """The address of a photo."""
        return f"{self.root}/{self.channel.key}/{photo.name}.png"

    def stories(self, *, killed: bool = False) -> list[tuple[Story, Version]]:
        """The stories of the current edition that stand (or else were killed), newest first."""
        found = [(story, story.at(len(self.starts))) for story in self.channel.stories]
        chosen = [(story, version) for story, version in found if version and (version.kill is not None) == killed]
        return sorted(chosen, key=lambda pair: self.published_at(pair[0]), reverse=True)

    def published_at(self, story: Story) -> datetime:
        """When a story was first published, in the agency's zone."""
        return story.versions[0].written_at(self.starts).astimezone(self.channel.zone)

    def updated_at(self, version: Version) -> datetime:
        """When a version was written, in the agency's zone."""
        return version.written_at(self.starts).astimezone(self.channel.zone)

    def usable_at(self, version: Version) -> datetime | None:
        """When a version's embargo ends, in the agency's zone."""
        at = version.usable_at(self.starts)
        return at and at.astimezone(self.channel.zone)


def feed(view: View) -> bytes:
    """The feed of the current edition, in the channel's format."""
    root = _rss(view) if view.channel.format == "rss" else _atom(view)
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True, pretty_print=True)


def page(view: View, story: Story, version: Version) -> bytes:
    """A story's page: navigation, the article with credit and notice, first sentences of other stories, footer."""
    channel = view.channel
    published, updated = view.published_at(story).isoformat(), view.updated_at(version).isoformat()
    linked_data = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": version.title,
        "inLanguage": channel.language,
        "datePublished": published,
        "dateModified": updated,
        "articleSection": list(version.categories),
        "publisher": {"@type": "NewsMediaOrganization", "name": channel.agency},
        "mainEntityOfPage": view.page_url(story),
    }
    words = {
        "language": channel.language,
        "direction": "rtl" if channel.language in _RIGHT_TO_LEFT else "ltr",
        "title": version.title,
        "summary": version.paragraphs[0],
        "agency": channel.agency,
        "url": view.page_url(story),
        "published": published,
        "updated": updated,
        "section": version.categories[0] if version.categories else "news",
        "home": f"{view.root}/",
        "feed": view.url,
        "feed_title": channel.title,
        "feed_type": f"application/{channel.format}+xml",
    }
    return _PAGE.substitute(
        {name: html.escape(word) for name, word in words.items()},
        linked_data=json.dumps(linked_data, ensure_ascii=False).replace("</", "<\\/"),
        body=_body(channel, version),
        teasers="\n".join(f"<p>{html.escape(lead)}</p>" for lead in channel.leads(story)) if channel.teasers else "",
    ).encode()


def _body(channel: Channel, version: Version) -> str:
    """The story as HTML: its paragraphs, the credit closing the last one, and the notice."""
    *first, last = version.paragraphs
    lines = [*first, f"{last} {channel.credit}", channel.notice]
    return "\n".join(f"<p>{html.escape(line, quote=False)}</p>" for line in lines)


def _add(parent: etree._Element, tag: str, text: str | None = None, **attributes: str) -> etree._Element:
    child = etree.SubElement(parent, tag, attributes)
    child.text = text
    return child


def _rss(view: View) -> etree._Element:
    channel = view.channel
    names = {"atom": ATOM, "content": CONTENT, "dc": DC, "dcterms": DCTERMS}
    root = etree.Element("rss", {"version": "2.0"}, nsmap=names)
    head = _add(root, "channel")
    _add(head, "title", channel.title)
    _add(head, "link", f"{view.root}/")
    _add(head, "description", channel.description)
    _add(head, "language", channel.language)
    _add(head, "copyright", channel.rights)
    _add(head, "lastBuildDate", format_datetime(view.starts[-1].astimezone(channel.zone)))
    _add(head, f"{{{ATOM}}}link", rel="self", href=view.url, type="application/rss+xml")
    for story, version in view.stories():
        _rss_item(_add(head, "item"), view, story, version)
    return root


def _rss_item(item: etree._Element, view: View, story: Story, version: Version) -> None:
    published, updated = view.published_at(story), view.updated_at(version)
    _add(item, "title", version.title)
    _add(item, "link", view.page_url(story))
    _add(item, "guid", view.channel.identity(story), isPermaLink="false")
    _add(item, "pubDate", format_datetime(published))
    if updated != published:
        _add(item, f"{{{DCTERMS}}}modified", updated.isoformat())
    _embargo(item, view, version)
    for category in _categories(version):
        _add(item, "category", category)
    if version.byline:
        _add(item, f"{{{DC}}}creator", version.byline)
    _add(item, "description", version.paragraphs[0])
    if view.channel.full:
        _add(item, f"{{{CONTENT}}}encoded").text = etree.CDATA(_body(view.channel, version))


def _atom(view: View) -> etree._Element:
    channel = view.channel
    root = etree.XML(f'<feed xmlns="{ATOM}" xmlns:at="{TOMBSTONES}" xmlns:dcterms="{DCTERMS}" xmlns:media="{MEDIA}"/>')
    root.set("{http://www.w3.org/XML/1998/namespace}lang", channel.language)
    _add(root, f"{{{ATOM}}}id", f"tag:{channel.partner}.example,2026:{channel.name}")
    _add(root, f"{{{ATOM}}}title", channel.title)
    _add(root, f"{{{ATOM}}}subtitle", channel.description)
    _add(root, f"{{{ATOM}}}updated", view.starts[-1].astimezone(channel.zone).isoformat())
    _add(root, f"{{{ATOM}}}rights", channel.rights)
    _add(_add(root, f"{{{ATOM}}}author"), f"{{{ATOM}}}name", channel.agency)
    _add(root, f"{{{ATOM}}}link", rel="self", href=view.url, type="application/atom+xml")
    for story, version in view.stories(killed=True):
        gone = {"ref": channel.identity(story), "when": view.updated_at(version).isoformat()}
        _add(_add(root, f"{{{TOMBSTONES}}}deleted-entry", **gone), f"{{{TOMBSTONES}}}comment", version.kill)
    for story, version in view.stories():
        _atom_entry(_add(root, f"{{{ATOM}}}entry"), view, story, version)
    return root


def _atom_entry(entry: etree._Element, view: View, story: Story, version: Version) -> None:
    _add(entry, f"{{{ATOM}}}id", view.channel.identity(story))
    _add(entry, f"{{{ATOM}}}title", version.title)
    _add(entry, f"{{{ATOM}}}published", view.published_at(story).isoformat())
    _add(entry, f"{{{ATOM}}}updated", view.updated_at(version).isoformat())
    _embargo(entry, view, version)
    _add(entry, f"{{{ATOM}}}link", rel="alternate", type="text/html", href=view.page_url(story))
    if version.byline:
        _add(_add(entry, f"{{{ATOM}}}author"), f"{{{ATOM}}}name", version.byline)
    for category in _categories(version):
        _add(entry, f"{{{ATOM}}}category", term=category)
    for photo in version.photos:
        content = _add(entry, f"{{{MEDIA}}}content", url=view.photo_url(photo), type="image/png", medium="image")
        _add(content, f"{{{MEDIA}}}description", photo.caption)
        _add(content, f"{{{MEDIA}}}credit", photo.credit)
    _add(entry, f"{{{ATOM}}}summary", version.paragraphs[0])
    if view.channel.full:
        _add(entry, f"{{{ATOM}}}content", _body(view.channel, version), type="html")


def _embargo(parent: etree._Element, view: View, version: Version) -> None:
    usable = view.usable_at(version)
    if usable is not None:
        _add(parent, f"{{{DCTERMS}}}available", usable.isoformat())


def _categories(version: Version) -> tuple[str, ...]:
    return (*version.categories, "correction") if version.correction else version.categories
