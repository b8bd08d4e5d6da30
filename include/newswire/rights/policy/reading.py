"""Reading policies, requests and states of the world: Turtle, JSON-LD, the XML and JSON encodings, RDF/XML.

Nothing is fetched: a JSON-LD context is one of our own or the document is refused, XML has no entities. Size and depth
are bounded. All encodings become one graph, and ``graph.py`` reads that.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import datetime

import rdflib
from rdflib import Graph, Literal, URIRef

from newswire.errors import PolicyRefused
from newswire.rights.policy import graph as graphs
from newswire.rights.policy import situation
from newswire.rights.policy.contexts import ODRL_CONTEXT, UNKNOWN, closed
from newswire.rights.policy.model import Policy, Request, World
from newswire.rights.policy.nodes import BASE
from newswire.rights.policy.vocabulary import JSON21
from newswire.rights.policy.xmlreading import graph_of as graph_of_xml

rdflib.NORMALIZE_LITERALS = False  # reports repeat values as they were written

LARGEST = 4_000_000
"""The longest document that is read, in characters."""
MOST_STATEMENTS = 100_000
_XML = re.compile(r"\s*<(?:\?xml|!|[\w.-]+(?::[\w.-]+)?[\s>/])")
_BLANK = "\ue000"
"""Stands for a blank while JSON-LD is parsed: the parser drops IRIs with blanks, and so what they limit."""

_NO_IRI = re.compile(rf"[\x00-\x20<>\"{{}}|\\^`{_BLANK}]")
_BY_TYPE = {
    "text/turtle": "turtle",
    "application/x-turtle": "turtle",
    "application/n-triples": "turtle",
    "application/ld+json": "json",
    "application/json": "json",
    "application/xml": "xml",
    "text/xml": "xml",
    "application/rdf+xml": "xml",
    "application/odrl+xml": "xml",
}


def read(text: str, media_type: str | None = None) -> tuple[Policy, ...]:
    """The policies of a document, by their IRIs.

    Args:
        text: The document.
        media_type: What it is; without one, or with one that is not known, its beginning tells.

    Raises:
        PolicyRefused: It cannot be read (``too_large``, ``too_deep``, ``bad_turtle``, ``bad_json``, ``bad_xml``,
            ``xml_entities``, ``remote_context``, ``bad_iri``), or no policy is in it (``no_policy``).
    """
    policies = graphs.policies_of(graph(text, media_type))
    if not policies:
        msg = "The document holds no policy: nothing in it is of an ODRL policy class or has rules."
        raise PolicyRefused(
            msg, reason="no_policy", remedy="Send a policy in Turtle, JSON-LD or the ODRL XML encoding."
        )
    return policies


def read_requests(text: str, media_type: str | None = None) -> tuple[Request, ...]:
    """The requests of a document, by their IRIs.

    Raises:
        PolicyRefused: As ``read``; ``no_request`` where none is in it.
    """
    requests = situation.requests_of(graph(text, media_type))
    if not requests:
        msg = "The document holds no request: no odrl:Request with a permission that is asked for."
        raise PolicyRefused(msg, reason="no_request", remedy="Write an odrl:Request with one odrl:permission.")
    return requests


def read_world(text: str, media_type: str | None = None, *, now: datetime | None = None) -> World:
    """The state of the world of a document; ``now`` is its clock where it states none.

    Raises:
        PolicyRefused: As ``read``; ``bad_clock`` where its clock is no time.
    """
    return situation.world_of(graph(text, media_type), now=now)


def graph(text: str, media_type: str | None = None) -> Graph:
    """A document as a graph.

    Raises:
        PolicyRefused: As ``read``.
    """
    if len(text) > LARGEST:
        msg = f"The policy is {len(text):,} characters long; at most {LARGEST:,} are read."
        raise PolicyRefused(msg, reason="too_large", remedy="Ask the provider for a shorter policy.")
    encoding = _BY_TYPE.get((media_type or "").partition(";")[0].strip().lower()) or _sniffed(text)
    try:
        found = _READERS[encoding](text)
    except RecursionError:
        msg = "The policy's parts are nested too deeply."
        raise PolicyRefused(msg, reason="too_deep", remedy="Ask the provider for a flatter policy.") from None
    if len(found) > MOST_STATEMENTS:
        msg = f"The policy makes {len(found):,} statements; at most {MOST_STATEMENTS:,} are read."
        raise PolicyRefused(msg, reason="too_large", remedy="Ask the provider for a shorter policy.")
    for term in (term for statement in found for term in statement):
        if isinstance(term, URIRef) and _NO_IRI.search(term):
            msg = f"The policy names {str(term)[:200]!r}, which is no IRI."
            raise PolicyRefused(msg, reason="bad_iri", remedy="Percent-encode blanks, quotes and brackets.")
    return found


def _sniffed(text: str) -> str:
    if text.lstrip("\ufeff \t\r\n")[:1] in {"{", "["}:
        return "json"
    return "xml" if _XML.match(text.lstrip("\ufeff")) else "turtle"


def _turtle(text: str) -> Graph:
    found = Graph(bind_namespaces="none")
    try:
        found.parse(data=text.lstrip("\ufeff"), format="turtle", publicID=BASE)
    except RecursionError:
        raise
    except Exception as error:  # noqa: BLE001 - the parser raises whatever its code meets
        msg = f"The policy is no Turtle: {_shortly(error)}."
        raise PolicyRefused(msg, reason="bad_turtle", remedy="Correct it, or name its media type.") from None
    return found


def _json(text: str) -> Graph:
    try:
        document = json.loads(text.lstrip("\ufeff"))
    except ValueError as error:
        msg = f"The policy is no JSON: {_shortly(error)}."
        raise PolicyRefused(msg, reason="bad_json", remedy="Correct it, or name its media type.") from None
    if not isinstance(document, dict | list):
        msg = f"The policy is JSON, but {type(document).__name__} where an object was expected."
        raise PolicyRefused(msg, reason="bad_json", remedy="Write one policy object, or a list of them.")
    written = json.dumps(closed(_with_context(document)), separators=(",", ":")).replace(
        " ", _BLANK.encode("unicode-escape").decode()
    )
    found = Graph(bind_namespaces="none")
    try:
        found.parse(data=written, format="json-ld", base=BASE)
    except RecursionError:
        raise
    except Exception as error:  # noqa: BLE001 - the parser raises whatever its code meets
        msg = f"The policy is no JSON-LD: {_shortly(error)}."
        raise PolicyRefused(msg, reason="bad_json", remedy="Correct it, or name its media type.") from None
    return _with_blanks(found)


def _with_blanks(found: Graph) -> Graph:
    """A graph whose texts have their blanks again."""
    clean = Graph(bind_namespaces="none")
    for subject, predicate, value in found:
        if isinstance(value, Literal) and _BLANK in value:
            clean.add((subject, predicate, Literal(value.replace(_BLANK, " "), value.language, value.datatype)))
        else:
            clean.add((subject, predicate, value))
    return clean


def _with_context(document: object) -> object:
    """Give an object without a context ODRL's, and one of the ODRL 2.1 JSON encoding the names of today.

    A context of its own is completed, so that a name that it does not explain is not dropped.
    """
    if isinstance(document, list):
        return [_with_context(part) for part in document]
    if not isinstance(document, dict):
        return document
    if "@context" in document:
        stated = document["@context"]
        return {**document, "@context": [{"@vocab": UNKNOWN}, *(stated if isinstance(stated, list) else [stated])]}
    if "@graph" in document:
        return {**document, "@context": ODRL_CONTEXT}
    old = {"policyid", "permissions", "prohibitions", "obligations"} & set(document)
    return {"@context": ODRL_CONTEXT, **(_renamed(document, 0) if old else document)}


def _renamed(part: object, depth: int) -> dict[str, object]:
    if depth > LARGEST:
        raise RecursionError
    return {
        _name(key, part): [_renamed(one, depth + 1) if isinstance(one, dict) else one for one in value]
        if isinstance(value, list)
        else _renamed(value, depth + 1)
        if isinstance(value, dict)
        else value
        for key, value in (part.items() if isinstance(part, dict) else ())
    }


def _name(key: str, part: object) -> str:
    if key == "name" and isinstance(part, dict) and "operator" in part:
        return "leftOperand"
    return JSON21.get(key, key)


def _shortly(error: Exception) -> str:
    """What a parser says, in one line."""
    return " ".join((str(error) or type(error).__name__).split())[:200].rstrip(".")


_READERS: dict[str, Callable[[str], Graph]] = {"turtle": _turtle, "json": _json, "xml": graph_of_xml}
