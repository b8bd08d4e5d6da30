"""The routes of the page. Each asks who is signed in, reads, and renders; none takes anything but GET."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Annotated, NoReturn

from fastapi import FastAPI, Query, Request, Response
from fastapi.exceptions import HTTPException
from fastapi.responses import FileResponse, HTMLResponse, RedirectResponse
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException as AnyHTTPException

from newswire.config import SLUG, Settings
from newswire.errors import ConfigError, NewswireError, RulingRefused, TransientError
from newswire.ledger.search import Place, Wanted
from newswire.pipeline import desk as book
from newswire.pipeline import reports as shelf
from newswire.pipeline import story as archive
from newswire.pipeline.story import ARTICLE_ID
from newswire_airflow.desk.access import SIGNED_IN, User, readable
from newswire_airflow.desk.headers import REPORT_POLICY
from newswire_airflow.desk.pages import HERE, page

LONGEST = 200
STATIC = {"newswire.css": "text/css", "newswire.js": "text/javascript"}
_AFTER = re.compile(rf"([\d-]{{10}})~({ARTICLE_ID.pattern})")
"""How a link says where the list of stories goes on."""


def build() -> FastAPI:
    """The application, without the pages that FastAPI adds for everyone to read."""
    made = FastAPI(
        title="newswire",
        dependencies=[SIGNED_IN],
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        redirect_slashes=False,
    )
    pages: dict[str, Callable[..., Response]] = {
        "/": desk,
        "/stories": stories,
        "/story/{article_id}": story,
        "/quality": quality,
        "/quality/{partner}": reports,
    }
    for path, shows in pages.items():
        made.get(path, response_class=HTMLResponse)(shows)
    made.get("/quality/{partner}/files/{name:path}")(report)
    made.get("/static/{name}")(static)
    made.get("/{rest:path}", response_model=None)(nothing)  # so that what is not there asks for the user, too
    made.add_exception_handler(NewswireError, _failed)
    made.add_exception_handler(AnyHTTPException, _refused)
    return made


def desk(request: Request, user: User) -> Response:
    """One line for each partner that the user may read."""
    settings, now = Settings.from_environment(), _now()
    lines = book.desk(settings, readable(user, book.known(settings)), now)
    return page(request, "desk.html", lines=lines, now=now, within=book.ENDS_WITHIN.days)


class Asked(BaseModel):
    """What the form above the list of stories asks for; every field may be empty."""

    q: str = ""
    partner: str = ""
    state: str = ""
    reason: str = ""
    first: str = Field("", alias="from")
    last: str = Field("", alias="until")
    after: str = ""

    def wanted(self) -> Wanted:
        """The same for the library.

        Raises:
            ValueError: Something is not what it should be; the message says what is.
        """
        return Wanted(
            words=tuple(_said(self.q).split()),
            partner=_said(self.partner) or None,
            state=_said(self.state) or None,
            reason=_said(self.reason) or None,
            first=_day(self.first),
            last=_day(self.last),
        )


def stories(request: Request, user: User, asked: Annotated[Asked, Query()]) -> Response:
    """Stories that were asked for; an article id alone leads to its story."""
    if ARTICLE_ID.fullmatch(asked.q.strip()):
        return RedirectResponse(f"{request.scope.get('root_path', '')}/story/{asked.q.strip()}", status_code=303)
    settings, now = Settings.from_environment(), _now()
    mine = readable(user, book.known(settings))
    listing, problem = None, None
    try:
        wanted, place = asked.wanted(), _place(asked.after)
    except ValueError as error:
        problem = str(error)
    else:
        listing = archive.stories(settings, wanted, partners=mine, after=place, now=now)
    return page(
        request,
        "stories.html",
        status=400 if problem else 200,
        asked=asked.q,
        filters=asked.model_dump(by_alias=True, exclude={"after"}),
        listing=listing,
        partners=mine,
        problem=problem,
        states=book.STATES,
    )


def story(request: Request, user: User, article_id: str) -> Response:
    """One story: what it is, why and until when, and how it came to be that."""
    slug = article_id.partition(":")[0]
    if not ARTICLE_ID.fullmatch(article_id) or not readable(user, [slug]):
        return _unknown(request, article_id)
    now = _now()
    try:
        found = archive.story(Settings.from_environment(), article_id, now)
    except RulingRefused:
        return _unknown(request, article_id)
    return page(request, "story.html", story=found, life=found.life, now=now)


def quality(request: Request, user: User) -> Response:
    """What reports there are, partner by partner."""
    settings = Settings.from_environment()
    found = [shelf.reports(settings, slug) for slug in readable(user, book.known(settings))]
    return page(request, "quality.html", partners=found)


def reports(request: Request, user: User, partner: str) -> Response:
    """The reports on one partner."""
    if not SLUG.fullmatch(partner) or not readable(user, [partner]):
        _not_found(f"There is no partner {partner!r} whose reports you may read.")
    return page(request, "reports.html", reports=shelf.reports(Settings.from_environment(), partner), docs=shelf.DOCS)


def report(user: User, partner: str, name: str) -> Response:
    """A file of the reports, as it lies in the lake; it may show, and nothing else."""
    found = shelf.file(Settings.from_environment(), partner, name) if readable(user, [partner]) else None
    if found is None:
        _not_found("There is no such report (any more): only the latest validations are kept.")
    return Response(found.content, media_type=found.type, headers={"Content-Security-Policy": REPORT_POLICY})


def static(name: str) -> Response:
    """The page's own style and script."""
    if name not in STATIC:
        _not_found("There is no such file.")
    return FileResponse(HERE / "static" / name, media_type=STATIC[name])


