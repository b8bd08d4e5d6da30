"""JSON as it stands inside payloads: read once, its faults flagged, and asked without trusting its types."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from newswire.errors import PayloadRefused
from newswire.formats.htmltext import clean
from newswire.formats.identity import Draft
from newswire.model import Refusal

MAX_DEPTH = 64
"""The deepest nesting that is read."""

REMEDY = "Look at the payload; ask the partner for valid JSON (RFC 8259)."

_AROUND = "\ufeff\0 \t\r\n"
_GAP = re.compile(rf"[{_AROUND}]*+(?=.)", re.DOTALL)
_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")


class Object(dict[str, object]):
    """A JSON object that remembers which of its keys stood twice, with different values."""

    repeated: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """An object and where it stood.

    Attributes:
        data: Its members.
        pointer: A JSON pointer (RFC 6901).
    """

    data: dict[str, object]
    pointer: str = ""

    def get(self, *names: str) -> object:
        """The first member that says anything: not absent, null, or blank."""
        return next((self.data[name] for name in names if not _blank(self.data.get(name))), None)

    def said(self, *names: str) -> str:
        """The first of the members that is a text or a number, as text without control characters."""
        return next((text for name in names if (text := text_of(self.data.get(name)))), "")

    def texts(self, *names: str) -> Iterator[str]:
        """Every text among the members: the member itself, the elements of a list, or their names."""
        for name in names:
            for value in elements(self.data.get(name)):
                found = value if not isinstance(value, dict) else value.get("name") or value.get("value")
                if text := text_of(found):
                    yield text

    def nodes(self, *names: str) -> Iterator[Node]:
        """Every object among the members: the member itself or the elements of a list."""
        for name in names:
            value = self.data.get(name)
            if isinstance(value, dict):
                yield Node(data=value, pointer=f"{self.pointer}/{name}")
            for number, found in enumerate(value if isinstance(value, list) else ()):
                if isinstance(found, dict):
                    yield Node(data=found, pointer=f"{self.pointer}/{name}/{number}")

    def members(self, name: str) -> Iterator[tuple[str, Node]]:
        """The objects of a member that is a list of objects, or an object whose values are; with their names."""
        value = self.data.get(name)
        named = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
        for key, found in named:
            if isinstance(found, dict):
                yield str(key), Node(data=found, pointer=f"{self.pointer}/{name}/{key}")

    def place(self, *names: str) -> str | None:
        """The pointer of the first member that says anything; None where none does."""
        found = next((name for name in names if not _blank(self.data.get(name))), None)
        return None if found is None else f"{self.pointer}/{found}"

    def at(self, *names: str) -> str:
        """The pointer of the first of the members that is there."""
        return f"{self.pointer}/{next((name for name in names if name in self.data), names[0])}"


def load(text: str) -> tuple[object, tuple[str, ...]]:
    """Read JSON strictly, else with the control characters inside strings that careless systems leave there.

    Several objects, each on lines of its own (JSON Lines, NDJSON), are read as a list of them.

    Numbers keep their digits (1.10 is no 1.1). NaN and Infinity, which are no JSON, become null and are flagged
    ``not_a_number``; keys that stand twice are flagged ``repeated_keys``; forgiven characters ``recovered_json``.

    Raises:
        PayloadRefused: ``broken_json`` or ``too_deep``.
    """
    flags: list[str] = []
    try:
        value, end = _decoder(flags, strict=True).raw_decode(text, _start(text))
    except json.JSONDecodeError as error:
        if "control character" not in error.msg:
            raise _broken(error) from error
        flags = ["recovered_json"]
        value, end = _recovered(text, flags)
    except RecursionError as error:
        raise _too_deep() from error
    if isinstance(value, dict) and (lines := _lines(text, end, flags)):
        value, end = [value, *lines], len(text)
    if text[end:].strip(_AROUND):
        msg = f"The JSON ends at character {end}, and more follows: {text[end : end + 40]!r}."
        raise PayloadRefused(msg, reason="broken_json", remedy=REMEDY)
    if _depth(value) > MAX_DEPTH:
        raise _too_deep()
    if _SURROGATE.search(text):
        value = _paired(value)
    return value, tuple(dict.fromkeys(flags))


def _lines(text: str, end: int, flags: list[str]) -> list[object]:
    """The objects behind the first one, each on lines of its own; nothing where anything else follows."""
    decoder = _decoder(flags, strict=True)
    found: list[object] = []
    while (gap := _GAP.match(text, end)) is not None:
        if "\n" not in gap[0] or text[gap.end()] != "{":
            return []
        try:
            value, end = decoder.raw_decode(text, gap.end())
        except (json.JSONDecodeError, RecursionError):
            return []
        found.append(value)
    return found


def _paired(value: object) -> object:
    """A value in whose texts halves of characters are replaced; no encoding has a place for them."""
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, list):
        return [_paired(element) for element in value]
    if not isinstance(value, Object):
        return value
    found = Object((str(_paired(key)), _paired(held)) for key, held in value.items())
    found.repeated = value.repeated
    return found


def _start(text: str) -> int:
    return len(text) - len(text.lstrip(_AROUND))


def _recovered(text: str, flags: list[str]) -> tuple[object, int]:
    try:
        return _decoder(flags, strict=False).raw_decode(text, _start(text))
    except json.JSONDecodeError as error:
        raise _broken(error) from error
    except RecursionError as error:
        raise _too_deep() from error


def _decoder(flags: list[str], *, strict: bool) -> json.JSONDecoder:
    def pairs(members: list[tuple[str, object]]) -> Object:
        members = [(clean(key), value) for key, value in members]
        found = Object(members)
        if len(found) < len(members):
            found.repeated = tuple(dict.fromkeys(key for key, value in members if value != found[key]))
            flags.append("repeated_keys")
        return found

    def constant(_: str) -> None:
        flags.append("not_a_number")

    return json.JSONDecoder(
        object_pairs_hook=pairs, parse_constant=constant, parse_int=_number, parse_float=_number, strict=strict
    )


def _number(digits: str) -> int | Decimal | str:
    if digits.lstrip("-").isdigit() and len(digits) < 40:  # noqa: PLR2004 - far above any count or id
        return int(digits)
    try:
        return Decimal(digits)
    except InvalidOperation:  # an exponent that no machine holds
        return digits


def _broken(error: json.JSONDecodeError) -> PayloadRefused:
    msg = f"The JSON is broken in line {error.lineno}, column {error.colno}: {error.msg}."
    return PayloadRefused(msg, reason="broken_json", remedy=REMEDY)


def _too_deep() -> PayloadRefused:
    msg = f"The JSON is nested deeper than {MAX_DEPTH} levels."
    return PayloadRefused(msg, reason="too_deep", remedy="Ask the partner for JSON without such nesting.")


def _depth(value: object) -> int:
    depth, level = 0, [value]
    while level := [child for found in level for child in _children(found)]:
        depth += 1
        if depth > MAX_DEPTH:
            break
    return depth


def _children(value: object) -> Iterable[object]:
    return value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()


def _blank(value: object) -> bool:
    return value is None or (isinstance(value, str) and not value.strip()) or value in ([], {})


def text_of(value: object) -> str:
    """A text or number as text, without control characters; nothing for any other type."""
    if isinstance(value, str):
        return clean(value).strip()
    return str(value) if isinstance(value, int | Decimal) and not isinstance(value, bool) else ""


def elements(value: object) -> list[object]:
    """A value as a list: itself, its elements, or nothing."""
    return value if isinstance(value, list) else [] if value is None else [value]


def verbatim(value: object) -> str:
    """A value of any type in words: a text as it is, anything else as JSON."""
    return clean(value) if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)


def entries(values: Iterable[object], place: str, read: Callable[[Node], Draft | Refusal]) -> list[Draft | Refusal]:
    """Read every value as one entry, in order; one that is no object, or not read, becomes a refusal.

    An object with keys that stand twice, differently, is refused: which holds is a guess, and one may be a withdrawal.
    """
    return [_entry(value, f"{place}/{number}", read) for number, value in enumerate(values)]


def _entry(value: object, pointer: str, read: Callable[[Node], Draft | Refusal]) -> Draft | Refusal:
    if not isinstance(value, dict) or not value:
        return Refusal(reason="empty_entry", detail="The entry is no object, or an empty one.", pointer=pointer)
    return entry(Node(data=value, pointer=pointer), read)


def entry(node: Node, read: Callable[[Node], Draft | Refusal]) -> Draft | Refusal:
    """Read one object as an entry, or refuse it."""
    if repeated := _repeated(node.data):
        detail = f"Keys stand twice: {', '.join(dict.fromkeys(repeated))}. Each must stand once."
        return Refusal(reason="repeated_keys", detail=detail, pointer=node.pointer)
    try:
        return read(node)
    except PayloadRefused as refusal:
        return Refusal(reason=refusal.reason, detail=str(refusal), pointer=node.pointer)


def _repeated(value: object) -> list[str]:
    found, level = [], [value]
    while level:
        found += [key for place in level if isinstance(place, Object) for key in place.repeated]
        level = [child for place in level for child in _children(place)]
    return found
