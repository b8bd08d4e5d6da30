"""Which errors a task tries again: one place, by error class."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from airflow.sdk import ExceptionRetryPolicy
from airflow.sdk.definitions.retry_policy import RetryAction, RetryRule

from newswire.errors import PermanentError, TransientError

RETRIES = 3
DELAY = timedelta(seconds=20)
POLICY = ExceptionRetryPolicy(
    rules=[
        RetryRule(exception=PermanentError, action=RetryAction.FAIL, reason="A person must change something first."),
        RetryRule(exception=TransientError, action=RetryAction.RETRY, retry_delay=DELAY, reason="It may work later."),
    ]
)
RETRIED: dict[str, Any] = {
    "retries": RETRIES,
    "retry_delay": DELAY,
    "retry_policy": POLICY,
    "multiple_outputs": False,
}
"""The arguments of a task that is tried again by these rules. What it returns is one XCom, not one for each field."""
