"""Airflow's REST API, as far as starting the stack needs it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

import httpx

TIMEOUT = 60.0  # a busy machine answers late while four runs start at once
ENDED = frozenset({"success", "failed"})
PREFIX = "wire_"
NO_SOURCE = "no_source"


@dataclass(frozen=True, slots=True, kw_only=True)
class Dag:
    """A DAG of a partner."""

    dag_id: str
    paused: bool
    tags: frozenset[str]


class Airflow:
    """A signed-in client of the API.

    Args:
        url: The address of the UI.
        user: Who signs in.
        password: The password of the user.
    """

    def __init__(self, url: str, user: str, password: str) -> None:
        self._client = httpx.Client(base_url=url, timeout=TIMEOUT, trust_env=False)
        self._sign_in = {"username": user, "password": password}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def health(self) -> dict[str, str]:
        """The status of each part that reports to the database; empty while the API does not answer."""
        try:
            response = self._client.get("/api/v2/monitor/health")
            response.raise_for_status()
        except httpx.HTTPError:
            return {}
        return {name: str(part.get("status")) for name, part in response.json().items() if part}

    def dags(self) -> list[Dag]:
        """The partners' DAGs that are current, by id."""
        found = self._get("/api/v2/dags", dag_id_pattern=f"{PREFIX}%", limit=1000, order_by="dag_id")["dags"]
        return [
            Dag(
                dag_id=dag["dag_id"],
                paused=dag["is_paused"],
                tags=frozenset(tag["name"] for tag in dag["tags"]),
            )
            for dag in found
            if dag["dag_id"].startswith(PREFIX)
        ]

    def import_errors(self) -> dict[str, str]:
        """The last line of each import error, by file."""
        errors = self._get("/api/v2/importErrors", limit=1000)["import_errors"]
        return {error["filename"]: error["stack_trace"].strip().splitlines()[-1] for error in errors}

    def unpause(self, dag_id: str) -> None:
        """Let a DAG run by its schedule."""
        self._request("PATCH", f"/api/v2/dags/{dag_id}", json={"is_paused": False})

    def ended_run(self, dag_id: str) -> str | None:
        """The state of the latest run that has ended; None if none has yet.

        A run whose interval was over before it could pull does not count: the next one comes at once.
        """
        runs = self._get(f"/api/v2/dags/{dag_id}/dagRuns", limit=10, order_by="-run_after")["dag_runs"]
        pulled = [run for run in runs if not (run["note"] or "").startswith(NO_SOURCE)]
        return next((run["state"] for run in pulled if run["state"] in ENDED), None)

    def _get(self, path: str, **parameters: str | int) -> Mapping[str, Any]:
        return self._request("GET", path, params=parameters)

    def _request(self, method: str, path: str, **arguments: Any) -> Mapping[str, Any]:  # noqa: ANN401 - httpx's own
        if "Authorization" not in self._client.headers:
            token = self._client.post("/auth/token", json=self._sign_in).raise_for_status().json()["access_token"]
            self._client.headers["Authorization"] = f"Bearer {token}"
        answer: Mapping[str, Any] = self._client.request(method, path, **arguments).raise_for_status().json()
        return answer
