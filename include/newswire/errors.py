"""Every error newswire raises on purpose, rooted in one class.

The four branches say what a caller should do: retry, stop, set one item aside, or correct its own call. A message says
what happened, to what, what was expected and what to do next. All survive pickling, since Airflow moves them between
processes.
"""

from __future__ import annotations


class NewswireError(Exception):
    """Root of the hierarchy.

    Args:
        message: What happened, to which thing, what was expected.
        reason: A stable code for counting and for tests, such as ``too_large``.
        remedy: The next step for the person who reads it.
    """

    def __init__(self, message: str, *, reason: str = "error", remedy: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.reason = reason
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.message} {self.remedy}".rstrip()

    def __reduce__(self) -> tuple[object, ...]:
        return _restore, (type(self), self.message, self.reason, self.remedy)


def _restore(kind: type[NewswireError], message: str, reason: str, remedy: str) -> NewswireError:
    return kind(message, reason=reason, remedy=remedy)


class TransientError(NewswireError):
    """The same call may work later; a task retries it."""


class PermanentError(NewswireError):
    """The same call fails again until a person changes something; a task fails without a retry."""


class LakeBusy(TransientError):
    """Another writer holds a partition's lock or replaced it first."""


class LedgerUnavailable(TransientError):
    """The ledger's database does not answer."""


class ConfigError(PermanentError):
    """A partner file or a setting is wrong."""


class FeedsFailed(PermanentError):
    """Some feeds of a pull failed; everything else of it is published. Clear the run to fetch only those again."""


class BatchRefused(PermanentError):
    """A batch-level expectation failed: nothing of the batch was added."""


class RulingRefused(PermanentError):
    """What a person said about a story cannot be done: unknown, out of order, or without effect."""


class TakedownIncomplete(PermanentError):
    """Something of what was taken down is left; nothing of it is readable in the lake."""


class SweepFailed(PermanentError):
    """Some partners could not be swept; all others were."""


class BackupRefused(PermanentError):
    """A backup cannot be taken or restored: damaged, of a newer version, or the ledger there is not empty."""


class NotReconciled(PermanentError):
    """The ledger was restored, and what landed after its backup is not taken up: nothing may enter the lake."""


class HousekeepingFailed(PermanentError):
    """A step of the daily housekeeping was done and found something wrong; the other steps go by themselves."""


class LakeCorrupt(PermanentError):
    """The lake and the ledger disagree, or a checksum does not match."""


class PayloadRemoved(LakeCorrupt):
    """A payload is gone because landing retention removed it: nobody lost it, and nobody is to restore it."""


class PayloadRefused(NewswireError):
    """A payload cannot be read at all; it is quarantined whole and its raw bytes are kept."""


class PolicyRefused(NewswireError):
    """A machine-readable policy, or a request or state to evaluate it with, cannot be read; its item waits."""
