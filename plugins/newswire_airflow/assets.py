"""The assets that consumers of the lake can be scheduled on."""

from __future__ import annotations

from airflow.sdk import Asset


def articles(slug: str) -> Asset:
    """The published articles of a partner; its events carry the run's counts."""
    return Asset(name=f"articles/{slug}", uri=f"newswire://lake/published/articles/partner={slug}", group="newswire")
