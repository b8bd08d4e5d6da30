"""The stories that the wire serves, read from ``stories/``: channels, their stories and the stories' versions."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo

import yaml

STORIES = Path(__file__).parent / "stories"
_FILE = re.compile(r"(?P<slug>[a-z][a-z0-9-]*)(\.e(?P<edition>[2-9]))?\.md")
_LENGTH = re.compile(r"(?P<sign>-?)(?P<count>\d+)(?P<unit>[dhm])")
_UNITS = {"d": "days", "h": "hours", "m": "minutes"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Photo:
    """A photo that comes with a story: its file's name, who made it, and what it shows."""

    name: str
    credit: str
    caption: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """A story as one edition says it.

    Attributes:
        edition: The first edition of the feed that carries this version, from 1.
        paragraphs: The text, without credit, notice and teasers; none in a kill.
        ago: How long before its edition began the version was written.
        embargo: When it may be used, counted from the start of its edition; None without an embargo.
        correction: Whether the agency marks it as a correction.
        kill: Why the agency withdraws the story; None in a version that tells it.
        photos: What comes with it, in an Atom feed.
    """

    edition: int
    title: str = ""
    paragraphs: tuple[str, ...] = ()
    ago: timedelta = timedelta()
    categories: tuple[str, ...] = ()
    byline: str | None = None
    embargo: timedelta | None = None
    correction: bool = False
    kill: str | None = None
    photos: tuple[Photo, ...] = ()

    def written_at(self, starts: tuple[datetime, ...]) -> datetime:
        """When the version was written, given the starts of the editions so far."""
        return starts[self.edition - 1] - self.ago

    def usable_at(self, starts: tuple[datetime, ...]) -> datetime | None:
        """When its embargo ends, or None without one."""
        return None if self.embargo is None else starts[self.edition - 1] + self.embargo


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """A story and its versions, oldest first."""

    slug: str
    versions: tuple[Version, ...]

    def at(self, edition: int) -> Version | None:
        """The version that an edition carries; None before the story's first."""
        return next((version for version in reversed(self.versions) if version.edition <= edition), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """One feed of one partner.

    Attributes:
        partner: The partner's slug, first part of the feed's path.
        name: Second part of the path: ``/<partner>/<name>.xml``.
        format: ``rss`` or ``atom``.
        full: Whether the feed carries whole stories; else a summary and a link.
        credit: What closes the last paragraph, such as ``(ILKHA)``.
        notice: The line after it, in the language of the page.
        teasers: Whether first sentences of other stories follow the notice.
        damage: How the feed's bytes are spoilt before they are served; None for a feed in order.
    """

    partner: str
    name: str
    agency: str
    zone: ZoneInfo
    title: str
    description: str
    language: str
    rights: str
    credit: str
    notice: str
    stories: tuple[Story, ...]
    format: Literal["rss", "atom"] = "rss"
    full: bool = True
    teasers: bool = False
    damage: Literal["truncated", "mis_encoded"] | None = None

    @property
    def key(self) -> str:
        """What names the channel on the wire and in the state file."""
        return f"{self.partner}/{self.name}"

    @property
    def editions(self) -> int:
        """How many editions there are; the last one stays."""
        return max(version.edition for story in self.stories for version in story.versions)

    def identity(self, story: Story) -> str:
        """The story's identity: equal in all versions, and whatever port the wire listens on (RFC 4151)."""
        return f"tag:{self.partner}.example,2026:{self.name}/{story.slug}"

    def leads(self, story: Story) -> list[str]:
        """The first sentences that stand under a story: those of the next three that were there from the start."""
        first = [other for other in self.stories if other.versions[0].edition == 1]
        place = next((i for i, other in enumerate(first) if other.slug == story.slug), len(first) - 1)
        others = [*first[place + 1 :], *first[:place]]
        return [other.versions[0].paragraphs[0] for other in others[:3]]


def load_channels(directory: Path = STORIES) -> dict[str, Channel]:
    """Every channel by its key, such as ``ilkha/en``."""
    channels = {}
    for path in sorted(directory.glob("*/wire.yaml")):
        wire = yaml.safe_load(path.read_text(encoding="utf-8"))
        feeds: dict[str, dict[str, Any]] = wire.pop("feeds")
        zone = ZoneInfo(wire.pop("zone"))
        for name, feed in feeds.items():
            stories = _stories(path.parent / name)
            channel = Channel(partner=path.parent.name, name=name, zone=zone, stories=stories, **{**wire, **feed})
            channels[channel.key] = channel
    return channels


def _stories(directory: Path) -> tuple[Story, ...]:
    versions: dict[str, list[Version]] = {}
    for path in sorted(directory.glob("*.md")):
        name = _FILE.fullmatch(path.name)
        if name is None:
            msg = f"{path}: a story's file is named slug.md, and slug.e2.md from the second edition on."
            raise ValueError(msg)
        version = _version(path.read_text(encoding="utf-8"), edition=int(name["edition"] or 1))
        versions.setdefault(name["slug"], []).append(version)
    return tuple(
        Story(slug=slug, versions=tuple(sorted(found, key=lambda version: version.edition)))
        for slug, found in versions.items()
    )


def _version(text: str, *, edition: int) -> Version:
    _, head, body = text.split("---\n", 2)
    said = yaml.safe_load(head)
    for key in ("ago", "embargo"):
        if key in said:
            said[key] = _length(said[key])
    said["categories"] = tuple(said.get("categories", ()))
    said["photos"] = tuple(Photo(**photo) for photo in said.get("photos", ()))
    paragraphs = tuple(" ".join(block.split()) for block in body.strip().split("\n\n") if block.strip())
    return Version(edition=edition, paragraphs=paragraphs, **said)


def _length(value: str) -> timedelta:
    found = _LENGTH.fullmatch(value)
    if found is None:
        msg = f"{value!r} is not a length of time; write one such as 30d, 5h or -45m."
        raise ValueError(msg)
    length = timedelta(**{_UNITS[found["unit"]]: int(found["count"])})
    return -length if found["sign"] else length
