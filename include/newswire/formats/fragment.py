"""A value that may be HTML, read once: its text and the images it shows."""

from __future__ import annotations

from dataclasses import dataclass

from newswire.formats import htmltext


@dataclass(frozen=True, slots=True, kw_only=True)
class Fragment:
    """What a value says that may be HTML.

    Attributes:
        text: Plain text, one paragraph a line.
        markup: The value itself where it is HTML, as received; None for plain text.
        images: Address and caption of every image it shows.
    """

    text: str = ""
    markup: str | None = None
    images: tuple[tuple[str, str], ...] = ()


def read(markup: str, *, html: bool | None = None) -> Fragment:
    """Read a value.

    Args:
        markup: HTML or plain text.
        html: Whether it is HTML, where its format says so.

    Raises:
        PayloadRefused: ``too_large`` or ``too_deep``.
    """
    if html is False or not (html or htmltext.looks_like_markup(markup)):
        return Fragment(text=htmltext.paragraphs(markup)) if markup else Fragment()
    if (root := htmltext.parse(markup)) is None:
        return Fragment()
    return Fragment(text="\n".join(htmltext.lines(root)), markup=markup, images=tuple(htmltext.images(root)))
