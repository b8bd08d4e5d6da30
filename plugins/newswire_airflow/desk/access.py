"""Who may read what: whoever may read a partner's DAG may read about its stories."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from typing import Annotated

from airflow.api_fastapi.app import get_auth_manager
from airflow.api_fastapi.auth.managers.models.base_user import BaseUser
from airflow.api_fastapi.auth.managers.models.resource_details import AccessView
from airflow.api_fastapi.core_api.security import get_user, requires_access_view
from airflow.models.dag import DagModel
from fastapi import Depends

from newswire_airflow import WIRE

User = Annotated[BaseUser, Depends(get_user)]
"""Whoever is signed in to Airflow; without one the answer is 401."""

SIGNED_IN = Depends(requires_access_view(AccessView.WEBSITE))
"""Stands before every route: a signed-in user who may look at Airflow's pages."""


def readable(user: BaseUser, partners: Collection[str]) -> list[str]:
    """Those of some partners whose DAG the user may read, in their order."""
    slugs = {f"{WIRE}{slug}": slug for slug in partners}
    teams = DagModel.get_dag_id_to_team_name_mapping(list(slugs))
    by_team: dict[str | None, set[str]] = defaultdict(set)
    for name in slugs:
        by_team[teams.get(name)].add(name)
    manager, allowed = get_auth_manager(), set()
    for team, names in by_team.items():
        allowed |= manager.filter_authorized_dag_ids(dag_ids=names, user=user, method="GET", team_name=team)
    return [slug for name, slug in slugs.items() if name in allowed]
