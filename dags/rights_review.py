"""One question to a person, under Required Actions: may stories come back, or did a kill mean a story?

`rights_sweep` starts a run for each review that waits. `person` waits for the answer, three days at most, and holds no
worker meanwhile. `record` writes the answer, whose it is and why into the ledger, and lets it take effect at once.

## What the answers do
| question | Yes | No | no answer |
|---|---|---|---|
| May these stories come back? | they are published | they stay out until the terms change | as No |
| Was this story killed? | it is withdrawn for good | it is decided without that kill | it stays suspended |

What stays suspended is asked about again.

Before answering, `bin/newswire review show REVIEW` lists the stories and `bin/newswire explain ARTICLE_ID` tells the
life of each. `bin/newswire review answer` does the same as the buttons here; the first answer counts, and a later one
by hand replaces it, with both on record.

## When it is red
`record` failed: the answer is in the message of the task. Clear `record`; it is safe to repeat.
"""

from __future__ import annotations

from newswire_airflow.rights import review_dag

dag = review_dag(__doc__)
