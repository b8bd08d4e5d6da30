"""The DAG by which a person takes stories out of everything."""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from typing import Any

import msgspec
from airflow.sdk import DAG, Param, dag, get_current_context, task

from newswire.config import Settings
from newswire_airflow.retries import RETRIED

ARTICLE, STORY, PARTNER = "One article", "One story", "Every story of a partner"
KINDS = {ARTICLE: "article", STORY: "story", PARTNER: "partner"}
NOTE = "note"
log = logging.getLogger(__name__)


def takedown_dag(runbook: str | None) -> DAG:
    """Build ``takedown``: a form, one task, and a proof in its log, in the run's note and in the ledger."""

    @dag(
        dag_id="takedown",
        dag_display_name="Rights: takedown",
        description="Take a story, or all of a partner, out of everything, with a proof at the end",
        schedule=None,
        start_date=datetime(2025, 1, 1, tzinfo=UTC),
        max_active_runs=1,
        is_paused_upon_creation=False,
        doc_md=runbook,
        default_args={"owner": "newswire"},
        params={
            "what": Param(
                ARTICLE,
                type="string",
                enum=[ARTICLE, STORY, PARTNER],
                title="What to take down",
                description="What the next field names.",
            ),
            "name": Param(
                type="string",
                minLength=1,
                title="Its name",
                description="The article id, as in articles; or the partner's own id of the story; or the partner.",
            ),
            "partner": Param(
                None,
                type=["null", "string"],
                title="Whose story it is",
                description="Only for one story named by the partner's own id.",
            ),
            "unseen": Param(
                False,
                type="boolean",
                title="It has not come yet",
                description="Only for one story named by the partner's own id: it is withdrawn when it comes.",
            ),
            "why": Param(type="string", minLength=1, title="Why", description="Kept for the record, with your name."),
            "purge_raw": Param(
                False,
                type="boolean",
                title="Purge the raw payloads",
                description="For good: it comes back only if it is allowed to and its source sends it again.",
            ),
            "dry_run": Param(
                False, type="boolean", title="Only look", description="Say what would be found, and change nothing."
            ),
        },
        tags=["rights"],
    )
    def takedown() -> None:
        take_down()

    return takedown()


@task(show_return_value_in_logs=False, **RETRIED)
def take_down() -> str:
    """Take down what the form names, on behalf of whoever started the run; end red if something is left."""
    from newswire.errors import NewswireError  # noqa: PLC0415 - DAG parsing needs none of this
    from newswire.pipeline.absent import present_or_last_valid  # noqa: PLC0415
    from newswire.pipeline.proof import summary  # noqa: PLC0415
    from newswire.pipeline.takedown import find_target, look  # noqa: PLC0415
    from newswire.pipeline.takedown import take_down as step  # noqa: PLC0415
    from newswire.pipeline.work import Workplace  # noqa: PLC0415

    context, settings = get_current_context(), Settings.from_environment()
    said, person = context["params"], context["dag_run"].triggering_user_name
    try:
        slug, item_id = find_target(settings.ledger(), KINDS[said["what"]], said["name"].strip(), said["partner"])
        place = Workplace.of(present_or_last_valid(settings, slug), settings)
        told: Any
        how = {"purge_raw": said["purge_raw"], "unseen": said["unseen"]}
        if said["dry_run"]:
            told = look(place, item_id, **how)
            note = f"Only looked: {summary(told.places)}. Nothing was changed."
        else:
            told = step(place, item_id, by=_named(person), why=said["why"].strip(), **how)
            note = f"{told.takedown_id}: {summary(told.places)}; nothing is left."
    except NewswireError as error:
        context["ti"].xcom_push(NOTE, str(error))
        raise
    for line in msgspec.json.format(msgspec.json.encode(told), indent=2).decode().splitlines():
        log.info("%s", line)  # a line for each: the UI of a task's log cuts long ones off
    context["ti"].xcom_push(NOTE, note)
    return note


def _named(person: str | None) -> str:
    """Who started the run.

    Raises:
        RulingRefused: Nobody is on record.
    """
    from newswire.errors import RulingRefused  # noqa: PLC0415

    if not person:
        msg = "Nobody is on record as having started this run, and a takedown is a person's."
        raise RulingRefused(msg, reason="nobody", remedy="Start it from the UI or the API, signed in.")
    return person
