"""Rewrite the tracked suites of ``include/gx/`` from ``schema.py``."""

from __future__ import annotations

import sys

from newswire.quality.context import TRACKED
from newswire.quality.expectations import write_suites

if __name__ == "__main__":
    for path in write_suites(TRACKED / "expectations"):
        sys.stdout.write(f"{path}\n")
