"""Trying again where another try may help: a growing random wait, or the one that the host asks for."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from typing import TypeVar

import tenacity

from newswire.transport.model import Policy, Reason, Refusal, Request, shown

RETRIED = {
    Reason.UNRESOLVED,
    Reason.CONNECTION,
    Reason.BAD_ANSWER,
    Reason.TRUNCATED,
    Reason.RATE_LIMITED,
    Reason.SERVER_ERROR,
}

_log = logging.getLogger(__name__)
_Result = TypeVar("_Result")


async def persist(policy: Policy, request: Request, attempt: Callable[[Request], Awaitable[_Result]]) -> _Result:
    """Call until it succeeds, fails for good, or the policy's patience ends.

    Raises:
        Refusal: The last try's.
    """
    retrying = tenacity.AsyncRetrying(
        sleep=policy.sleep,
        stop=tenacity.stop_after_attempt(policy.attempts),
        wait=lambda state: _wait(policy, state),
        retry=tenacity.retry_if_exception(lambda error: _worth_another_try(policy, error)),
        before_sleep=lambda state: _log.info("%s; next try in %.1f s", _told(state, request), state.upcoming_sleep),
        reraise=True,
    )
    return await retrying(attempt, request)


def _worth_another_try(policy: Policy, error: BaseException) -> bool:
    return (
        isinstance(error, Refusal)
        and error.code in RETRIED
        and (error.wait is None or error.wait <= policy.longest_wait)
    )


def _wait(policy: Policy, state: tenacity.RetryCallState) -> float:
    error = state.outcome.exception() if state.outcome else None
    if isinstance(error, Refusal) and error.wait is not None:
        return error.wait
    return tenacity.wait_random_exponential(multiplier=policy.backoff, max=policy.longest_wait)(state)


def _told(state: tenacity.RetryCallState, request: Request) -> str:
    error = state.outcome.exception() if state.outcome else None
    return request.conceal(f"{shown(request.url)}: {error}")
