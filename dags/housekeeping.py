"""Once a day: what piles up leaves, the ledger is backed up, and every checksum is compared.

## What a run does
Five tasks, one after the other. Each does its work whatever became of the others, and tells its counts in its log.
- `clean` removes half-written files of dead processes, and the staged batches of runs that closed a week ago.
- `retention` removes raw payloads whose partner has a `landing_retention`, once no story needs them.
- `docs` keeps the Data Docs of each partner to twenty validations.
- `backup` saves the ledger in one file and keeps the newest sound ones.
- `check` reads every published file and every payload and compares them with the ledger.

## When it is red
The message of the red task names what is wrong and what to do. All other tasks have done their work.
- **`check`**: a published file that differs is written anew by the `bin/newswire rebuild` that the message names. A
  payload that is damaged or gone comes from a copy of `landing`; a payload without a receipt from a crash, or from a
  restored ledger: `bin/newswire reconcile`. `bin/newswire verify --payloads` tells all of it again.
- **`backup`**: `disk` is a full disk or a folder that cannot be written; an older backup that is damaged is named, and
  does not count as one. The ledger has no backup of today then.
- **`clean`, `retention`, `docs`**: nothing is lost. Clear the task when its cause is cured.

Errors that may pass are tried again three times. Every task is safe to repeat.

## By hand
`bin/newswire housekeeping` does the same, `bin/newswire housekeeping --only backup` one step. How to come back from a
lost ledger is told in `docs/server.md`.
"""

from __future__ import annotations

from newswire_airflow.housekeeping import housekeeping_dag

dag = housekeeping_dag(__doc__)
