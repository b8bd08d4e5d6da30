"""newswire's page in Airflow's UI: who may see it, what it shows, what it must never show."""
# ruff: noqa: PLC0415 - Airflow reads its settings when it is imported
# ruff: noqa: S603 - the command is this test's own

from __future__ import annotations

import html
import re
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from lxml import html as markup
from sqlalchemy import event
from tests.airflow.conftest import PARAGRAPH, ROOT, atom
from tests.lake import rows_of
from tests.terms import contract

from newswire import ledger
from newswire.config import Settings, load_partner
from newswire.ledger import reviews, unreconciled
from newswire.ledger.database import engine
from newswire.ledger.reviews import Review
from newswire.ledger.unreconciled import Since
from newswire.model import Outcome
from newswire.pipeline.facts import article_id
from newswire.pipeline.rulings import add_override
from newswire.pipeline.run import run
from newswire.pipeline.sweep import sweep
from newswire.pipeline.takedown import take_down
from newswire.pipeline.work import Run, Workplace

pytestmark = [pytest.mark.airflow, pytest.mark.usefixtures("passing")]

NOW = datetime.now(UTC).replace(microsecond=0)
HOSTILE = "<script>alert(1)\"'><img src=x onerror=alert(2)> {{ 1234*4321 }}"


@pytest.fixture(scope="session")
def api(airflow: None) -> Any:  # noqa: ARG001 - Airflow comes first
    """Airflow's API server, with its plugins."""
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("AIRFLOW__API_AUTH__JWT_SECRET", "x" * 64)
        environment.setenv("AIRFLOW__API__SECRET_KEY", "y" * 64)
        from airflow.api_fastapi.app import create_app

        yield create_app(apps="core")


@pytest.fixture
def ask(api) -> Callable[..., Any]:
    """Ask the page for a path, signed in as a user of a role, or not."""
    from airflow.api_fastapi.app import get_auth_manager
    from airflow.api_fastapi.auth.managers.simple.user import SimpleAuthManagerUser
    from starlette.testclient import TestClient

    def asked(
        path: str,
        *,
        role: str | None = "viewer",
        method: str = "GET",
        signed_in: bool = True,
        token: str | None = None,
        lasting: int = 600,
        origin: str | None = None,
    ) -> Any:
        client = TestClient(api, follow_redirects=False)
        if signed_in:
            user = SimpleAuthManagerUser(username="selin", role=role)
            token = get_auth_manager().generate_jwt(user, expiration_time_in_seconds=lasting)
        if token is not None:
            client.cookies.set("_token", token)
        return client.request(method, f"/newswire{path}", headers={"Origin": origin} if origin else {})

    return asked


@pytest.fixture
def north(add_partner) -> Callable[..., Workplace]:
    """A partner of one story, pulled once; answers where it works."""

    def make(slug: str = "north", content: str | None = None, **changes: Any) -> Workplace:
        folder = add_partner(slug, "a", **changes) / "a"
        (folder / "one.xml").write_text(content or atom("one"), encoding="utf-8")
        settings = Settings.from_environment()
        place = Workplace.of(load_partner(settings.partners / f"{slug}.yaml"), settings)
        run(place, Run(run_id="manual__1"))
        return place

    return make


def one(slug: str = "north") -> str:
    return article_id(slug, "urn:one")


PATHS = (
    "/",
    "/stories",
    f"/story/{article_id('north', 'urn:one')}",
    "/quality",
    "/quality/north",
    "/quality/north/files/docs/index.html",
    "/quality/north/files/languages.html",
    "/static/newswire.css",
    "/static/newswire.js",
    "/no/such/page",
)


def test_every_route_asks_who_is_signed_in(ask, north):
    """Without a user every path of every route answers 401, with one who has no role 403, and tells nothing."""
    from fastapi.routing import APIRoute

    from newswire_airflow.desk import application
    from newswire_airflow.desk.access import SIGNED_IN

    north()
    routes = application().routes
    assert {type(route) for route in routes} == {APIRoute}
    assert all(route.methods == {"GET"} and SIGNED_IN in route.dependencies for route in routes)
    matched = {route.path for path in PATHS for route in routes[:-1] if route.path_regex.match(path)}
    assert matched == {route.path for route in routes[:-1]}, "a route has no path in this test"
    for path in PATHS:
        assert (ask(path, signed_in=False).status_code, ask(path, role=None).status_code) == (401, 403), path
        assert "north" not in ask(path, signed_in=False).text
    for path in ("/docs", "/redoc", "/openapi.json"):
        assert ask(path, signed_in=False).status_code == 401
        assert ask(path).status_code == 404


