"""Where the tracked Great Expectations context lies; imports no GX."""

from __future__ import annotations

from pathlib import Path

TRACKED = Path(__file__).resolve().parents[2] / "gx"
"""The file context: read at run time, written only by ``python -m newswire.quality`` and by hand."""
