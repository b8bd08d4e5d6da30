"""A person takes a story, or every story of a partner, out of everything. It is started by hand, with a form.

## What a run does
First the story is withdrawn: from then on no run, backfill or sweep publishes it, and its rows leave the lake within
seconds. Then every other place is searched and cleaned: decisions, staged batches, quarantine, quality reports, the
ledger's texts, and the landed payloads if they are to be purged. Then all of them are searched again. The proof says
what was searched, found and left; it stands in the task's log, in the run's note and in the ledger. Who started the run
is on record, and why.

## The form
- **What to take down** and **its name**: an article id (`ilkha:0f1e2d3c4b5a6978`); a partner's own id of a story; or a
  partner, all of whose stories so far are taken down, and none that it sends later.
- **It has not come yet**: only then is a story taken down that nobody has seen; it is withdrawn when it comes. Without
  this an unknown id is taken for a slip.
- **Purge the raw payloads**: each payload that holds the story is replaced by what is left of it, and the story's
  article pages go whole. Without this the raw bytes stay, and the proof counts them.
- **Only look** says what would be found and changes nothing. Look first.

Names stay, so that late copies are known: ids, addresses, hashes, times. Not covered are backups, Airflow's own logs
and what readers have copied; the proof names them.

## When it is red
- `takedown_incomplete`: the message says what is left and where. Nothing of it is readable in the lake. The sweep takes
  it up every five minutes; cure what the message names, or clear `take_down`: it is safe to repeat.
- `unknown_item`, `unknown_partner`, `partner_needed`: the form names nothing that is known. Nothing was changed.

## By hand, and back
`bin/newswire takedown` does the same, `bin/newswire explain ARTICLE_ID` shows the proof. Only an admin takes it back:
`bin/newswire tombstone lift`. What was purged comes back then only if its source sends it again.
"""

from __future__ import annotations

from newswire_airflow.takedown import takedown_dag

dag = takedown_dag(__doc__)
