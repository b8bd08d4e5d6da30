"""``docker-compose.yaml``: what its syntax and its reading promise."""

# ruff: noqa: S603 - the commands are this test's own
from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
EXAMPLE = (ROOT / ".env.example").read_text()
SECRETS = re.findall(r"^([A-Z_]+)=$", EXAMPLE, re.MULTILINE)


@pytest.fixture
def compose(tmp_path):
    """``docker-compose config`` with every secret but some set."""
    if shutil.which("docker-compose") is None:
        pytest.skip("docker-compose is not installed; Debian: apt-get install --no-install-recommends docker-compose")

    def run(*, without: str = ""):
        values = tmp_path / "env"
        values.write_text("".join(f"{name}=x{index}\n" for index, name in enumerate(SECRETS) if name != without))
        command = ["docker-compose", "--file", ROOT / "docker-compose.yaml", "--env-file", values, "config"]
        path = {"PATH": "/usr/local/bin:/usr/bin:/bin"}
        return subprocess.run(command, check=False, capture_output=True, text=True, env=path)

    return run


def test_compose_file_is_valid(compose):
    """The file is well-formed, and every service of Airflow 3.3 is there."""
    done = compose()
    assert done.returncode == 0, done.stderr
    services = yaml.safe_load(done.stdout)["services"]
    airflow = {"api-server", "scheduler", "dag-processor", "triggerer", "worker"}
    assert set(services) == airflow | {"init", "postgres", "redis"}
    assert all("healthcheck" in services[name] for name in airflow | {"postgres", "redis"})
    assert all(services[name]["user"] == "50000:0" for name in airflow | {"init"})


def test_only_the_ui_is_published_and_only_on_loopback(compose):
    """Nothing of the server is reachable from outside the machine."""
    services = yaml.safe_load(compose().stdout)["services"]
    ports = {name: service["ports"] for name, service in services.items() if "ports" in service}
    assert list(ports) == ["api-server"]
    assert all(str(port).startswith("127.0.0.1:") for port in ports["api-server"])


@pytest.mark.parametrize("secret", SECRETS)
def test_no_secret_has_a_default(compose, secret):
    """A missing secret is named, and nothing starts without it."""
    done = compose(without=secret)
    assert done.returncode != 0
    assert f"set {secret} in .env" in done.stderr


def test_airflow_parts_share_their_secrets_through_the_environment():
    """Executor, token secret and task API are set for every part alike."""
    shared = yaml.safe_load((ROOT / "docker-compose.yaml").read_text())["x-airflow-environment"]
    assert shared["AIRFLOW__CORE__EXECUTOR"] == "CeleryExecutor"
    assert shared["AIRFLOW__CORE__EXECUTION_API_SERVER_URL"] == "http://api-server:8080/execution/"
    assert shared["AIRFLOW__API_AUTH__JWT_SECRET"].startswith("${AIRFLOW_JWT_SECRET:?")
    assert shared["PYTHONPATH"] == "/opt/newswire/include"
