"""WordPress eXtended RSS (WXR 1.0 to 1.2): an export of a site, drafts and deleted posts included.

An item is what its ``wp:post_type`` says: posts are stories (pages too, flagged ``static_page``), attachments are the
components of the posts that name them, everything else (menus, revisions) is no news item. Only what is published is
usable; a scheduled post is under embargo until its date, and one with a password is withheld.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from dataclasses import replace as changed
from datetime import UTC, datetime

from msgspec.structs import replace

from newswire.formats import feedmedia, htmltext, rss
from newswire.formats.dates import Reading
from newswire.formats.dates import read as read_date
from newswire.formats.identity import Draft
from newswire.formats.namespaces import PREFIXES
from newswire.formats.payload import Payload
from newswire.formats.places import Places, places
from newswire.formats.source import Source
from newswire.formats.xmltree import Node
from newswire.model import Embargo, Item, Media, Refusal, RightsKind, RightsStatement, Scope, Status

STATUS = {
    "": Status.USABLE,
    "publish": Status.USABLE,
    "future": Status.USABLE,
    "inherit": Status.USABLE,
    "draft": Status.WITHHELD,
    "auto-draft": Status.WITHHELD,
    "pending": Status.WITHHELD,
    "private": Status.WITHHELD,
    "trash": Status.DELETED,
}
"""``wp:status``; any other is unknown."""

NO_STORIES = frozenset(
    [
        *("nav_menu_item", "revision", "custom_css", "customize_changeset", "oembed_cache", "user_request"),
        *("wp_block", "wp_template", "wp_template_part", "wp_global_styles", "wp_navigation", "wp_font_family"),
        *("wp_font_face", "acf-field", "acf-field-group", "feedback", "wpcf7_contact_form"),
    ]
)
"""Types of WordPress and of widespread extensions that hold no story."""

RIGHTS_META = {
    "copyright": RightsKind.NOTICE,
    "rights": RightsKind.NOTICE,
    "license": RightsKind.LICENSE,
    "licence": RightsKind.LICENSE,
    "usage_terms": RightsKind.USAGE_TERMS,
}
"""Custom fields, underscore before them left out, that speak about rights."""

EXPIRY_META = ("_expiration-date",)
"""Custom fields that hold an expiry in seconds since 1970."""

CREDIT_META = ("_media_credit", "credit", "_credit")

_CAPTION = re.compile(r"\[caption\b[^\]]*\](.*?(?:</a>|/>|<img[^>]*>))\s*(.*?)\[/caption\]", re.DOTALL)
_CLOSED = re.compile(r"\[/([a-z][\w-]*)\]")
_SHORTCODE = re.compile(r"\[/?([a-z][\w-]*)((?:\s[^\]\n]*)?)/?\]")
_ALONE = re.compile(r"^\s*\[[a-z][\w-]*\]\s*$", re.MULTILINE)
_KNOWN_CODES = frozenset(["gallery", "embed", "audio", "video", "playlist", "caption", "more", "nextpage"])
_BLANK_LINE = re.compile(r"\n[ \t\r]*\n\s*")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Export:
    """What the items of an export share: authors by login, and attachments by their id."""

    authors: dict[str, str]
    attachments: dict[str, Node]
    channel: rss.Shared


def recognises(payload: Payload) -> bool:
    """Whether the document is RSS with WordPress's export elements."""
    root = payload.xml
    if root is None or root.name != "rss" or not _names_exports(root, payload):
        return False
    return any(channel.first("wp:wxr_version", "wp:author") for channel in root.all("channel")) or any(
        node.first("wp:post_type", "wp:status") for node in rss.items(root)
    )


def _names_exports(root: Node, payload: Payload) -> bool:
    """Whether the export's elements are declared; a broken document may have them all the same."""
    declared = {uri for place in (root, *root.all("channel")) for uri in place.element.nsmap.values()}
    return any(PREFIXES.get(uri) == "wp" for uri in declared) or (
        "recovered_xml" in payload.flags and "wp:" in payload.text
    )


