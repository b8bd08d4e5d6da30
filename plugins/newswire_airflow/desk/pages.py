"""The pages as HTML: templates in which every value is escaped."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlencode

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from newswire_airflow.desk import PREFIX, words

HERE = Path(__file__).parent


def _query(**asked: object) -> str:
    """A query string of what was asked for; what is None or empty is left out."""
    return urlencode({name: value for name, value in asked.items() if value not in {None, ""}})


_environment = Environment(
    loader=FileSystemLoader(HERE / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_environment.filters |= {
    "distance": words.distance,
    "duty": words.duty,
    "iso": words.iso,
    "means": words.means,
    "short": words.short,
    "time": words.time,
}
_environment.globals |= {"MODES": words.MODES, "OUTCOMES": words.OUTCOMES, "STATES": words.STATES, "query": _query}


def page(request: Request, template: str, *, status: int = 200, **values: object) -> HTMLResponse:
    """A page of a template; links begin at where Airflow and this page lie."""
    root = str(request.scope.get("root_path", ""))
    shared: Mapping[str, object] = {"root": root, "airflow": root.removesuffix(PREFIX), "asked": ""}
    return HTMLResponse(_environment.get_template(template).render({**shared, **values}), status_code=status)
