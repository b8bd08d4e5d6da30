"""The feeds that are measured, written and not sampled.

``full_text`` is RSS 2.0 whose every item carries all rights elements, ``weblog`` is what WordPress makes of a site: no
rights but the feed's, HTML in CDATA, and pictures in many sizes.
"""

from __future__ import annotations

import random
from xml.sax.saxutils import escape

NAMESPACES = {
    "content": "http://purl.org/rss/1.0/modules/content/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "dcterms": "http://purl.org/dc/terms/",
    "media": "http://search.yahoo.com/mrss/",
    "creativeCommons": "http://backend.userland.com/creativeCommonsRssModule",
    "rsl": "https://rslstandard.org/rsl",
    "atom": "http://www.w3.org/2005/Atom",
    "wfw": "http://wellformedweb.org/CommentAPI/",
    "slash": "http://purl.org/rss/1.0/modules/slash/",
    "sy": "http://purl.org/rss/1.0/modules/syndication/",
}
_VOCABULARY = (
    "harbour council ferry pier night report river market bridge teacher budget winter signal captain "
    "village lamp station engine meeting season crossing island weather decision student minister "
    "festival library orchard repair yesterday morning without between before several against together "
    "nearly quietly opened closed measured moved said asked found carried the a of and in to for with on "
    "at by from"
)
WORDS = _VOCABULARY.split()

_ITEM = """\
<item>
 <title>{title}</title>
 <link>https://wire.example/2026/11/{number}</link>
 <guid isPermaLink="false">wire.example:{number}</guid>
 <pubDate>Tue, 03 Nov 2026 {hour:02}:{minute:02}:00 +0300</pubDate>
 <dcterms:modified>2026-11-03T{hour:02}:{minute:02}:30Z</dcterms:modified>
 <dcterms:valid>start=2026-11-03T00:00:00Z; end=2027-11-03T00:00:00Z; scheme=W3C-DTF;</dcterms:valid>
 <dc:creator>Ada Quay</dc:creator><dc:language>en</dc:language>
 <dc:rights>All rights reserved by Harbour Wire Ltd. Story {number}.</dc:rights>
 <dcterms:rights>No use without a written contract.</dcterms:rights>
 <dcterms:rightsHolder>Harbour Wire Ltd.</dcterms:rightsHolder>
 <dcterms:license>https://harbour.example/terms/agency</dcterms:license>
 <dcterms:accessRights>Subscribers only</dcterms:accessRights>
 <creativeCommons:license>https://creativecommons.org/licenses/by-nd/4.0/</creativeCommons:license>
 <category>Shipping</category><category>Local</category>
 <source url="https://other.example/feed.xml">Other Agency</source>
 <media:restriction relationship="allow" type="country">tr gb de</media:restriction>
 <media:restriction relationship="deny" type="sharing"/>
 <media:content url="https://wire.example/{number}.jpg" type="image/jpeg" medium="image">
  <media:title>The pier</media:title><media:description>Two boats at one pier</media:description>
  <media:credit role="photographer">C. Anchor</media:credit>
  <media:copyright url="https://third.example/">Third Photos</media:copyright>
  <media:license href="https://creativecommons.org/licenses/by/4.0/" type="text/html">CC BY</media:license>
  <media:rights status="official"/><media:status state="active"/>
 </media:content>
 <rsl:content url="https://wire.example/2026/11/{number}"><rsl:license>
  <rsl:permits type="usage">search</rsl:permits><rsl:prohibits type="usage">ai-train</rsl:prohibits>
  <rsl:prohibits type="geo">XX</rsl:prohibits><rsl:payment type="subscription"/>
 </rsl:license></rsl:content>
 <description>{summary}</description>
 <content:encoded>{body}</content:encoded>
</item>
"""


_POST = """\
<item>
 <title>{title}</title>
 <link>https://wire.example/2026/11/{number}/</link>
 <comments>https://wire.example/2026/11/{number}/#respond</comments>
 <dc:creator><![CDATA[Ada Quay]]></dc:creator>
 <pubDate>Tue, 03 Nov 2026 {hour:02}:{minute:02}:00 +0000</pubDate>
 <category><![CDATA[Shipping]]></category><category><![CDATA[Local]]></category>
 <guid isPermaLink="false">https://wire.example/?p={number}</guid>
 <description><![CDATA[<p>{summary} [&#8230;]</p>
<p>The post <a href="https://wire.example/2026/11/{number}/">{title}</a> appeared first on
<a href="https://wire.example">Harbour Wire</a>.</p>]]></description>
 <content:encoded><![CDATA[{body}]]></content:encoded>
 <wfw:commentRss>https://wire.example/2026/11/{number}/feed/</wfw:commentRss>
 <slash:comments>0</slash:comments>
</item>
"""


