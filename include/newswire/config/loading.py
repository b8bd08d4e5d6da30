"""Reading partner files: what validates, and the line and the remedy of what does not."""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterable
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from newswire.config.partner import Partner
from newswire.errors import ConfigError

SLUG = re.compile(r"[a-z][a-z0-9-]*")
_LONGEST_SHOWN = 120


class _Loader(yaml.SafeLoader):
    """YAML without its traps: a repeated key is an error, and ``no`` is Norwegian (or Norway), not false.

    Dates stay text: the 31st of November is told by what wants a date, with what to write instead.
    """

    def construct_object(self, node: yaml.Node, deep: bool = False) -> Any:  # noqa: ANN401, FBT001, FBT002 - the base class's signature
        try:
            return super().construct_object(node, deep=deep)
        except (ValueError, TypeError, AttributeError, KeyError) as error:
            msg = f"{str(node.value)[:_LONGEST_SHOWN]!r} is not of the type {node.tag.rpartition(':')[2]}"
            raise yaml.constructor.ConstructorError(None, None, msg, node.start_mark) from error

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:  # noqa: FBT001, FBT002 - the base class's signature
        seen = set()
        for key_node, _ in node.value if isinstance(node, yaml.MappingNode) else ():  # `!!set x` is none
            key = self.construct_object(key_node, deep=True)
            if not isinstance(key, Hashable):
                msg = "a key is plain text"
                raise yaml.constructor.ConstructorError(None, None, msg, key_node.start_mark)
            if key in seen:
                msg = f"the key {key!r} stands twice"
                raise yaml.constructor.ConstructorError(None, None, msg, key_node.start_mark)
            seen.add(key)
        return super().construct_mapping(node, deep=deep)


_BOOLEAN = "tag:yaml.org,2002:bool"
_UNRESOLVED = (_BOOLEAN, "tag:yaml.org,2002:timestamp")
_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag not in _UNRESOLVED]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver(_BOOLEAN, re.compile(r"true|True|TRUE|false|False|FALSE"), list("tTfF"))


def load_partner(path: Path) -> Partner:
    """Read and check one partner file.

    Raises:
        ConfigError: Naming the file, each line that is wrong, and what to write instead.
    """
    if not SLUG.fullmatch(path.stem):
        msg = f"{path.name}: the file name is the partner's slug, and {path.stem!r} is not one."
        raise ConfigError(msg, reason="bad_slug", remedy="Use lower-case letters, digits and hyphens, a letter first.")
    try:
        text = path.read_text(encoding="utf-8")
        tree = yaml.compose(text, Loader=_Loader)
        data = yaml.load(text, Loader=_Loader)  # noqa: S506 - a SafeLoader
    except (OSError, UnicodeDecodeError) as error:
        msg = f"{path.name}: cannot be read: {error}."
        raise ConfigError(msg, reason="unreadable", remedy="Save it as UTF-8 text.") from error
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        msg = f"{path.name}:{line}: {error.problem}."
        raise ConfigError(msg, reason="bad_yaml", remedy="Correct the YAML at that line.") from error
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        msg = f"{path.name}:{line}: the character U+{ord(text[error.position]):04X} has no place in YAML."
        raise ConfigError(msg, reason="bad_yaml", remedy="Remove it.") from error
    except RecursionError as error:
        msg = f"{path.name}:1: is nested too deeply."
        raise ConfigError(msg, reason="bad_yaml", remedy="Start from docs/partners.md.") from error
    if not isinstance(data, dict):
        msg = f"{path.name}:1: a partner file is a mapping of keys, this {'is empty' if data is None else 'is none'}."
        raise ConfigError(msg, reason="bad_yaml", remedy="Start from docs/partners.md.")
    try:
        return Partner.model_validate({**data, "slug": path.stem})
    except ValidationError as error:
        problems = [f"{path.name}:{_line(tree, e['loc'])}: {_dotted(e['loc'])}: {_say(e)}" for e in _causes(error)]
        raise ConfigError("\n".join(problems), reason="bad_partner", remedy="") from error


def load_partners(directory: Path) -> tuple[list[Partner], list[ConfigError]]:
    """Read every partner file of a directory, sorted by slug: those that validate, and an error for each other."""
    partners, errors = [], []
    for path in sorted(directory.glob("*.yaml")):
        try:
            partners.append(load_partner(path))
        except ConfigError as error:
            errors.append(error)
    return partners, errors


def by_slug(errors: Iterable[ConfigError]) -> dict[str, str]:
    """What is wrong with partner files that ``load_partners`` refused, by the slug that each message opens with."""
    return {str(error).partition(":")[0].removesuffix(".yaml"): str(error) for error in errors}


def _causes(error: ValidationError) -> list[Any]:
    """The errors without those that only follow: a list is too short where none of its items was right."""
    found = error.errors()
    places = [e["loc"] for e in found]
    return [
        e
        for e in found
        if e["type"] != "too_short" or not any(p != e["loc"] and p[: len(e["loc"])] == e["loc"] for p in places)
    ]


def _line(node: yaml.Node | None, location: tuple[int | str, ...]) -> int:
    """The line (from 1) at which the value, or else its nearest parent, stands."""
    line = 1
    for part in location:
        if isinstance(node, yaml.MappingNode):
            found = [(k, v) for k, v in node.value if k.value == part]
            if not found:
                break
            key, node = found[0]
            line = key.start_mark.line + 1
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int):
            node = node.value[part]
            line = node.start_mark.line + 1
        else:
            break
    return line


def _dotted(location: tuple[int | str, ...]) -> str:
    return ".".join(str(part) for part in location if part != "[key]") or "file"


_DATE = "{input} is no date; write it as 2026-12-31."
_LIST = "{input} is no list; write [a, b], or a line with a dash for each."
_MAPPING = "{input} is no mapping; write its keys and their values below it (docs/partners.md)."
_NUMBER = "{input} is no number."
_SAID = {
    "extra_forbidden": "is not a known key; remove it or correct its spelling.",
    "missing": "is missing; add it.",
    "literal_error": "{input} is not allowed; write one of {expected}.",
    "told": "{msg}.",
    "string_type": "{input} is no text; put it in quotes.",
    "string_too_short": "is empty; write some text.",
    "string_pattern_mismatch": "{input} is no name; use lower-case letters, digits and hyphens, a letter first.",
    "tuple_type": _LIST,
    "dict_type": _MAPPING,
    "model_type": _MAPPING,
    "too_short": "is empty; give at least one.",
    "bool_parsing": "{input} is neither true nor false.",
    "int_parsing": _NUMBER,
    "int_type": _NUMBER,
    "float_parsing": _NUMBER,
    "float_type": _NUMBER,
    "date_type": _DATE,
    "date_parsing": _DATE,
    "date_from_datetime_parsing": _DATE,
}


def _say(error: Any) -> str:  # noqa: ANN401 - pydantic's ErrorDetails
    if error["input"] is None:
        return "has no value; give it one, or remove the key."
    found = repr(error["input"])
    if len(found) > _LONGEST_SHOWN:
        found = f"{found[:_LONGEST_SHOWN]}…"
    said = _SAID.get(error["type"])
    if said is not None:
        return said.format(input=found, msg=error["msg"], expected=error.get("ctx", {}).get("expected"))
    message = error["msg"].removeprefix("Value error, ")
    told = isinstance(error["input"], dict | list) or found in message
    return f"{message}." if told else f"{message} (found {found})."