def test_a_forged_or_expired_token_is_refused(ask):
    """A token that Airflow did not sign, or whose time is over, opens nothing."""
    assert ask("/", signed_in=False, token="e30.e30.e30").status_code in {401, 403}
    assert ask("/", lasting=-60).status_code == 401


def test_a_viewer_reads_and_nobody_writes(ask, north):
    """The least role of Airflow may read every page; no method but GET is answered, whoever asks."""
    north()
    assert [ask(path).status_code for path in PATHS] == [200, 200, 200, 200, 200, 404, 200, 200, 200, 404]
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        assert {ask(path, role="admin", method=method).status_code for path in PATHS} == {405}


def test_every_answer_is_kept_from_caches_frames_and_other_sites(ask, north):
    """No answer may be cached, framed or read by others; only the page's own script may run, and none in a report."""
    north()
    for path in PATHS:
        for answer in (ask(path), ask(path, signed_in=False), ask(path, origin="https://evil.example")):
            assert answer.headers["Cache-Control"] == "no-store"
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
            assert "Access-Control-Allow-Origin" not in answer.headers
            policy = answer.headers["Content-Security-Policy"]
            assert "default-src 'none'" in policy
            assert "frame-ancestors 'self'" in policy
            assert "unsafe-eval" not in policy
            if "/files/" in path and answer.status_code == 200:
                assert "sandbox allow-same-origin;" in policy
                assert "script-src" not in policy
            else:
                assert "script-src 'self';" in policy
                assert "unsafe-inline" not in policy


def test_who_may_not_read_a_partners_dag_reads_nothing_of_it(ask, north, monkeypatch):
    """Of a partner whose DAG is barred nothing is listed, and its story is as unknown as one that never was."""
    from airflow.api_fastapi.auth.managers.simple.simple_auth_manager import SimpleAuthManager

    north("north"), north("south")
    allowed = SimpleAuthManager.is_authorized_dag

    def only_south(self: Any, *, details: Any = None, **more: Any) -> bool:
        return details.id != "wire_north" and allowed(self, details=details, **more)

    assert "north" in ask("/").text
    monkeypatch.setattr(SimpleAuthManager, "is_authorized_dag", only_south)
    assert one("south") in ask("/stories?q=quay+WORKS").text
    for path in ("/", "/stories", "/stories?partner=north", "/stories?q=quay", f"/stories?q={one()[:12]}", "/quality"):
        text = main(ask(path).text).replace(one()[:12], "")
        assert "north:" not in text, path
        assert "/north" not in text, path
    assert [ask(p.format("north")).status_code for p in OF_A_PARTNER] == [404, 404, 404]
    assert [ask(p.format("south")).status_code for p in OF_A_PARTNER[1:]] == [200, 200]
    assert ask(f"/story/{one('south')}").status_code == 200
    unknown = ask(f"/story/north:{'0' * 16}").text.replace("0" * 16, "ID")
    assert ask(f"/story/{one()}").text.replace(one().partition(":")[2], "ID") == unknown


OF_A_PARTNER = (f"/story/{article_id('north', 'urn:one')}", "/quality/{}", "/quality/{}/files/languages.html")


def test_what_partners_say_is_shown_as_text(ask, north):
    """Markup in a headline, an id, an address, a credit or what was asked for is shown, and never part of the page."""
    said = html.escape(HOSTILE)
    content = atom("one").replace("<title>Quay works begin at one", f"<title type='html'>{html.escape(said)} quay")
    content = content.replace("urn:one", html.escape(f"urn:{HOSTILE}"))
    north(content=content, name=HOSTILE)
    story = article_id("north", f"urn:{HOSTILE}")
    assert published_titles() != []
    pages = [
        ask(path).text
        for path in (
            "/",
            "/stories",
            f"/story/{story}",
            f"/stories?q={quote(HOSTILE)}",
            f"/stories?from={quote(HOSTILE)}",
            f"/stories?partner={quote(HOSTILE)}&reason={quote(HOSTILE)}",
            f"/story/{quote(HOSTILE, safe='')}",
            f"/quality/{quote(HOSTILE, safe='')}",
            f"/{quote(HOSTILE)}",
        )
    ]
    for page in pages:
        assert re.findall(r"<script[^>]*>", page) == ['<script src="/newswire/static/newswire.js" defer>']
        assert "<img" not in page
        assert "5332114" not in page
        parsed = markup.document_fromstring(page)
        assert not parsed.xpath("//@*[starts-with(name(), 'on')] | //@*[contains(., 'javascript:')]")
    assert all("&lt;script&gt;alert(1)" in page for page in pages[:-1])


def published_titles() -> list[str]:
    files = Path(Settings.from_environment().lake).glob("published/articles/**/*.parquet")
    return [row["title"] for file in files for row in rows_of(file)]


