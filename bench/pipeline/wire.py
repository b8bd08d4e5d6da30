"""A wire to measure by: many stories in four languages, with their article pages, as files for a plain server.

The sentences are the sample wire's own, drawn anew for each story, so the texts are of real languages, closed by the
partner's credit and notice and followed by teasers as its pages are.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sample_wire import render
from sample_wire.stories import Channel, Story, Version, load_channels

PARTNER = "ilkha"
PARAGRAPHS = 9
BEGAN = datetime(2026, 11, 3, 8, tzinfo=UTC)


def channels(stories: int, *, changed: int = 0) -> list[Channel]:
    """The partner's channels, with so many stories among them, of which so many say something new."""
    known = [channel for channel in load_channels().values() if channel.partner == PARTNER]
    each = stories // len(known)
    return [replace(one, stories=_stories(one, each, changed // len(known))) for one in known]


def _stories(channel: Channel, count: int, changed: int) -> tuple[Story, ...]:
    paragraphs = [text for story in channel.stories for version in story.versions for text in version.paragraphs]
    return tuple(_story(f"story-{number}", paragraphs, changed=number < changed) for number in range(count))


def _story(slug: str, paragraphs: Sequence[str], *, changed: bool) -> Story:
    draw = random.Random(slug)  # noqa: S311 - repeatable text, no secret
    told = draw.sample(paragraphs, k=min(PARAGRAPHS, len(paragraphs)))
    if changed:
        told = told[1:]
    first = Version(
        edition=1,
        title=f"{told[-1].split('. ')[0][:80]} {slug}",
        paragraphs=tuple(told),
        ago=timedelta(minutes=draw.randrange(36 * 60)),
        categories=("local",),
    )
    return Story(slug=slug, versions=(first,))


def write(folder: Path, root: str, stories: int, *, changed: int = 0) -> None:
    """Write every feed and page as the server at ``root`` shows them."""
    for channel in channels(stories, changed=changed):
        view = render.View(channel=channel, starts=(BEGAN,), root=root)
        (folder / channel.key).mkdir(parents=True, exist_ok=True)
        _write(folder / f"{channel.key}.xml", render.feed(view))
        if not channel.full:
            for story in channel.stories:
                _write(folder / channel.key / f"{story.slug}.html", render.page(view, story, story.versions[0]))


def _write(path: Path, content: bytes) -> None:
    """Write a file if it says something else: a server tells by its time whether it has changed."""
    if not path.exists() or path.read_bytes() != content:
        path.write_bytes(content)
