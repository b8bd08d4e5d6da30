"""The DAGs of rights over time: ``rights_sweep`` and ``rights_review``."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import msgspec
from airflow.providers.standard.operators.hitl import HITLOperator
from airflow.providers.standard.operators.trigger_dagrun import TriggerDagRunOperator
from airflow.sdk import DAG, Param, dag, get_current_context, task
from airflow.sdk.exceptions import AirflowSkipException

from newswire.config import Settings, load_partner, load_partners
from newswire_airflow.retries import DELAY, RETRIED, RETRIES

EVERY_FIVE_MINUTES = "*/5 * * * *"
FIRST_DAY = datetime(2025, 1, 1, tzinfo=UTC)
AT_ONCE = 64
YES, NO = "Yes", "No"
FAILED = "failed"
OWNED = {"owner": "newswire"}

Told = dict[str, Any]


def sweep_dag(runbook: str | None) -> DAG:
    """Build ``rights_sweep``: sweep every partner, put to persons what waits for them, end red if a partner failed."""

    @dag(
        dag_id="rights_sweep",
        dag_display_name="Rights: sweep",
        description="Release what may be read now, withdraw what may not, finish what was interrupted",
        schedule=EVERY_FIVE_MINUTES,
        start_date=FIRST_DAY,
        catchup=False,
        max_active_runs=1,
        is_paused_upon_creation=False,
        doc_md=runbook,
        default_args=OWNED,
        tags=["rights"],
    )
    def rights_sweep() -> None:
        questions: Any = sweep()
        report(questions[FAILED])
        ask = TriggerDagRunOperator.partial(
            task_id="ask", trigger_dag_id="rights_review", skip_when_already_exists=True
        )
        ask.expand_kwargs(questions)

    return rights_sweep()


def review_dag(runbook: str | None) -> DAG:
    """Build ``rights_review``: put one review to a person under Required Actions, and record what they say."""
    from newswire.pipeline.reviews import ANSWER_WITHIN  # noqa: PLC0415 - beside its only use

    @dag(
        dag_id="rights_review",
        dag_display_name="Rights: review",
        description="A person approves what the rules do not decide alone",
        schedule=None,
        start_date=FIRST_DAY,
        max_active_runs=AT_ONCE,
        max_active_tasks=AT_ONCE,
        is_paused_upon_creation=False,
        doc_md=runbook,
        default_args=OWNED,
        params={"review": Param("", type="string", description="The review's id; see `bin/newswire review list`")},
        tags=["rights"],
    )
    def rights_review() -> None:
        put: Any = question()
        person = HITLOperator(
            task_id="person",
            subject="{{ ti.xcom_pull('question')['subject'] }}",
            body="{{ ti.xcom_pull('question')['body'] }}",
            options=[YES, NO],
            defaults=[NO],
            params={"why": Param(None, type=["null", "string"], title="Why (for the record)")},
            response_timeout=ANSWER_WITHIN,
        )
        said: Any = person.output
        put >> person >> record(put, said)

    return rights_review()


@task(retries=RETRIES, retry_delay=DELAY)
def sweep() -> list[Told]:
    """Sweep every partner; return a run of ``rights_review`` for each review that waits to be asked.

    A partner that fails stops none of the others and is left to ``report``.
    """
    from newswire.pipeline.reviews import to_ask  # noqa: PLC0415 - DAG parsing needs none of this
    from newswire.pipeline.sweep import sweep_all  # noqa: PLC0415

    settings = Settings.from_environment()
    swept = sweep_all(*load_partners(settings.partners), settings)
    get_current_context()["ti"].xcom_push(FAILED, swept.failed)
    reviews = to_ask(settings, datetime.now(UTC))
    return [{"trigger_run_id": run_id, "conf": {"review": review}} for review, run_id in reviews.items()]


@task
def report(failed: dict[str, str]) -> None:
    """End red if a partner could not be swept, naming it and why."""
    from newswire.pipeline.sweep import Sweep, raise_for_failed  # noqa: PLC0415

    raise_for_failed(Sweep(swept=(), failed=failed))


@task(multiple_outputs=False, show_return_value_in_logs=False)
def question() -> Told:
    """Read a review from the ledger and note that it is asked now."""
    from newswire import ledger  # noqa: PLC0415
    from newswire.ledger import reviews  # noqa: PLC0415
    from newswire.pipeline.reviews import ANSWER_WITHIN, body  # noqa: PLC0415
    from newswire.pipeline.rulings import unknown_review  # noqa: PLC0415

    review_id, now = get_current_context()["params"]["review"], datetime.now(UTC)
    with ledger.transaction(Settings.from_environment().ledger()) as connection:
        review = reviews.find(connection, review_id)
        if review is None:
            raise unknown_review(review_id)
        if review.answer is not None:
            msg = f"{review_id} is answered: {review.answer} by {review.answered_by}"
            raise AirflowSkipException(msg)
        reviews.asked(connection, review_id, at=now, due_at=now + ANSWER_WITHIN)
        text = body(connection, review)
    kind = "Was this story killed?" if review.kind == "kill" else "May these stories come back?"
    return {
        "review": review_id,
        "partner": review.partner,
        "subject": f"{review.partner}: {kind}",
        "body": text,
    }


@task(show_return_value_in_logs=False, **RETRIED)
def record(put: Told, said: Told) -> Told:
    """Record a person's answer with their name, and let it take effect; silence decides nothing here.

    The sweep turns silence about a re-entry into a no; what a kill may have meant stays suspended and is asked again.
    """
    from newswire.pipeline.rulings import answer_review  # noqa: PLC0415
    from newswire.pipeline.sweep import sweep as sweep_one  # noqa: PLC0415
    from newswire.pipeline.work import Workplace  # noqa: PLC0415

    person = said["responded_by_user"]
    if person is None:
        msg = f"nobody answered {put['review']} in time: nothing enters, nothing is released"
        raise AirflowSkipException(msg)
    settings = Settings.from_environment()
    place = Workplace.of(load_partner(settings.partners / f"{put['partner']}.yaml"), settings)
    answer = "yes" if said["chosen_options"] == [YES] else "no"
    note = (said["params_input"] or {}).get("why") or None
    answered = answer_review(place, put["review"], answer, by=person["name"], note=note)
    told: Told = msgspec.json.decode(msgspec.json.encode({"review": answered, "swept": sweep_one(place)}))
    return told
