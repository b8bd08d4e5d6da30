"""What readers should see: the rows, and the parts of them, that have not expired, as views.

What expires leaves its file with the next sweep, up to five minutes later. A view that filters ``expires_at``, of the
row and of each part in ``media``, loses it on time.
"""

from __future__ import annotations

from newswire.lake.layout import ARTICLES, DATE_KEYS, DECISIONS, Layout

EXTENSIONS = {"s3": "httpfs", "gs": "httpfs", "az": "azure"}


def views(layout: Layout) -> str:
    """DuckDB's SQL for the views ``articles`` and ``decisions`` over a lake.

    ``articles`` holds what may be used at the moment of each query, without the parts whose own end has come;
    ``published_date`` and ``partner`` come from the path. The lake must hold a file of each dataset already. That of an
    object store is read with DuckDB's own extension for it; the keys are a secret of DuckDB's, and not in here.
    """
    loads = EXTENSIONS.get(layout.store.url.partition("://")[0])
    return (
        (f"install {loads};\nload {loads};\n" if loads else "")
        + f"create or replace view articles as\nselect * replace ({_PARTS} as media)\n"
        f"from {_source(layout, ARTICLES)}\n"
        "where expires_at is null or expires_at > now();\n"
        f"create or replace view decisions as\nselect * from {_source(layout, DECISIONS)};\n"
    )


_ENDS = "(part ->> 'expires_at')"
_PARTS = (
    "to_json([part for part in from_json(media, '[\"json\"]')\n"
    f"    if {_ENDS} is null or cast({_ENDS} as timestamptz) > now()])::varchar"
)
"""``media`` as it stands in the file, a JSON text, without what has expired."""


def _source(layout: Layout, dataset: str) -> str:
    files = layout.store.where(layout.files(dataset)).replace("'", "''")
    types = f"{{'{DATE_KEYS[dataset]}': date, 'partner': varchar}}"
    return f"read_parquet('{files}', hive_partitioning = true, hive_types = {types})"
