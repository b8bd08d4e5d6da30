"""newswire in Airflow: the library's steps as tasks. Everything that imports Airflow lives here or under ``dags/``."""

NO_SOURCE = (
    "no_source: nothing landed for this interval, it has passed for the live feeds, and no feed has an archive. "
    "Nothing was pulled; add `archive` to a feed, or pull now with a manual run."
)
"""What a run that had nothing to read says in its log and in its note."""

WIRE = "wire_"
"""What the id of a partner's DAG begins with; the partner's slug follows."""