def full_text(items: int, paragraphs: int, *, seed: int = 1) -> bytes:
    """A feed of so many items, each with so many paragraphs of HTML; every other item quotes its markup in CDATA."""
    draw = random.Random(seed)  # noqa: S311 - repeatable text, no secret
    declared = " ".join(f'xmlns:{prefix}="{uri}"' for prefix, uri in NAMESPACES.items())
    head = (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0" {declared}><channel><title>Harbour Wire</title>'
        "<link>https://wire.example/</link><description>News</description><language>en-GB</language>"
        "<copyright>© Harbour Wire</copyright><rsl:content url='/'><rsl:license><rsl:prohibits type='usage'>ai-all"
        "</rsl:prohibits></rsl:license></rsl:content>"
    )
    return (head + "".join(_item(draw, number, paragraphs) for number in range(items)) + "</channel></rss>").encode()


def weblog(items: int, paragraphs: int, *, seed: int = 1) -> bytes:
    """A feed of so many posts, as WordPress writes them."""
    draw = random.Random(seed)  # noqa: S311 - repeatable text, no secret
    declared = " ".join(f'xmlns:{prefix}="{uri}"' for prefix, uri in NAMESPACES.items())
    head = (
        f'<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" {declared}><channel><title>Harbour Wire</title>'
        '<atom:link href="https://wire.example/feed/" rel="self" type="application/rss+xml" />'
        "<link>https://wire.example</link><description>News</description><language>en-GB</language>"
        "<copyright>© Harbour Wire</copyright><generator>https://wordpress.org/?v=6.8</generator>\n"
    )
    return (head + "".join(_post(draw, number, paragraphs) for number in range(items)) + "</channel></rss>").encode()


def _post(draw: random.Random, number: int, paragraphs: int) -> str:
    sizes = ", ".join(f"https://wire.example/{number}-{width}x{width}.jpg {width}w" for width in range(150, 1800, 300))
    picture = (
        f'<figure class="wp-block-image size-large"><img decoding="async" width="1024" height="683" '
        f'src="https://wire.example/{number}-1024x683.jpg" alt="{_sentence(draw, 3)}" class="wp-image-{number}" '
        f'srcset="{sizes}" sizes="(max-width: 1024px) 100vw, 1024px" />'
        f'<figcaption class="wp-element-caption">{_sentence(draw, 8)}</figcaption></figure>\n\n\n\n'
    )
    return _POST.format(
        number=number,
        title=_sentence(draw, 9),
        summary=_sentence(draw, 50),
        body=f"{picture}{_body(draw, number, paragraphs)}",
        hour=number % 24,
        minute=number % 60,
    )


def _item(draw: random.Random, number: int, paragraphs: int) -> str:
    body = _body(draw, number, paragraphs)
    quoted = escape(body) if number % 2 else f"<![CDATA[{body}]]>"
    return _ITEM.format(
        number=number,
        title=_sentence(draw, 9),
        summary=_sentence(draw, 30),
        body=quoted,
        hour=number % 24,
        minute=number % 60,
    )


def _body(draw: random.Random, number: int, paragraphs: int) -> str:
    rows = [f"<p>{_sentence(draw, 45)} <a href='/2026/{draw.randrange(999)}'>{_sentence(draw, 3)}</a></p>"]
    for row in range(1, paragraphs):
        middle = f"{_sentence(draw, 25)} <strong>{_sentence(draw, 3)}</strong> &amp; <em>{_sentence(draw, 4)}</em>"
        rows.append(f"<p>{middle} &ldquo;{_sentence(draw, 12)}&rdquo; don&#8217;t {_sentence(draw, 8)}.</p>")
        if row % 6 == 0:
            rows.append(
                f'<figure><img src="https://wire.example/{number}-{row}.jpg" alt="view" width="640" height="400"/>'
                f"<figcaption>{_sentence(draw, 8)}</figcaption></figure>"
            )
        if row % 9 == 0:
            rows.append(
                f"<ul><li>{_sentence(draw, 6)}</li><li>{_sentence(draw, 6)}</li></ul><h2>{_sentence(draw, 5)}</h2>"
            )
    return "\n".join([*rows, "<p>All rights reserved. No use without a written contract. (HARBOUR)</p>"])


def _sentence(draw: random.Random, words: int) -> str:
    return " ".join(draw.choices(WORDS, k=words)).capitalize()
