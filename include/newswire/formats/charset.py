"""From bytes to text: what a payload says about its encoding, and what is done where that is wrong."""

from __future__ import annotations

import codecs
import re

KNOWN = re.compile(
    r"utf-(8|8-sig|16|32|(16|32)-[bl]e)|ascii|iso8859-\d+|cp\d+|koi8-[rtu]|gb2312|gbk|gb18030|big5|euc_\w+"
    r"|shift_jis|iso2022_\w+|mac-\w+|tis-620"
)
"""Codecs that payloads may name. Python has others (utf-7, punycode) that would smuggle markup past a check."""

WIDER = {"iso8859-1": "cp1252", "iso8859-9": "cp1254", "gb2312": "gb18030", "gbk": "gb18030", "ascii": "utf-8"}
"""Supersets that senders mean when they write the smaller name, as browsers read them (WHATWG Encoding)."""

ARABIC_RUN = 2.5
"""Mean length from which runs of high bytes are words of Arabic script."""

BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)

ENOUGH_NULS = 4
"""From how many NULs on their places tell an encoding."""

_WIDE_MARKS = tuple(mark for mark, name in BOMS if name != "utf-8")
_DECLARED = re.compile(rb"<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([A-Za-z0-9._:-]+)")
_META = re.compile(rb"<meta[^>]{0,300}?charset\s*=\s*[\"']?\s*([A-Za-z0-9._:-]+)", re.IGNORECASE)
_PARAMETER = re.compile(r"charset\s*=\s*[\"']?\s*([A-Za-z0-9._:-]+)", re.IGNORECASE)
_BYTEWISE = re.compile(r"cp125\d|iso8859-\d+")
_TWICE = re.compile(rb"\xc3[\x82-\xb4](?:\xc2[\x80-\xbf]|[\xc5\xc6\xcb\xe2])")
"""How UTF-8 looks that was encoded again: the first byte of a letter, then another one."""
_C1_CONTROLS = {code: 0xDC00 + code for code in range(0x80, 0xA0)}
_TURKISH = b"\xd0\xdd\xde\xf0\xfd\xfe"
"""Six letters of Turkish in windows-1254; in windows-1252 they are Icelandic's."""
_ACCENTED = bytes(range(0xC0, 0xC2)) + b"\xc6\xc9\xcd\xd3\xda\xe0\xe1\xe6\xe9\xed\xf3\xfa"
"""Letters in windows-1252 that Icelandic and its neighbours cannot do without, and Turkish can."""
ENOUGH_TURKISH = 5
"""From how many of the six letters a text labelled Western is Turkish, where few others are accented."""
_LETTER = rb"[A-Za-z\xc0-\xff]"
_LOOKS_TURKISH = re.compile(rb"[\xdd\xfd]|(?<=" + _LETTER + rb")[\xde\xfe]")
"""Dotless i and dotted capital I, and s with cedilla inside a word; Icelandic has y with acute there, rarely, and thorn
at the beginning of words."""
_LOOKS_ICELANDIC = re.compile(rb"(?<!" + _LETTER + rb")[\xde\xfe]|[\xd0\xf0](?!" + _LETTER + rb")")
"""Thorn at the beginning of a word, and eth at the end, where Turkish seldom has its s and g."""
_ICELANDIC = ("is", "fo")
_RUNS = re.compile(rb"[\x80-\xff]+")
_ARABIC_SCRIPT = ("ar", "fa", "ckb", "ur", "ps")


TELETYPE = re.compile(
    rb"[^\x01]{0,200}\x01|\s*ZCZC\b"
    rb"|\s*(?:From [^\n]*\n)?"
    rb"(?:Received|Delivered-To|Return-Path|From|To|Date|Message-ID|MIME-Version|Subject|Content-Type|X-[\w-]+):",
    re.IGNORECASE,
)
"""How a message of the teletype formats or a mail begins: ISO-8859-1 unless it or the transport says otherwise. The
parts of a mail have charsets of their own."""


def decode(
    raw: bytes, *, content_type: str | None = None, language: str | None = None
) -> tuple[str, str, tuple[str, ...]]:
    """Decode a payload, strictly where its declared encoding holds.

    Order of trust: byte order mark, NULs that stand where UTF-16 and UTF-32 have them, the transport's charset (RFC
    7303), the document's own declaration, UTF-8. Bytes that none of them can read are repaired with windows-1254,
    -1256 or -1252.

    Args:
        raw: The payload.
        content_type: The transport's content type.
        language: The partner's declared language; decides between the repairs.

    Returns:
        The text, the codec that read it, and the flags: ``charset_repaired`` where bytes did not fit the declaration,
        or were encoded twice.
    """
    by_nuls = _by_nuls(raw)
    names = [by_nuls] if by_nuls else _candidates(raw, content_type)
    if _BYTEWISE.fullmatch(names[0]) and (text := _utf8(raw)) is not None:
        return text, "utf-8", ("charset_repaired",)
    for name in names:
        try:
            text = raw.decode(name)
        except (UnicodeDecodeError, LookupError):
            continue
        if name == "utf-8" or "\0" not in text[:1000]:
            head = text[:4096].encode("ascii", "ignore")
            if name == "utf-8" and _TWICE.search(raw) and (meant := _once(text)) is not None:
                return meant.removeprefix("\ufeff"), name, ("charset_repaired",)
            if name == "cp1252" and language not in _ICELANDIC and _is_turkish(raw):
                return raw.decode("cp1254", "replace"), "cp1254", ("charset_repaired",)
            said = by_nuls is None or any(each[:6] == name[:6] for each in _declared(head, content_type))
            return text.removeprefix("\ufeff"), name, () if said else ("charset_repaired",)
    if TELETYPE.match(raw) and names == ["utf-8"]:
        return raw.decode("iso8859-1").translate(_WINDOWS), "iso8859-1", ()
    text, name = _mostly(raw, names[0]) or _repair(raw, language)
    return text, name, ("charset_repaired",)


