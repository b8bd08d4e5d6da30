"""What a person sees in Airflow's pages: a real stack, a real browser, and a partner whose story waits for them."""

# ruff: noqa: S603 - the commands are this test's own
from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml
from playwright.sync_api import Error, Page, sync_playwright
from tests.lake import rows_of
from tests.terms import contract

from stack.home import Home, Secrets, free_port

pytestmark = [
    pytest.mark.stack,
    pytest.mark.skipif(shutil.which("chromium") is None, reason="needs chromium (Debian: apt-get install chromium)"),
]

ROOT = Path(__file__).parents[2]
PATIENCE = 180_000  # milliseconds; a busy machine answers late
STORY = """The harbour council agreed to widen its northern quay

The harbour council met on Monday and agreed to widen the northern quay before the winter storms arrive. Work begins in
spring, and the ferries will call at the southern quay meanwhile, the council said.
"""


@pytest.fixture(scope="module")
def partners(tmp_path_factory) -> Path:
    """A folder with one partner, whose feed has one story, and who has no contract."""
    folder = tmp_path_factory.mktemp("partners")
    folder.parent.chmod(0o755)
    feed = folder / "feed"
    feed.mkdir()
    (feed / "quay.txt").write_text(STORY, encoding="utf-8")
    _write(folder, contracts=[])
    return folder


def _write(folder: Path, **terms: object) -> None:
    file = {
        "name": "North Press",
        "timezone": "UTC",
        "schedule": "0 0 1 1 *",  # one run, whatever hour strikes meanwhile
        "feeds": {"quay": {"url": str(folder / "feed"), "language": "en", "format": "plain_text"}},
        "mass_reentry": {"stories": 0, "share": 0},
        **terms,
    }
    (folder / "north.yaml").write_text(yaml.safe_dump(file), encoding="utf-8")


@pytest.fixture(scope="module")
def url(home: Home, partners: Path) -> Iterator[str]:
    """The address of a stack that has run the partner once."""
    port = free_port()
    variables = {
        **os.environ,
        "NEWSWIRE_HOME": str(home.state),
        "NEWSWIRE_PARTNERS": str(partners),
        "NEWSWIRE_PORT": str(port),
        "PYTHONPATH": os.pathsep.join([str(ROOT / "include"), str(ROOT / "ops")]),
    }

    def stack(command: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "stack", command],
            check=False,
            env=variables,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=1200,
        )

    done = stack("run")
    try:
        assert done.returncode == 0, done.stdout + done.stderr
        yield f"http://127.0.0.1:{port}"
    finally:
        stack("stop")