def test_links_to_what_partners_name_are_no_links(ask, north):
    """An address of a partner is text: only the page's own addresses and Airflow's are followed."""
    north(content=atom("one").replace("https://example.org/one", "javascript:alert(1)"))
    for path in ("/stories", f"/story/{one()}"):
        links = markup.document_fromstring(ask(path).text).xpath("//a/@href | //form/@action")
        assert links
        assert all(link.startswith(("/newswire/", "#", "/dags/", "/")) and "//" not in link for link in links)


def test_the_desk_tells_what_to_look_at(ask, north):
    """One line for each partner: counts, reasons with their meaning, the contract that ended, the review that waits."""
    over = contract(id="c-old", delivery_term={"from": "2025-01-01", "until": "2025-12-31"})
    place = north("north", contracts=[over])
    north("south")
    asked = Review(
        review_id="r", partner="north", kind="kill", terms="k", question="Was it meant?", opened_at=NOW, due_at=NOW
    )
    with ledger.transaction(place.database_url) as connection:
        reviews.open_review(connection, asked, {})
        unreconciled.mark(connection, ["north"], Since(taken_at=NOW, restored_at=NOW))
    [of_north, of_south] = markup.document_fromstring(ask("/").text).xpath("//tbody/tr")
    told = " ".join(of_north.text_content().split())
    assert "No contract is in force and no open licence allows it." in told
    assert "Contract c-old ended on 2025-12-31" in told
    assert "Was it meant?" in told
    assert f"Nothing enters: the ledger was restored as it was at {NOW:%Y-%m-%d %H:%M} UTC" in told
    assert "bin/newswire reconcile" in told
    assert "Nothing enters" not in of_south.text_content()
    assert "/required_actions?response_received=false" in of_north.xpath(".//a/@href")
    assert "/newswire/stories?partner=north&state=rejected" in of_north.xpath(".//a/@href")
    assert [cell.text_content().strip() for cell in of_south.xpath("./td[@class='number']")] == [
        "1",
        "0",
        "0",
        "0",
        "0",
    ]


def test_an_article_id_leads_to_its_story(ask, north):
    """Whoever pastes the lake's article_id into the field comes to the story, which says what, why and until when."""
    north(contracts=[contract(obligations=["attribute"], retention="30d")])
    answer = ask(f"/stories?q=%20{one()}%20")
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/newswire/story/{one()}")
    told = " ".join(main(ask(f"/story/{one()}").text).split())
    assert "Quay works begin at one" in told
    assert "A contract in force covers it." in told
    assert "It may be used until" in told
    assert "show the credit line" in told
    assert "published/articles/published_date=" in told
    assert re.search(r"landed.*was seen.*Decided: publish.*published", told)


def test_a_held_story_says_why_and_shows_no_words(ask, north):
    """Of a story under embargo the page tells until when, and neither headline nor text."""
    end = (NOW + timedelta(days=3)).isoformat()
    content = atom("one").replace(
        "<published>", f"<available xmlns='http://purl.org/dc/terms/'>{end}</available><published>"
    )
    north(content=content)
    pages = [ask(path).text for path in ("/", "/stories", f"/story/{one()}")]
    for page in pages:
        assert "Quay works" not in page
        assert PARAGRAPH[:20] not in page
    assert f"{NOW + timedelta(days=3):%Y-%m-%d %H:%M} UTC" in pages[2]
    assert "Its embargo has not lapsed." in pages[2]
    assert "not shown" in pages[2]


def test_overrides_and_sweeps_are_part_of_the_story(ask, north):
    """What a person said, and what came of it, stands in the timeline with who and why."""
    place = north()
    later = datetime.now(UTC) + timedelta(days=1)
    add_override(place, "urn:one", Outcome.HOLD, by="selin", why="the agency called", until=later)
    sweep(place)
    told = " ".join(main(ask(f"/story/{one()}").text).split())
    assert "selin decided: hold" in told
    assert "the agency called" in told
    assert "published → held" in told


def test_a_takedown_is_told_with_its_proof_and_without_the_story(ask, north):
    """Who took a story down, why, and what is left of it stands in its life; its words stand nowhere."""
    take_down(north(), "urn:one", by="selin", why="a court order")
    page = ask(f"/story/{one()}").text
    told = " ".join(main(page).split())
    assert re.search(r"It was taken down selin: a court order .* Nothing of it is left", told)
    assert "Not covered:" in told
    assert "Quay works" not in page


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("from=yesterday", "&#39;yesterday&#39; is no date; write it as 2026-12-31."),
        ("after=nonsense", "is no place in the list"),
        ("after=2026-13-01~north:0123456789abcdef", "is no date"),
        ("q=%00", "No id, address or reason is like that"),
        (f"q={'x' * 201}", "at most 200 characters"),
    ],
)
def test_a_wrong_question_is_answered_with_what_is_right(ask, north, query, told):
    """What cannot be asked for is told in the page, with what to write instead."""
    north()
    answer = ask(f"/stories?{query}")
    assert (answer.status_code, told in answer.text) == (400, True)