def read(payload: Payload, source: Source) -> Sequence[Draft | Refusal]:
    """Read every item; attachments stand with the posts that name them, alone they are refused."""
    root = payload.xml
    if root is None:
        return ()
    channel = root.first("channel") or root
    nodes = list(rss.items(root))
    export = _Export(
        authors=dict(_authors(channel)),
        attachments={node.said("wp:post_id"): node for node in nodes if _type(node) == "attachment"},
        channel=changed(rss.shared(channel, source), prepared=_html),
    )
    posts = [node for node in nodes if _type(node) != "attachment"]
    used = {shown.said("wp:post_id") for post in posts for shown in _shown(post, export)}
    return [
        _entry(node, export) for node in nodes if _type(node) != "attachment" or node.said("wp:post_id") not in used
    ]


def _entry(node: Node, export: _Export) -> Draft | Refusal:
    kind = _type(node)
    if kind == "attachment" or kind in NO_STORIES:
        detail = f"The item is a WordPress {kind}, which is no story" + (
            " of its own." if kind == "attachment" else "."
        )
        return Refusal(reason="not_news_item", detail=detail, pointer=node.pointer)
    drafted = rss.entry(node, export.channel)
    return drafted if isinstance(drafted, Refusal) else replace(drafted, item=_completed(drafted.item, node, export))


def _completed(item: Item, node: Node, export: _Export) -> Item:
    """The RSS item with what the export says beyond RSS."""
    published, modified = (_gmt(node, name) for name in ("wp:post_date_gmt", "wp:post_modified_gmt"))
    media = tuple(_media(shown) for shown in _shown(node, export))
    addresses = {shown.url for shown in media}
    meta = dict(_meta(node))
    protected = bool(node.said("wp:post_password"))
    state = STATUS.get(node.said("wp:status"), Status.UNKNOWN)
    scheduled = node.said("wp:status") == "future"
    flags = [flag for flag in item.flags if flag != "bad_date" or not node.said("wp:post_date_gmt").startswith("0000")]
    status = max(item.status, state, Status.WITHHELD if protected else Status.USABLE, key=feedmedia.RANK.index)
    completed = replace(
        item,
        status=status,
        summary=htmltext.one_line(node.said("excerpt:encoded")) or item.summary,
        byline=export.authors.get(item.byline or "", item.byline),
        credit=item.credit or next((meta[name] for name in CREDIT_META if name in meta), None),
        published_at=published.start or item.published_at,
        updated_at=modified.start or item.updated_at,
        embargo=_scheduled(node, published) if scheduled else item.embargo,
        expires_at=_expiry(meta) or item.expires_at,
        rights=(*_rights(node, meta, Scope.ITEM), *item.rights),
        media=(*media, *(shown for shown in item.media if shown.url not in addresses)),
        flags=(
            *flags,
            *(("protected_post",) if protected else ()),
            *(("static_page",) if _type(node) == "page" else ()),
        ),
    )
    return replace(completed, places=_places(item, completed, node))


def _places(item: Item, completed: Item, node: Node) -> Places:
    """Where stands what decisions rest on: as in RSS, where the export says nothing beyond it."""
    state = STATUS.get(node.said("wp:status"), Status.UNKNOWN)
    own = {
        "status": f"{node.pointer}/{'wp:status' if state is completed.status else 'wp:post_password'}",
        "expires_at": _meta_at(node, EXPIRY_META),
        "credit": _meta_at(node, CREDIT_META),
    }
    changed = {field: place for field, place in own.items() if getattr(completed, field) != getattr(item, field)}
    return places(**{**dict(item.places), **changed})


def _meta_at(node: Node, names: Sequence[str]) -> str | None:
    found = (meta for meta in node.all("wp:postmeta") if meta.said("wp:meta_key") in names)
    return next((meta.pointer for meta in found), None)


def _type(node: Node) -> str:
    return node.said("wp:post_type") or "post"


