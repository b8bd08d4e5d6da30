"""The four steps in a row, without Airflow."""

from __future__ import annotations

from newswire.pipeline.publish import close_without_source, publish
from newswire.pipeline.pull import pull
from newswire.pipeline.refine import refine
from newswire.pipeline.validate import validate
from newswire.pipeline.work import Published, Run, Workplace


def run(place: Workplace, wanted: Run) -> Published:
    """Pull, refine, validate and publish once.

    Failed feeds are in the result; nothing is raised for them.
    """
    pulled = pull(place, wanted)
    if pulled.mode == "no_source":
        close_without_source(place, pulled)
        return Published(run_id=wanted.run_id, mode=pulled.mode, counts={})
    return publish(place, validate(place, refine(place, pulled)))
