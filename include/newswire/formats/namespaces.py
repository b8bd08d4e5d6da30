"""XML namespaces and the one prefix by which each is known here.

Feeds spell the same namespace in several ways and sometimes forget to declare a prefix; every spelling maps to one
canonical prefix, so that readers ask for ``media:restriction`` and nothing else. The prefix ``""`` marks the core
vocabularies of RSS, NewsML and NITF, which senders write with and without their namespace.
"""

from __future__ import annotations

PREFIXES = {
    "": "",
    "http://purl.org/rss/1.0/": "",
    "http://my.netscape.com/rdf/simple/0.9/": "",
    "http://channel.netscape.com/rdf/simple/0.9/": "",
    "http://backend.userland.com/rss": "",
    "http://backend.userland.com/rss2": "",
    "http://backend.userland.com/rss091": "",
    "http://blogs.law.harvard.edu/tech/rss": "",
    "http://www.w3.org/2005/Atom": "atom",
    "http://purl.org/atom/ns#": "atom",
    "http://www.w3.org/2007/app": "app",
    "http://purl.org/atom/app#": "app",
    "http://purl.org/atompub/tombstones/1.0": "at",
    "http://purl.org/syndication/history/1.0": "fh",
    "http://purl.org/rss/1.0/modules/content/": "content",
    "http://purl.org/dc/elements/1.1/": "dc",
    "http://purl.org/dc/elements/1.0/": "dc",
    "http://purl.org/dc/terms/": "dcterms",
    "http://search.yahoo.com/mrss/": "media",
    "http://search.yahoo.com/mrss": "media",
    "http://www.rssboard.org/media-rss": "media",
    "http://backend.userland.com/creativeCommonsRssModule": "creativeCommons",
    "http://cyber.law.harvard.edu/rss/creativeCommonsRssModule.html": "creativeCommons",
    "http://iptc.org/std/nar/2006-10-01/": "",
    "http://iptc.org/std/NITF/2006-10-18/": "",
    "http://iptc.org/std/NewsML/2003-10-10/": "",
    "http://web.resource.org/cc/": "cc",
    "http://creativecommons.org/ns#": "cc",
    "https://rslstandard.org/rsl": "rsl",
    "http://rslstandard.org/rsl": "rsl",
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#": "rdf",
    "http://www.w3.org/1999/xhtml": "xhtml",
    "http://feed.wenn.com/xmlns/2010/03/wenn_nm": "wenn_nm",
    "http://wordpress.org/export/1.0/": "wp",
    "http://wordpress.org/export/1.1/": "wp",
    "http://wordpress.org/export/1.2/": "wp",
    "http://wordpress.org/export/1.0/excerpt/": "excerpt",
    "http://wordpress.org/export/1.1/excerpt/": "excerpt",
    "http://wordpress.org/export/1.2/excerpt/": "excerpt",
}
"""Namespace URI to canonical prefix."""

UNDECLARED = frozenset(PREFIXES.values()) - {""} | {"rss"}
"""Prefixes that are understood even where a broken feed does not declare them."""

RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
XML = "{http://www.w3.org/XML/1998/namespace}"
LANG = f"{XML}lang"


def canonical(tag: str) -> str:
    """The canonical name of a Clark-notation tag: ``media:restriction``, ``title``, or ``{uri}name`` if unknown."""
    uri, _, local = tag[1:].partition("}") if tag.startswith("{") else ("", "", tag)
    if uri in PREFIXES:
        prefix = PREFIXES[uri]
        if not prefix and ":" in local:
            head, _, rest = local.partition(":")
            return (rest if head == "rss" else local) if head in UNDECLARED else local
        return f"{prefix}:{local}" if prefix else local
    return f"{{{uri}}}{local}"
