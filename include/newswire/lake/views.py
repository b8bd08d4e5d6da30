"""What readers should see: the rows that have not expired, as views.

A row that expires leaves its file with the next sweep, up to five minutes later. A view that filters ``expires_at``
loses it on time.
"""

from __future__ import annotations

from newswire.lake.layout import ARTICLES, DATE_KEYS, DECISIONS, Layout


def views(layout: Layout) -> str:
    """DuckDB's SQL for the views ``articles`` and ``decisions`` over a lake.

    ``articles`` holds what may be used at the moment of each query; ``published_date`` and ``partner`` come from the
    path. The lake must hold a file of each dataset already.
    """
    return "".join(_view(layout, dataset) for dataset in (ARTICLES, DECISIONS))


def _view(layout: Layout, dataset: str) -> str:
    files = str(layout.full(layout.files(dataset))).replace("'", "''")
    types = f"{{'{DATE_KEYS[dataset]}': date, 'partner': varchar}}"
    source = f"read_parquet('{files}', hive_partitioning = true, hive_types = {types})"
    where = "\nwhere expires_at is null or expires_at > now()" if dataset == ARTICLES else ""
    return f"create or replace view {dataset} as\nselect * from {source}{where};\n"
