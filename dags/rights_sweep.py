"""Every five minutes: everything about rights that happens without a pull. It never waits for a person.

## What a run does
`sweep` goes through the partners one after the other. For each it
- releases stories whose embargo has lapsed, decided anew as of now from what landed, and validated like any other;
- withdraws what an expiry, the end of a contract or its retention, or a changed contract no longer allows;
- lets overrides, answered reviews, kills and lifted tombstones take effect that something interrupted;
- rewrites partitions that an interrupted run left behind.

Changed terms take stories out without asking. If they would bring back more stories than the partner's `mass_reentry`
allows, those are held, and `ask` starts a run of `rights_review` for a person; so it does for stories that a kill may
have meant. Nothing enters and nothing is released before the answer.

A sweep that finds nothing due reads no payload and imports neither parsers nor Great Expectations.

## When it is red
`report` failed with `SweepFailed`: the message names each partner that could not be swept and why; all others were.
- A file that does not validate: `bin/newswire partners check` names line and remedy. Its stories stay under its last
  valid terms, and what ends or lapses by them does.
- A file that is gone: its stories leave 15 minutes after a sweep missed it first. Bring it back before, or let them go.
- `batch_expectation`: validation refused what would enter; what had to leave has left. Open the Data Docs it names.
- `not_reconciled`: the ledger was restored. Run `bin/newswire reconcile`; until then sweeps only withdraw.
- `payload_unreadable`, `row_lost`: a landed payload is gone or damaged. Restore it from a backup; a row that is missing
  comes back with `bin/newswire rebuild`.

The next sweep tries again. Readers are safe meanwhile: the views of `bin/newswire views` filter `expires_at`.

## By hand
`bin/newswire sweep` does the same; `bin/newswire sweep --what-if FILE` lists what another partner file would change.
`bin/newswire explain ARTICLE_ID` tells why a story is where it is.
"""

from __future__ import annotations

from newswire_airflow.rights import sweep_dag

dag = sweep_dag(__doc__)
