"""Wire formats: from a payload's bytes to items, losing no rights, status or version field."""

from newswire.formats.charset import decode
from newswire.formats.hints import Hints, hints
from newswire.formats.identity import content_id
from newswire.formats.merge import merge_page
from newswire.formats.parsing import parse
from newswire.formats.registry import FORMATS
from newswire.formats.source import Source

__all__ = ["FORMATS", "Hints", "Source", "content_id", "decode", "hints", "merge_page", "parse"]
