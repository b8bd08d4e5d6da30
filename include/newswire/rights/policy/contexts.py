"""JSON-LD contexts, from ``data/contexts.yaml``: put in the place of the addresses that documents name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from newswire import packaged
from newswire.errors import PolicyRefused
from newswire.rights.policy.vocabulary import ODRL, PARTIES, SHORT_NAMES

_TABLE: Mapping[str, Any] = packaged.table(__package__, "contexts")

UNKNOWN = "urn:newswire:unknown:"
"""Where a name goes that a document uses and no context explains: it is seen, and not understood."""

ODRL_CONTEXT = "http://www.w3.org/ns/odrl.jsonld"
_KEYWORDS = frozenset({"@graph", "@id", "@language", "@list", "@nest", "@set", "@type", "@value", "@vocab", "@base"})
_NARROWING = frozenset({"action", "target", *(party.removeprefix(ODRL) for party in PARTIES)})
PREFIXES: Mapping[str, str] = _TABLE["prefixes"]
DEEPEST = 64
"""How deeply a document's parts may lie within each other."""


def _odrl() -> dict[str, Any]:
    context: dict[str, Any] = dict(PREFIXES)
    context |= {"@vocab": UNKNOWN, "uid": "@id", "type": "@type", "value": {"@id": "rdf:value", "@type": "@vocab"}}
    context |= {name: f"odrl:{name}" for name in sorted(SHORT_NAMES) if name != "uid"}
    parties = [party.removeprefix(ODRL) for party in sorted(PARTIES)]
    context |= {name: {"@id": f"odrl:{name}", "@type": "@id"} for name in (*_TABLE["iris"], *parties)}
    return context | {name: {"@id": f"odrl:{name}", "@type": "@vocab"} for name in _TABLE["terms"]}


_CONTEXTS: Mapping[str, Any] = {"odrl": _odrl(), **_TABLE["others"]}


def closed(document: Any, depth: int = 0) -> Any:  # noqa: ANN401 - a JSON document
    """A document whose contexts all stand in it, and in which nothing vanishes unseen.

    JSON-LD drops what is null and what is an empty list; for an action, a target or a party that would mean any. So
    these become properties that are not understood.

    Raises:
        PolicyRefused: ``remote_context`` for a context that is not known here, ``too_deep``, ``bad_json`` for keywords
            that say things elsewhere than where they stand.
    """
    if depth > DEEPEST:
        msg = f"The policy's parts are nested deeper than {DEEPEST} levels."
        raise PolicyRefused(msg, reason="too_deep", remedy="Ask the provider for a flatter policy.")
    if isinstance(document, list):
        return [closed(part, depth + 1) for part in document]
    if not isinstance(document, dict):
        return document
    return dict(_closed_part(key, part, depth) for key, part in document.items())


def _closed_part(key: str, part: Any, depth: int) -> tuple[str, Any]:  # noqa: ANN401 - a JSON document
    if key == "@context":
        return key, _context(part, depth + 1)
    if key == "@import":
        return key, _refused(part)
    if (key.startswith("@") and key not in _KEYWORDS) or (key == "@graph" and depth > 0):
        msg = f"The policy uses the JSON-LD keyword {key!r} where it is not understood."
        raise PolicyRefused(msg, reason="bad_json", remedy="Write the policy as one object, its rules inside it.")
    name = key.removeprefix("odrl:").removeprefix(ODRL)
    if not key.startswith("@") and (part is None or (part == [] and name in _NARROWING)):
        return UNKNOWN + name, True
    return key, closed(part, depth + 1)


def _context(context: Any, depth: int) -> Any:  # noqa: ANN401 - a JSON-LD context
    if isinstance(context, list):
        return [_context(part, depth + 1) for part in context]
    if isinstance(context, dict):
        return {key: _definition(key, part, depth + 1) for key, part in context.items()}
    if not isinstance(context, str):
        return context
    name = _TABLE["addresses"].get(context)
    return _refused(context) if name is None else _CONTEXTS[name]


def _definition(key: str, part: Any, depth: int) -> Any:  # noqa: ANN401 - a JSON-LD context
    if key == "@import":
        return _refused(part)
    if isinstance(part, dict) and "@context" in part:
        return {**part, "@context": _context(part["@context"], depth)}
    return part


def _refused(address: object) -> Any:  # noqa: ANN401 - never returns
    known = ", ".join(sorted(_TABLE["addresses"]))
    msg = f"The policy needs the JSON-LD context {address!r}, and none is ever fetched; known are {known}."
    raise PolicyRefused(msg, reason="remote_context", remedy="Write the context's terms into the document.")