def nothing() -> NoReturn:
    """Whatever else is asked for."""
    _not_found("There is no such page.")


def _now() -> datetime:
    return datetime.now(UTC)


def _said(asked: str) -> str:
    if not asked.isprintable() or len(asked) > LONGEST:
        msg = f"No id, address or reason is like that; write at most {LONGEST} characters that can be printed."
        raise ValueError(msg)
    return asked


def _day(said: str) -> date | None:
    if not said:
        return None
    try:
        return date.fromisoformat(said)
    except ValueError:
        msg = f"{said!r} is no date; write it as 2026-12-31."
        raise ValueError(msg) from None


def _place(said: str) -> Place | None:
    if not said:
        return None
    found = _AFTER.fullmatch(said)
    day = _day(found[1]) if found else None
    if found is None or day is None:
        msg = f"{said!r} is no place in the list; begin at its first page."
        raise ValueError(msg)
    return Place(published_date=day, article_id=found[2])


def _not_found(detail: str) -> NoReturn:
    raise HTTPException(404, detail)


def _unknown(request: Request, article_id: str) -> Response:
    told = f"The ledger knows no story {article_id!r} that you may read."
    remedy = "An article id is the partner, a colon and 16 hexadecimal digits, as in the column article_id of the lake."
    return page(request, "problem.html", status=404, title="Not found", told=told, remedy=remedy)


def _failed(request: Request, error: Exception) -> Response:
    """What the library could not do: 503 where the ledger or a setting is missing."""
    assert isinstance(error, NewswireError)  # noqa: S101 - registered for these alone
    status = 503 if isinstance(error, TransientError | ConfigError) else 500
    title = "Not available" if status == 503 else "It did not work"  # noqa: PLR2004 - as above
    return page(request, "problem.html", status=status, title=title, told=error.message, remedy=error.remedy)


TITLES = {401: "Not signed in", 403: "Not allowed", 404: "Not found", 405: "Only to be read"}
REMEDIES = {
    401: "Sign in to Airflow, then open this page again.",
    403: "Ask whoever runs this Airflow for the right to read its pages.",
    405: "Rulings are made with bin/newswire, answers given under Required Actions.",
}


def _refused(request: Request, error: Exception) -> Response:
    """What Airflow or a route refuses."""
    assert isinstance(error, AnyHTTPException)  # noqa: S101 - registered for these alone
    status = error.status_code
    title, remedy = TITLES.get(status, "It did not work"), REMEDIES.get(status, "")
    made = page(request, "problem.html", status=status, title=title, told=error.detail, remedy=remedy)
    made.headers.update(error.headers or {})
    return made