def _once(text: str) -> str | None:
    """A text whose UTF-8 was taken for windows-1252 and encoded again, if all of it beyond ASCII was."""
    try:
        return text.translate(_C1_CONTROLS).encode("cp1252", "surrogateescape").decode("utf-8")
    except UnicodeError:
        return None


def _is_turkish(raw: bytes) -> bool:
    """Whether bytes labelled ISO-8859-1 are Turkish ones: some of their letters would come out as Icelandic ones."""
    letters = len(raw) - len(raw.translate(None, _TURKISH))
    if letters < ENOUGH_TURKISH or (len(raw) - len(raw.translate(None, _ACCENTED))) * 4 > letters:
        return False
    return len(_LOOKS_TURKISH.findall(raw)) > len(_LOOKS_ICELANDIC.findall(raw))


_WINDOWS = {code: bytes([code]).decode("cp1252", "ignore") or chr(code) for code in range(0x80, 0xA0)}
"""What senders of ISO-8859-1 mean by bytes that it has no character for."""


def _utf8(raw: bytes) -> str | None:
    """The text, if its high bytes are all well-formed UTF-8: no text of a code page looks like that by chance."""
    if raw.isascii():
        return None
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return None


def _mostly(raw: bytes, name: str) -> tuple[str, str] | None:
    """The text in its declared encoding, if all but a few bytes fit; UTF-8 has a better repair."""
    if name.startswith("utf-8"):
        return None
    text = raw.decode(name, "replace")
    return (text, name) if text.count("\ufffd") * 1000 <= len(text) else None


def _candidates(raw: bytes, content_type: str | None) -> list[str]:
    for mark, name in BOMS:
        if raw.startswith(mark):
            return [name]
    head = raw[:4096]
    names = _declared(head, content_type)
    # A UTF-16 label on bytes without NULs is a leftover of a conversion; ASCII-compatible bytes say so themselves.
    plain = [name for name in names if b"\0" in head or not name.startswith(("utf-16", "utf-32"))]
    return [*plain, *([] if any(name != "utf-8" for name in plain) else ["utf-8"])]


def _declared(head: bytes, content_type: str | None) -> list[str]:
    """The codecs that the transport and the document name, in this order."""
    labels = [
        *_PARAMETER.findall(content_type or ""),
        *(label.decode("ascii") for label in (*_DECLARED.findall(head)[:1], *_META.findall(head)[:1])),
    ]
    return [codec for label in labels if (codec := _codec(label))]


def is_wide(raw: bytes) -> bool:
    """Whether a text is in UTF-16 or UTF-32."""
    return raw.startswith(_WIDE_MARKS) or _by_nuls(raw) is not None


def _by_nuls(raw: bytes) -> str | None:
    """UTF-16 or UTF-32 without a byte order mark, by the places of the NULs in a text's first kilobyte.

    Markup, spaces and line ends have them in every script, so in UTF-16 a tenth of the letters is enough.
    """
    head = raw[:1024]
    if head.count(0) < ENOUGH_NULS or any(head.startswith(mark) for mark, _ in BOMS):
        return None
    first, second, third, fourth = (head[place::4].count(0) for place in range(4))
    nearly_all, letters = 0.9 * (len(head) // 4), len(head) // 2
    for order, high, low in (("le", (fourth, third), (second, first)), ("be", (first, second), (third, fourth))):
        if min(high) >= nearly_all and 10 * low[1] < nearly_all:
            return f"utf-32-{order}"
        if 10 * (high[0] + low[0]) >= letters and 10 * (high[1] + low[1]) < high[0] + low[0]:
            return f"utf-16-{order}"
    return None


def _codec(label: str) -> str | None:
    try:
        name = codecs.lookup(label).name
    except (LookupError, ValueError):
        return None
    return WIDER.get(name, name) if KNOWN.fullmatch(name) else None


def _repair(raw: bytes, language: str | None) -> tuple[str, str]:
    """Read what does not fit: single bad bytes inside UTF-8, else a whole payload in a Windows code page."""
    text = raw.decode("utf-8", "surrogateescape")
    bad = sum("\udc80" <= character <= "\udcff" for character in text)
    good = sum(character > "\x7f" for character in text) - bad
    if good >= bad:
        return re.sub(r"[\udc80-\udcff]", lambda match: _one(ord(match[0]) - 0xDC00), text), "utf-8"
    runs = _RUNS.findall(raw)
    # Arabic words are unbroken runs of high bytes; Turkish and other Latin texts have them one by one.
    arabic = sum(map(len, runs)) / len(runs) >= ARABIC_RUN if runs else False
    arabic = arabic or (language or "").lower().split("-")[0] in _ARABIC_SCRIPT
    for name in ("cp1256", "cp1254") if arabic else ("cp1254", "cp1256"):
        try:
            return raw.decode(name), name
        except UnicodeDecodeError:
            continue
    return raw.decode("cp1252", "replace"), "cp1252"


def _one(byte: int) -> str:
    return bytes([byte]).decode("cp1254", "replace")
