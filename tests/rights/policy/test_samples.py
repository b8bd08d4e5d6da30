"""Public test cases give the reports that they expect."""

from __future__ import annotations

import json

import pytest
from rdflib import BNode, Graph, Literal, URIRef
from rdflib.compare import isomorphic
from tests.samples import SAMPLES

from newswire.cli import main

CASES_AT = SAMPLES / "odrl"
REPORT = "https://w3id.org/force/compliance-report#"
CASES = sorted(path.name.removesuffix(".policy.ttl") for path in CASES_AT.glob("*.policy.ttl"))

pytestmark = pytest.mark.skipif(not CASES, reason="the public cases are not here")


def reports_of(graph: Graph) -> Graph:
    """The statements about reports, each report's own name forgotten."""
    rdf_type = URIRef("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
    reports = {node: BNode() for node, kind in graph.subject_objects(rdf_type) if str(kind).startswith(REPORT)}
    bare = Graph()
    for subject, predicate, value in graph:
        if subject in reports:
            text = (
                Literal(str(value), datatype=value.datatype, normalize=False) if isinstance(value, Literal) else value
            )
            bare.add((reports[subject], predicate, reports.get(value, text)))
    return bare


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("form", ["turtle", "json"])
def test_public_cases_give_their_reports(case: str, form: str, capsys: pytest.CaptureFixture[str]):
    """The printed report is the expected graph, report names apart, in both forms."""
    files = {
        name: str(CASES_AT / f"{case}.{suffix}.ttl")
        for name, suffix in (("policy", "policy"), ("request", "request"), ("state", "sotw"))
    }
    arguments = ["policy", "evaluate", *(part for name, file in files.items() for part in (f"--{name}", file))]
    assert main([*arguments, *(["--turtle"] if form == "turtle" else [])]) == 0
    printed = capsys.readouterr().out
    if form == "json":
        assert json.loads(printed)["answers"]
    found = Graph().parse(data=printed, format="turtle" if form == "turtle" else "json-ld")
    expected = Graph().parse(CASES_AT / f"{case}.ttl")
    assert isomorphic(reports_of(found), reports_of(expected))
