"""One DAG for each partner file: pull → refine → validate → publish.

## What a run does
`pull` lands the partner's feeds for its data interval, or finds what landed before. `refine` reads every item, takes
its text apart, detects its language, decides its rights, and withdraws at once what must not stay readable. `validate`
checks what would be added with Great Expectations. `publish` commits and rewrites the Parquet partitions concerned.

## When it is red
- **`publish` failed with `FeedsFailed`**: everything else of the run is published. The message names each feed and
  why. Clear `pull` with its downstream tasks: only what failed is fetched again, while its interval is the latest one.
  A feed that came and cannot be read fails with every run until the agency sends another.
- **`validate` failed with `BatchRefused`**: nothing of the batch was added; withdrawals are done. Open the Data Docs
  that the message names.
- **`publish` failed with `LakeCorrupt`**: run `bin/newswire verify`; it lists what differs, and what mends it.
  `row_lost` names a story whose landed payload is gone or damaged: everything else is published. Restore the payload
  from a backup, then run `bin/newswire rebuild`.
- **Any step failed with `NotReconciled`**: the ledger was restored from a backup. Run `bin/newswire reconcile`, then
  clear the run.
- Transient errors (database, disk, lock) are tried again three times before the task fails.

## When it is green and nothing is there
Held and rejected items leave a run green: `bin/newswire status` counts them with their reasons. A run whose note says
`no_source` had nothing to read: its interval has passed and no feed has an archive.

## Backfill and repetition
Every run is safe to repeat. A backfill replays what landed for each interval, or pulls the feeds' archives; it never
pulls a live feed into an old interval, and rights are decided as of now.
"""

from __future__ import annotations

from newswire.config import Settings, load_partners
from newswire_airflow.wire import wire_dag

partners, _ = load_partners(Settings.from_environment().partners)  # dags/partners_check.py reports the others
for partner in partners:
    globals()[f"wire_{partner.slug}"] = wire_dag(partner, __doc__)