@pytest.mark.parametrize("path", ["/", "/stories", f"/story/{article_id('north', 'urn:one')}", "/quality"])
def test_without_its_ledger_the_page_says_what_to_do(ask, postgres, monkeypatch, path):
    """A database that is not configured, not there or not migrated is told with the remedy, as unavailable."""
    url = Settings.from_environment().ledger()
    monkeypatch.delenv("NEWSWIRE_DATABASE_URL")
    answer = ask(path)
    assert (answer.status_code, "NEWSWIRE_DATABASE_URL is not set" in answer.text) == (503, True)
    monkeypatch.setenv("NEWSWIRE_DATABASE_URL", re.sub(r"/ledger_\d+\?", "/no_such_database?", url))
    answer = ask(path)
    assert (answer.status_code, "did not answer" in answer.text, "make db" in answer.text) == (503, True, True)
    monkeypatch.setenv("NEWSWIRE_DATABASE_URL", postgres.replace("postgresql://", "postgresql+psycopg://"))
    answer = ask(path)
    assert (answer.status_code, "bin/newswire migrate" in answer.text) == (503, True)


@pytest.mark.parametrize(
    ("path", "most"), [("/", 15), ("/stories", 8), (f"/story/{article_id('north', 'urn:one')}", 18), ("/quality", 4)]
)
def test_a_page_costs_few_queries_however_many_stories_there_are(ask, north, drop, path, most):
    """The number of statements does not grow with the stories, and none of them writes."""
    place = north()
    few = statements(place.database_url, lambda: ask(path))
    for n in range(5):
        drop(Path(place.partner.feeds["a"].url.removeprefix("file://")), f"more{n}")
    run(place, Run(run_id="manual__2"))
    many = statements(place.database_url, lambda: ask(path))
    assert len(few) == len(many) <= most
    assert {statement.split()[0].lower() for statement in many} <= {"select", "set"}


def statements(url: str, does: Callable[[], Any]) -> list[str]:
    heard: list[str] = []
    listening = engine(url)

    def hear(_: Any, __: Any, statement: str, *___: Any) -> None:
        heard.append(statement)

    event.listen(listening, "before_cursor_execute", hear)
    try:
        assert does().status_code == 200
    finally:
        event.remove(listening, "before_cursor_execute", hear)
    return heard


def test_reports_are_served_from_the_lake(ask, north):
    """Data Docs and the report of languages come with their type; a path that leads out, or another kind, does not."""
    north()
    lake = Path(Settings.from_environment().lake)
    docs = lake / "quality" / "north" / "docs"
    docs.mkdir(parents=True)
    (docs / "index.html").write_text("<p>All passed</p>", encoding="utf-8")
    answer = ask("/quality/north/files/docs/index.html")
    assert (answer.text, answer.headers["Content-Type"]) == ("<p>All passed</p>", "text/html; charset=utf-8")
    assert ask("/quality/north/files/languages.json").headers["Content-Type"] == "application/json"
    assert "/newswire/quality/north/files/docs/index.html" in ask("/quality/north").text
    for path in (
        "..%2f..%2fpublished",
        "%2e%2e/%2e%2e/landing/north/a",
        "docs/..%2f..%2fsouth/languages.html",
        ".lock",
    ):
        assert ask(f"/quality/north/files/{path}").status_code == 404, path


@pytest.mark.usefixtures("api")
def test_it_stands_in_airflows_navigation():
    """The plugin names the page, and only the API server pays for what it is made of."""
    from airflow import plugins_manager

    [plugin] = [p for p in plugins_manager.get_plugin_info() if p["name"] == "newswire"]
    assert plugin["fastapi_apps"] == [
        {"app": "newswire_airflow.desk.Page", "url_prefix": "/newswire", "name": "newswire"}
    ]
    assert [view["url_route"] for view in plugin["external_views"]] == ["newswire"]
    probe = "import sys, newswire_airflow.desk; print({'fastapi', 'jinja2', 'newswire'} & set(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", probe],
        check=True,
        capture_output=True,
        text=True,
        env={"PYTHONPATH": str(ROOT / "plugins")},
    )
    assert done.stdout.strip() == "set()"


def main(page: str) -> str:
    """The words of a page's content."""
    [content] = markup.document_fromstring(page).xpath("//main")
    return content.text_content()
