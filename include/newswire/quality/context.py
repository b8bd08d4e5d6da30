"""Where the tracked Great Expectations context and the style of the pages lie; imports no GX."""

from __future__ import annotations

from pathlib import Path

TRACKED = Path(__file__).resolve().parents[2] / "gx"
"""The file context: read at run time, written only by ``python -m newswire.quality`` and by hand."""

STYLE = Path(__file__).with_name("docs.css")
"""What every page of a quality report looks like."""
