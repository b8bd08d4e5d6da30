"""The stylesheet that reads HTML as plain text: XSLT 1.0, built from the element tables.

libxslt walks a tree many times faster than Python does. The stylesheet is a constant: nothing of a payload ever becomes
part of it, and it may neither read nor write anything.
"""

from __future__ import annotations

from collections.abc import Iterable

from lxml import etree

from newswire.formats.elements import BREAKING, DROPPED, INLINE

BREAK = "\x7f"
"""The end of a paragraph in the stylesheet's output: a control character that no text has; line ends of the source are
blanks."""

_BREAK = f"<xsl:text>{BREAK}</xsl:text>"
_INSIDE = "<xsl:apply-templates/>"
_VERBATIM = ' mode="verbatim"'


def _template(match: Iterable[str], body: str, mode: str = "") -> str:
    return f'<xsl:template match="{"|".join(sorted(match))}"{mode}>{body}</xsl:template>'


_TEMPLATES = "".join(
    (
        _template(["*"], f"{_BREAK}{_INSIDE}{_BREAK}"),
        _template(["br"], _BREAK),
        _template(INLINE, _INSIDE),
        _template(["td", "th"], f'<xsl:if test="preceding-sibling::*[1]"> | </xsl:if>{_INSIDE}'),
        _template(DROPPED - BREAKING, ""),
        _template(BREAKING, _BREAK),
        _template(["pre"], f"{_BREAK}<xsl:apply-templates{_VERBATIM}/>{_BREAK}"),
        _template(["text()"], f"""<xsl:value-of select="translate(., '&#10;', '{BREAK}')"/>""", _VERBATIM),
        _template(["br"], _BREAK, _VERBATIM),
        _template(DROPPED, "", _VERBATIM),
    )
)
SKIPPED = "newswire-skipped"
"""An attribute that marks elements to be left out."""

_LEFT_OUT = f'<xsl:template match="*[@{SKIPPED}]" priority="2"/>'

_DENIED = ("read_file", "write_file", "create_dir", "read_network", "write_network")
_NO_ACCESS = etree.XSLTAccessControl(**dict.fromkeys(_DENIED, False))


def _compiled(templates: str) -> etree.XSLT:
    sheet = (
        '<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">'
        f'<xsl:output method="text" encoding="UTF-8"/>{templates}</xsl:stylesheet>'
    )
    return etree.XSLT(etree.XML(sheet), regexp=False, access_control=_NO_ACCESS)


TO_TEXT = _compiled(_TEMPLATES)
"""The stylesheet, ready to be applied to a tree."""

TO_TEXT_WITHOUT_SKIPPED = _compiled(_TEMPLATES + _LEFT_OUT)
"""The same, leaving out the elements that are marked."""
