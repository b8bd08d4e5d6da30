"""``bin/newswire policy``: reports and agreements on standard output, refusals on standard error."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.rights.policy.making import policy, request, state, time, value

from newswire.cli import main
from newswire.rights.policy import reading

READS = "odrl:permission [ odrl:action odrl:read ; odrl:duty [ odrl:action odrl:attribute ] ]"


@pytest.fixture
def files(tmp_path: Path):
    """Writes a policy, a request and a state; gives the arguments that name them."""

    def write(**texts: str) -> list[str]:
        arguments = ["policy", "evaluate"]
        for name, text in texts.items():
            path = tmp_path / f"{name}.{'json' if text.lstrip().startswith('{') else 'ttl'}"
            path.write_text(text, encoding="utf-8")
            arguments += [f"--{name}", str(path)]
        return arguments

    return write


def test_evaluate_prints_a_report(files, capsys: pytest.CaptureFixture[str]):
    """JSON-LD says what the policy answers and why; its clock is the state's, as it was written."""
    arguments = files(policy=policy(READS), request=request(), state=state("2026-11-25T10:00:00+03:00"))
    assert main(arguments) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["@type"] == "PolicyReport"
    assert report["created"]["@value"] == "2026-11-25T10:00:00+03:00"
    assert report["answers"] == [{"ruleRequest": "http://example.org/asked", "answer": "permitted"}]
    (rule,) = report["ruleReport"]
    assert (rule["@type"], rule["activationState"], rule["attemptState"]) == ("PermissionReport", "Active", "Attempted")
    assert len(rule["due"]) == 1


def test_evaluate_takes_json_and_a_mode_for_duties(files, capsys: pytest.CaptureFixture[str]):
    """A policy in JSON-LD; ``--duties fulfilled-first`` keeps a permission with an open duty inactive."""
    written = {"@type": "Set", "uid": "urn:p", "permission": [{"action": "use", "duty": [{"action": "pay"}]}]}
    arguments = files(policy=json.dumps(written), request=request(), state=state())
    assert main([*arguments, "--duties", "fulfilled-first"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["ruleReport"][0]["because"] == ["duty_not_fulfilled"]


def test_without_a_state_the_clock_is_now_and_with_one_it_is_the_states(files, capsys: pytest.CaptureFixture[str]):
    """A state without a clock leaves time unknown; without any state it is now."""
    timed = policy(f"odrl:permission [ odrl:constraint {time('gt', '2020-01-01T00:00:00Z')} ]")
    assert main(files(policy=timed, request=request())) == 0
    assert json.loads(capsys.readouterr().out)["ruleReport"][0]["activationState"] == "Active"
    assert main(files(policy=timed, request=request(), state=state(None))) == 0
    report = json.loads(capsys.readouterr().out)
    assert "created" not in report
    assert report["ruleReport"][0]["premiseReport"][0]["satisfactionState"] == "Unknown"


def test_several_policies_give_several_reports(files, capsys: pytest.CaptureFixture[str]):
    """Each policy of a document is reported, in one graph."""
    both = policy("odrl:permission [ ]", "ex:second a odrl:Set ; odrl:prohibition [ ] .")
    assert main(files(policy=both, request=request(), state=state())) == 0
    assert len(json.loads(capsys.readouterr().out)["@graph"]) == 2


def test_several_requests_are_all_answered(files, capsys: pytest.CaptureFixture[str]):
    """Each request of a document has its report, at its own time; each policy answers each of them."""
    never = value("dateTime", '"2019-01-01T00:00:00Z"^^xsd:dateTime')
    two = (
        request(more=f"odrl:constraint {never}")
        + " ex:again a odrl:Request ; odrl:permission [ odrl:action odrl:read ] ."
    )
    timed = policy(f"odrl:permission [ odrl:constraint {time('gt', '2020-01-01T00:00:00Z')} ]")
    assert main(files(policy=timed, request=two)) == 0
    reports = json.loads(capsys.readouterr().out)["@graph"]
    assert len({report["@id"] for report in reports}) == 2
    answers = {report["policyRequest"].rpartition("/")[2]: report["answers"][0]["answer"] for report in reports}
    assert answers == {"request": "not_permitted", "again": "permitted"}


def test_what_cannot_be_read_is_refused(files, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    """Exit code 1 and one JSON error: what happened, and what to do."""
    assert main(files(policy="nonsense", request=request())) == 1
    error = json.loads(capsys.readouterr().err)
    assert error["error"] == "bad_turtle"
    assert error["remedy"]
    assert main(["policy", "evaluate", "--policy", str(tmp_path / "none"), "--request", "x"]) == 1
    assert json.loads(capsys.readouterr().err)["error"] == "unreadable"


@pytest.mark.parametrize("slug", ["ilkha", "tarnvale", "vaskaland", "glitchford"])
def test_export_prints_an_agreement_for_each_contract(slug: str, capsys: pytest.CaptureFixture[str]):
    """The sample partners' contracts are agreements that are read back."""
    assert main(["policy", "export", slug]) == 0
    (agreement,) = reading.read(capsys.readouterr().out)
    assert agreement.type.endswith("/Agreement")
    assert agreement.conflict == "http://www.w3.org/ns/odrl/2/prohibit"


def test_several_contracts_are_exported_as_one_graph(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    """Two contracts of a partner are two agreements of one document; none gives an empty one."""
    term = "delivery_term: {from: 2026-01-01}, uses: [store], media: [text], languages: [en]"
    term += ", territories: {mode: worldwide}"
    text = "name: A\ntimezone: UTC\nfeeds: {f: {url: 'https://a.example/f'}}\ncontracts: ["
    (tmp_path / "two.yaml").write_text(f"{text}{{id: a, {term}}}, {{id: b, {term}}}]\n", encoding="utf-8")
    (tmp_path / "none.yaml").write_text(f"{text}]\n", encoding="utf-8")
    monkeypatch.setenv("NEWSWIRE_PARTNERS", str(tmp_path))
    assert main(["policy", "export", "two"]) == 0
    assert len(reading.read(capsys.readouterr().out)) == 2
    assert main(["policy", "export", "none"]) == 0
    assert json.loads(capsys.readouterr().out)["@graph"] == []


def test_the_example_of_the_page_runs(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    """docs/policies.md: its two files give the answer that it says."""
    page = (Path(__file__).parents[3] / "docs" / "policies.md").read_text(encoding="utf-8")
    for name in ("policy.json", "request.json"):
        written = page.split(f"cat > {name} <<'END'\n")[1].split("\nEND\n")[0]
        (tmp_path / name).write_text(written, encoding="utf-8")
    files_ = [f"--policy={tmp_path / 'policy.json'}", f"--request={tmp_path / 'request.json'}"]
    assert main(["policy", "evaluate", *files_]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["answers"][0]["answer"] == "permitted"
    assert [rule["due"] for rule in report["ruleReport"] if "due" in rule]
