"""newswire's page inside Airflow's UI: what the ledger and the lake say, to be read. Nothing can be changed here."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from fastapi import FastAPI
    from starlette.types import Receive, Scope, Send

PREFIX = "/newswire"


@cache
def application() -> FastAPI:
    """The application; made once for each process that serves it."""
    from newswire_airflow.desk.app import build  # noqa: PLC0415 - see Page

    return build()


class Page:
    """The application, made when it is first asked for: every process of Airflow loads plugins, one serves pages."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request (ASGI)."""
        from newswire_airflow.desk.headers import guarded  # noqa: PLC0415 - as above

        await application()(scope, receive, guarded(send))


APP: dict[str, Any] = {"app": Page(), "url_prefix": PREFIX, "name": "newswire"}
"""What Airflow mounts."""

VIEW: dict[str, Any] = {
    "name": "newswire",
    "href": f"{PREFIX.removeprefix('/')}/",  # relative: Airflow may itself lie below a path
    "destination": "nav",
    "url_route": "newswire",
}
"""The entry in Airflow's navigation; the page opens inside Airflow's own."""
