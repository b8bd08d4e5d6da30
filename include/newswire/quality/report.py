"""What a validation found."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The result of validating one batch.

    Attributes:
        success: Whether the batch may be added, less its failed rows: false only where ``batch_failures`` has some.
        failed_rows: For each row to quarantine the names of the expectations it failed, in suite order, by article id;
            by ``row N`` (from 0) where the id is null or repeated.
        batch_failures: The batch expectations that failed, and expectations that could not be evaluated at all
            (``<name>: <error>``); none of the batch may be added.
        docs: Path of the Data Docs index.
    """

    success: bool
    failed_rows: dict[str, tuple[str, ...]]
    batch_failures: tuple[str, ...]
    docs: str
