"""What the wire answers: a path and a client's validators in, a document out. No sockets here.

A feed moves on when a client shows that it has the current edition: a GET that carries the current edition's validator
gets the next edition. A pull that is repeated after a lost connection still carries the validator of the edition
before, so it gets the current edition again and nothing is skipped. Once the last edition is reached, its validator is
answered with 304 for good. Only GET moves a feed on, and article pages never do.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from html import escape
from http import HTTPStatus

from sample_wire import broken, render
from sample_wire.editions import Editions
from sample_wire.stories import Channel, Version

HTML = "text/html; charset=utf-8"
_DAMAGES: dict[str | None, Callable[[bytes], bytes]] = {
    None: lambda document: document,
    "truncated": broken.truncated,
    "mis_encoded": broken.mis_encoded,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """An answer's status, type and bytes.

    Attributes:
        body: The bytes, or a stream of them that has no known end.
        modified: When it changed last; None where an answer has no validators.
    """

    body: bytes | Iterator[bytes]
    content_type: str = HTML
    status: HTTPStatus = HTTPStatus.OK
    modified: datetime | None = None

    @property
    def tag(self) -> str | None:
        """The opaque part of its ETag: a hash of the body."""
        if self.modified is None or not isinstance(self.body, bytes):
            return None
        return hashlib.sha256(self.body).hexdigest()[:20]


@dataclass(frozen=True, slots=True, kw_only=True)
class Validators:
    """What a client says it has (RFC 9110, 13.1): ``If-None-Match`` wins over ``If-Modified-Since``."""

    if_none_match: str | None = None
    if_modified_since: str | None = None

    def hold(self, document: Document) -> bool:
        """Whether the client has exactly this document; tags compare weakly."""
        tag = document.tag
        if tag is None or document.modified is None:
            return False
        if self.if_none_match is not None:
            tags = {given.strip().removeprefix("W/").strip('"') for given in self.if_none_match.split(",")}
            return bool(tags & {tag, "*"})
        try:
            since = parsedate_to_datetime(self.if_modified_since or "")
        except ValueError:
            return False
        return document.modified <= since.replace(tzinfo=since.tzinfo or UTC)


@dataclass(slots=True, kw_only=True)
class Wire:
    """All partners' feeds and pages at their current editions; safe to call from several threads.

    Attributes:
        root: The wire's own address, such as ``http://127.0.0.1:8099``; links start with it.
    """

    channels: dict[str, Channel]
    editions: Editions
    root: str
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def answer(self, path: str, validators: Validators, *, moves_on: bool) -> Document:
        """The document at a path; ``moves_on`` says whether the request may bring a feed's next edition."""
        with self._lock:
            key = path.strip("/")
            if key == "":
                return self._index()
            if (channel := self.channels.get(key.removesuffix(".xml"))) and key.endswith(".xml"):
                return self._feed(channel, validators, moves_on=moves_on)
            owner, _, slug = key.removesuffix(".html").rpartition("/")
            if (channel := self.channels.get(owner)) and key.endswith(".html"):
                return self._page(channel, slug)
            if key.rpartition("/")[0] in self.channels and key.endswith(".png"):
                return Document(body=render.PICTURE, content_type="image/png", modified=self.editions.base)
            return self._odd(key)

    def _feed(self, channel: Channel, validators: Validators, *, moves_on: bool) -> Document:
        document = self._edition(channel)
        starts = self.editions.starts(channel.key)
        if moves_on and len(starts) < channel.editions and validators.hold(document):
            self.editions.advance(channel.key)
            document = self._edition(channel)
        return document

    def _view(self, channel: Channel) -> render.View:
        return render.View(channel=channel, starts=self.editions.starts(channel.key), root=self.root)

    def _edition(self, channel: Channel) -> Document:
        view = self._view(channel)
        return Document(
            body=_DAMAGES[channel.damage](render.feed(view)),
            content_type=f"application/{channel.format}+xml; charset=utf-8",
            modified=view.starts[-1],
        )

    def _page(self, channel: Channel, slug: str) -> Document:
        view = self._view(channel)
        story = next((story for story in channel.stories if story.slug == slug), None)
        version: Version | None = story.at(len(view.starts)) if story else None
        if story is None or version is None:
            return _plain(HTTPStatus.NOT_FOUND, "There is no such page.")
        if version.kill is not None:
            return _plain(HTTPStatus.GONE, "The agency has withdrawn this story.")
        return Document(body=render.page(view, story, version), modified=view.starts[version.edition - 1])

    def _index(self) -> Document:
        rows = [
            f'<li><a href="/{escape(key)}.xml">{escape(channel.title)}</a>: '
            f"edition {len(self.editions.starts(key))} of {channel.editions}</li>"
            for key, channel in self.channels.items()
        ]
        return _html(HTTPStatus.OK, title="Sample wire", body=f"<ul>{''.join(rows)}</ul>")

    def _odd(self, key: str) -> Document:
        """The answers of the broken partner that are no feed at all."""
        match key:
            case "glitchford/error-page.xml":
                return Document(body=broken.ERROR_PAGE.encode(), modified=self.editions.base)
            case "glitchford/entity-bomb.xml":
                bomb = broken.entity_bomb()
                return Document(
                    body=bomb, content_type="application/rss+xml; charset=utf-8", modified=self.editions.base
                )
            case "glitchford/endless.xml":
                return Document(body=broken.endless(), content_type="application/rss+xml; charset=utf-8")
            case "glitchford/server-error.xml":
                return _plain(HTTPStatus.INTERNAL_SERVER_ERROR, "The feed machine has tripped over its own cable.")
            case _:
                return _plain(HTTPStatus.NOT_FOUND, "There is no such page.")


def _plain(status: HTTPStatus, words: str) -> Document:
    return _html(status, title=f"{status.value} {status.phrase}", body=f"<p>{words}</p>")


def _html(status: HTTPStatus, *, title: str, body: str) -> Document:
    head = f'<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>{title}</title></head>\n'
    return Document(body=f"{head}<body><h1>{title}</h1>{body}</body></html>\n".encode(), status=status)
