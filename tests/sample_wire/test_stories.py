"""What the wire serves: feeds in order, feeds broken as announced, and texts in the shape of real ones."""

import html
import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import pytest
from lxml import etree

from sample_wire.stories import load_channels

CHANNELS = load_channels()
WHOLE = [key for key, channel in CHANNELS.items() if channel.damage is None]
SPOILT = [key for key, channel in CHANNELS.items() if channel.damage]
TEXTS = [
    (key, story, version)
    for key, channel in CHANNELS.items()
    for story in channel.stories
    for version in story.versions
    if version.kill is None
]
IDS = [f"{key}-{story.slug}-{version.edition}" for key, story, version in TEXTS]
PAGES = sorted({(key, story.slug) for key, story, version in TEXTS if version.edition == 1})


@pytest.mark.parametrize("key", WHOLE)
def test_feeds_are_well_formed_in_every_edition(wire, key):
    """Each feed in order can be read by a strict parser, edition for edition."""
    for _ in range(CHANNELS[key].editions):
        root = etree.fromstring(wire.pull(f"/{key}.xml").body)
        assert root.tag in {"rss", "{http://www.w3.org/2005/Atom}feed"}


@pytest.mark.parametrize("key", SPOILT)
def test_spoilt_feeds_are_not_well_formed(wire, key):
    """Each feed that is spoilt on purpose fails in a strict parser."""
    with pytest.raises(etree.XMLSyntaxError):
        etree.fromstring(wire.ask(f"/{key}.xml").body)


def test_error_page_is_html_with_200(wire):
    """The apology comes as a success."""
    answer = wire.ask("/glitchford/error-page.xml")
    assert answer.status == 200
    assert answer.body.startswith(b"<!DOCTYPE html>")


def test_entity_bomb_is_small_and_armed(wire):
    """The bomb is a kilobyte on the wire, and a strict parser refuses it."""
    body = wire.ask("/glitchford/entity-bomb.xml").body
    assert len(body) < 2000
    with pytest.raises(etree.XMLSyntaxError):
        etree.fromstring(body)


def test_server_error_is_500(wire):
    """The tripped feed answers 500 each time."""
    assert [wire.ask("/glitchford/server-error.xml").status for _ in range(2)] == [500, 500]


@pytest.mark.parametrize("version", [version for _, _, version in TEXTS], ids=IDS)
def test_texts_are_of_realistic_length(version):
    """A story has four to eight paragraphs and more than 600 characters."""
    assert 4 <= len(version.paragraphs) <= 8
    assert len("\n".join(version.paragraphs)) > 600
    assert version.title


@pytest.mark.parametrize("key", WHOLE)
def test_channels_have_enough_stories(key):
    """A first pull brings at least four stories of each feed in order."""
    assert sum(story.versions[0].edition == 1 for story in CHANNELS[key].stories) >= 4


@pytest.mark.parametrize(("key", "slug"), PAGES)
def test_page_holds_one_notice(wire, key, slug):
    """A page holds the notice once, after the credit that closes the last paragraph."""
    channel = CHANNELS[key]
    page = wire.ask(f"/{key}/{slug}.html").body.decode()
    text = html.unescape(re.sub(r"<[^>]+>", "", page))
    assert text.count(channel.notice) == 1
    label = channel.notice[:20]
    assert text.count(label) == 1
    assert f"{channel.credit}\n{channel.notice}\n" in text


@pytest.mark.parametrize(("key", "slug"), [pair for pair in PAGES if CHANNELS[pair[0]].teasers])
def test_teasers_follow_the_notice(wire, key, slug):
    """Three first sentences of other stories stand after the notice, each on its own line."""
    channel = CHANNELS[key]
    page = wire.ask(f"/{key}/{slug}.html").body.decode()
    article = html.unescape(page.partition("<article>")[2].partition("</article>")[0])
    story = next(story for story in channel.stories if story.slug == slug)
    after = article.partition(channel.notice)[2]
    leads = re.findall(r"<p>(.*?)</p>", after)
    assert leads == channel.leads(story)
    assert len(set(leads)) == 3
    assert story.versions[0].paragraphs[0] not in leads


def test_times_are_of_the_last_day(wire):
    """On a fresh wire every story was published within the last day, and none in the future."""
    now = datetime.now(UTC)
    for key in WHOLE:
        root = etree.fromstring(wire.ask(f"/{key}.xml").body)
        times = [parsedate_to_datetime(text) for text in root.xpath("//pubDate/text()")]
        atom = {"a": "http://www.w3.org/2005/Atom"}
        times += [datetime.fromisoformat(text) for text in root.xpath("//a:published/text()", namespaces=atom)]
        assert len(times) >= 4
        assert all(now - timedelta(days=1) < time <= now for time in times)


def test_identities_are_unique_and_free_of_the_port(wire):
    """No two stories share an id, and none changes with the port that the wire happens to have."""
    identities = [channel.identity(story) for channel in CHANNELS.values() for story in channel.stories]
    assert len(identities) == len(set(identities))
    assert not any(wire.root in identity for identity in identities)


def test_kill_targets_a_story_of_the_first_edition():
    """What is withdrawn was published before."""
    killed = [story for channel in CHANNELS.values() for story in channel.stories if story.versions[-1].kill]
    assert killed
    assert all(story.versions[0].kill is None and story.versions[0].edition == 1 for story in killed)