@pytest.fixture(scope="module")
def page(url: str, home: Home) -> Iterator[Page]:
    """A browser's page, signed in."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_context(viewport={"width": 1440, "height": 900}).new_page()
        page.set_default_timeout(PATIENCE)
        page.goto(url)
        page.fill("input[name=username]", "admin")
        page.fill("input[name=password]", Secrets.of(home).admin)
        page.click("button[type=submit]")
        page.wait_for_selector("text=Welcome")
        yield page
        browser.close()


def _api(url: str, home: Home, method: str, path: str, **arguments: Any) -> dict[str, Any]:
    sign_in = {"username": "admin", "password": Secrets.of(home).admin}
    with httpx.Client(base_url=url, timeout=PATIENCE / 1000, trust_env=False) as client:
        token = client.post("/auth/token", json=sign_in).raise_for_status().json()["access_token"]
        client.headers["Authorization"] = f"Bearer {token}"
        found: dict[str, Any] = client.request(method, f"/api/v2/{path}", **arguments).raise_for_status().json()
        return found


def _until(page: Page, holds: Callable[[], bool]) -> None:
    """Wait for what the stack does meanwhile, looking once a second."""
    deadline = time.monotonic() + 2 * PATIENCE / 1000
    while not holds():
        assert time.monotonic() < deadline
        page.wait_for_timeout(1000)


def test_a_partners_page_brings_its_runbook(page: Page, url: str) -> None:
    """The list names the partner, and its page opens what to do when it is red."""
    page.goto(f"{url}/dags")
    page.click("text=Wire: North Press")
    page.click("[aria-label='Dag Docs']")
    page.wait_for_selector("text=When it is red")


def test_a_log_has_the_steps_own_lines(page: Page, url: str, home: Home) -> None:
    """What came of the run is a line that a person can read, and not one of hundreds."""
    [run, *_] = _api(url, home, "GET", "dags/wire_north/dagRuns", params={"order_by": "run_after"})["dag_runs"]
    page.goto(f"{url}/dags/wire_north/runs/{run['dag_run_id']}/tasks/publish")
    page.wait_for_selector("text=live: rejected 1")
    page.goto(f"{url}/dags/wire_north/runs/{run['dag_run_id']}/tasks/pull")
    page.wait_for_selector("text=quay: feed landed 1")


def test_newswires_page_is_one_click_away(page: Page, url: str) -> None:
    """From the navigation to the desk, on to the stories that were not published, to the life of one; and back."""
    page.goto(url)
    page.click("a[href$='/plugin/newswire']")
    desk = page.frame_locator("iframe[title=newswire]")
    desk.locator("tr:has-text('North Press') a.rejected").click()
    story = desk.locator("tbody a[href*='/story/']")
    story.click()
    page.wait_for_url("**/plugin/newswire/newswire/story/north:*")
    page.go_back()
    story.click()
    desk.locator("text=No contract is in force and no open licence allows it.").first.wait_for()
    desk.locator("h2:has-text('How it came to be that')").wait_for()
    assert desk.locator("main").inner_text().count("northern quay") == 0, "a rejected story shows its words"
    page.wait_for_url("**/plugin/newswire/newswire/story/north:*")
    page.reload()
    desk.locator("text=the one that governs").wait_for()
    desk.locator("nav >> text=Desk").click()
    desk.locator("tr:has-text('North Press') a[data-airflow]").first.click()
    page.wait_for_url("**/dags/wire_north")
    page.wait_for_selector("text=Wire: North Press")
    assert page.locator("iframe").count() == 0, "Airflow's page opened inside the frame"


def test_newswires_page_is_as_light_or_dark_as_airflow(page: Page, url: str) -> None:
    """The frame follows the colours that a person chose in Airflow, whatever their system prefers, at once."""
    page.goto(f"{url}/plugin/newswire")
    desk = page.frame_locator("iframe[title=newswire]")
    desk.locator("h1:has-text('Desk')").wait_for()
    grounds = []
    for theme in ("dark", "light"):
        page.evaluate("name => { document.documentElement.className = name }", theme)
        desk.locator(f"html[data-theme={theme}]").wait_for()
        grounds.append(desk.locator("body").evaluate("body => getComputedStyle(body).backgroundColor"))
    assert grounds == ["rgb(0, 0, 0)", "rgb(255, 255, 255)"]


def test_a_person_lets_stories_back(page: Page, url: str, home: Home, partners: Path) -> None:
    """Changed terms bring a question to the desk and under Required Actions; Yes publishes the story, reason or not."""
    _write(partners, contracts=[contract()])
    _api(url, home, "POST", "dags/rights_sweep/dagRuns", json={"logical_date": None})
    desk = page.frame_locator("iframe[title=newswire]")

    def told() -> bool:
        page.goto(f"{url}/plugin/newswire")
        desk.locator("h1:has-text('Desk')").wait_for()
        return desk.locator("text=Waits for a person").count() > 0

    _until(page, told)
    desk.locator("text=Answer under Required Actions").click()
    page.wait_for_url("**/required_actions?response_received=false")

    def asked() -> bool:
        page.reload()  # it does not look again by itself
        with contextlib.suppress(Error):
            page.wait_for_selector("text=north: May these stories come back?", timeout=10_000)
            return True
        return False

    _until(page, asked)
    page.click("text=north: May these stories come back?")
    page.wait_for_selector("code:has-text('north:')")
    page.click("button:has-text('Yes')")
    published = home.state / "lake" / "published" / "articles"
    _until(page, lambda: any(published.glob("*/partner=north/articles.parquet")))
    [review] = json.loads(_newswire(home, "review", "list", "--all"))["reviews"]
    assert (review["answer"], review["answered_by"], review["note"]) == ("yes", "admin", None)


def test_a_person_takes_a_story_down(page: Page, url: str, home: Home) -> None:
    """The form will not start without a name and a reason; then the story is gone, and the run's page says so."""
    published = home.state / "lake" / "published" / "articles"
    [file] = published.glob("*/partner=north/articles.parquet")
    [row] = rows_of(file)
    page.goto(f"{url}/dags/takedown")
    page.click("button:has-text('Trigger')")
    page.wait_for_selector("#element_name")
    start = page.locator("button:has-text('Trigger')").last
    assert start.is_disabled()
    page.fill("#element_name", row["article_id"])
    page.fill("#element_why", "the court ordered it")
    page.locator("label:has(input[name=element_purge_raw])").first.click()
    start.click()

    def noted() -> list[dict[str, Any]]:
        return [run for run in _api(url, home, "GET", "dags/takedown/dagRuns")["dag_runs"] if run["note"]]

    _until(page, lambda: noted() != [])
    [run] = noted()
    assert run["note"].endswith("nothing is left.")
    page.goto(f"{url}/dags/takedown/runs/{run['dag_run_id']}")
    page.wait_for_selector("text=nothing is left.")
    [takedown] = json.loads(_newswire(home, "takedown", "list"))["takedowns"]
    [asked] = takedown["asked"]
    assert (asked["by"], asked["why"], asked["purge_raw"]) == ("admin", "the court ordered it", True)
    assert list(published.glob("*/partner=north/articles.parquet")) == []


def _newswire(home: Home, *words: str) -> str:
    done = subprocess.run(
        [str(ROOT / "bin" / "newswire"), *words],
        check=True,
        env={**os.environ, "NEWSWIRE_HOME": str(home.state)},
        capture_output=True,
        text=True,
    )
    return done.stdout