def _authors(channel: Node) -> Iterator[tuple[str, str]]:
    for author in channel.all("wp:author"):
        login, name = author.said("wp:author_login"), author.said("wp:author_display_name")
        if login and name:
            yield login, htmltext.one_line(name)


def _shown(post: Node, export: _Export) -> list[Node]:
    """The attachments of a post: its thumbnail, then those whose parent it is."""
    thumbnail = export.attachments.get(dict(_meta(post)).get("_thumbnail_id", ""))
    own = post.said("wp:post_id")
    children = [node for node in export.attachments.values() if own and node.said("wp:post_parent") == own]
    return [*([thumbnail] if thumbnail else []), *(node for node in children if node is not thumbnail)]


def _media(node: Node) -> Media:
    """An attachment as a component, with its own status and rights; ``inherit`` means its post's."""
    meta = dict(_meta(node))
    address = node.said("wp:attachment_url", "link")
    state = STATUS.get(node.said("wp:status"), Status.UNKNOWN)
    protected = Status.WITHHELD if node.said("wp:post_password") else Status.USABLE
    return Media(
        url=address if address.startswith(("http://", "https://")) else None,
        medium=_medium(address),
        title=htmltext.one_line(node.said("title")) or None,
        caption=htmltext.one_line(node.said("excerpt:encoded", "content:encoded", "description")) or None,
        credit=next((meta[name] for name in CREDIT_META if name in meta), None),
        status=max(state, protected, key=feedmedia.RANK.index),
        rights=tuple(_rights(node, meta, Scope.MEDIA)),
        pointer=node.pointer,
    )


def _medium(address: str) -> str | None:
    ending = address.partition("?")[0].rpartition(".")[2].lower()
    kinds = {"image": "jpg jpeg png gif webp avif svg", "video": "mp4 m4v mov webm ogv", "audio": "mp3 m4a ogg wav"}
    return next((kind for kind, endings in kinds.items() if ending in endings.split()), None)


def _meta(node: Node) -> Iterator[tuple[str, str]]:
    for meta in node.all("wp:postmeta"):
        if value := htmltext.one_line(meta.said("wp:meta_value")):
            yield meta.said("wp:meta_key"), value


def _rights(node: Node, meta: dict[str, str], scope: Scope) -> Iterator[RightsStatement]:
    for name, value in meta.items():
        if kind := RIGHTS_META.get(name.lower().lstrip("_")):
            place = f"{node.pointer}/wp:postmeta[wp:meta_key='{name}']"
            yield RightsStatement(kind=kind, value=value, scope=scope, pointer=place)


def _gmt(node: Node, name: str) -> Reading:
    """A time that WordPress writes without a zone and means as GMT; all zeros are none."""
    said = node.said(name)
    return Reading() if not said or said.startswith("0000") else read_date(f"{said} GMT")


def _scheduled(node: Node, published: Reading) -> Embargo:
    name = "wp:post_date_gmt"
    return Embargo(
        until=published.start, problem=published.problem, raw=node.said(name), pointer=f"{node.pointer}/{name}"
    )


def _expiry(meta: dict[str, str]) -> datetime | None:
    said = next((meta[name] for name in EXPIRY_META if name in meta), "")
    return datetime.fromtimestamp(int(said), UTC) if re.fullmatch(r"\d{9,10}", said) else None


def _html(content: str) -> str:
    """The content as HTML: blank lines end paragraphs, captions belong to their pictures, shortcodes are left out."""
    if not content:
        return ""
    content = _CAPTION.sub(r"<figure>\1<figcaption>\2</figcaption></figure>", content)
    closed = set(_CLOSED.findall(content)) | _KNOWN_CODES
    content = _ALONE.sub("", content)
    content = _SHORTCODE.sub(lambda match: "" if match[1] in closed or "=" in match[2] else match[0], content)
    return f"<p>{_BLANK_LINE.sub('</p>' + chr(10) + '<p>', content.strip())}</p>"
