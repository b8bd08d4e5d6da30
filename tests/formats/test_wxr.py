"""WordPress exports: posts whose content is out of the ordinary."""

from __future__ import annotations

import pytest

from newswire.model import Item, Refusal

SPACES = 'xmlns:wp="http://wordpress.org/export/1.2/" xmlns:content="http://purl.org/rss/1.0/modules/content/"'


def export(*contents: str) -> bytes:
    """An export of published posts with a content each, and of a picture attached to the first."""
    posts = "".join(
        f"<item><guid>urn:{number}</guid><title>Ferry</title><content:encoded><![CDATA[{content}]]></content:encoded>"
        f"<wp:post_id>{number}</wp:post_id><wp:status>publish</wp:status><wp:post_type>post</wp:post_type></item>"
        for number, content in enumerate(contents, start=1)
    )
    picture = (
        "<item><wp:post_id>99</wp:post_id><wp:post_parent>1</wp:post_parent><wp:post_type>attachment</wp:post_type>"
        "<wp:status>inherit</wp:status><wp:attachment_url>https://wire.example/pier.jpg</wp:attachment_url></item>"
    )
    version = "<wp:wxr_version>1.2</wp:wxr_version>"
    return f'<rss version="2.0" {SPACES}><channel>{version}{posts}{picture}</channel></rss>'.encode()


def test_a_post_that_cannot_be_read_is_refused_alone(read):
    """Markup nested too deep is its post's failure, not the export's."""
    found = read(export("<div>" * 400 + "x", "The ferry came back.")).entries
    assert [getattr(entry, "reason", None) for entry in found if isinstance(entry, Refusal)] == ["too_deep"]
    assert [entry.body for entry in found if isinstance(entry, Item)] == ["The ferry came back."]


@pytest.mark.parametrize("words", ["", "The ferry came back."])
def test_pictures_of_a_post_come_once(read, words):
    """One that is attached and shown is one component; an address without a host is the site's."""
    shown = '<img src="https://wire.example/pier.jpg"> <img src="/quay.jpg" alt="The quay">'
    [post] = read(export(words + shown)).entries
    assert post.body_html.count("<img") == 2
    assert [(media.url, media.caption) for media in post.media] == [
        ("https://wire.example/pier.jpg", None),
        ("https://wire.example/quay.jpg", "The quay"),
    ]
