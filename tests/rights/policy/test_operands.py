"""What constraints compare: every operator, every kind of operand, and what is unknown."""

from __future__ import annotations

import pytest
from tests.rights.policy.making import constraint, evaluated, first, policy, request, state, time, told, value

from newswire.rights.policy.places import members, within

ISO = "<http://cvx.iptc.org/iso3166-1a3/{}>"


def limited(kind: str, said: str, more: str = "") -> str:
    return policy(f"odrl:{kind} [ odrl:constraint {said} ]", more)


def asked(operand: str | None = None, said: str = "") -> str:
    return request(more=f"odrl:constraint {value(operand, said)}" if operand else "")


# operand, operator, right operand, what the request says, whether it holds
ROWS = [
    ("count", "lt", "5", "4", True),
    ("count", "lteq", "5", "5", True),
    ("count", "gt", "5", "5", False),
    ("count", "gteq", "5.0", "5", True),
    ("count", "eq", "5", '"5"', True),
    ("count", "neq", "5", "6", True),
    ("count", "lt", "5", '"many"', None),
    ("version", "eq", '"1.10"', '"1.10.0"', True),
    ("version", "gt", '"1.9"', '"1.10"', True),
    ("version", "lt", '"2"', '"beta"', None),
    ("elapsedTime", "lteq", '"P30D"^^xsd:duration', '"P29DT23H"^^xsd:duration', True),
    ("elapsedTime", "lteq", '"P30D"^^xsd:duration', '"P31D"^^xsd:duration', False),
    ("elapsedTime", "eq", '"P1D"^^xsd:duration', '"PT24H"^^xsd:duration', True),
    ("elapsedTime", "lt", '"P1M"^^xsd:duration', '"P30D"^^xsd:duration', None),
    ("elapsedTime", "lt", '"P1M"^^xsd:duration', '"P27D"^^xsd:duration', True),
    ("delayPeriod", "gteq", '"PT2H"^^xsd:duration', '"PT90M"^^xsd:duration', False),
    ("delayPeriod", "gteq", '"soon"', '"PT90M"^^xsd:duration', None),
    ("language", "eq", '"en"', '"en-GB"', True),
    ("language", "isAnyOf", '"tr", "ku"', '"ckb"', True),
    ("language", "isAnyOf", '"tr", "kmr"', '"ku"', None),
    ("language", "isAnyOf", '"kmr", "ckb"', '"ku"', True),
    ("language", "isNoneOf", '"tr", "en"', '"ar"', True),
    ("language", "eq", "<http://id.loc.gov/vocabulary/iso639-1/en>", '"en"', True),
    ("media", "eq", "<http://cv.iptc.org/newscodes/ninature/picture>", '"photo"', True),
    ("media", "isAnyOf", '"text", "photo"', '"video"', False),
    ("media", "eq", '"text"', '"hologram"', None),
    ("spatial", "eq", ISO.format("DEU"), '"DE"', True),
    ("spatial", "neq", ISO.format("CHN"), '"DE"', True),
    ("spatial", "neq", ISO.format("CHN"), '"142"', None),
    ("spatial", "isPartOf", '"150"', '"DE"', True),
    ("spatial", "isPartOf", '"EU"', '"CH"', False),
    ("spatial", "isPartOf", '"DE"', '"DE-BY"', True),
    ("spatial", "hasPart", '"DE"', '"Europe"', True),
    ("spatial", "eq", '"DE"', '"EU"', None),
    ("spatial", "eq", '"Atlantis"', '"DE"', None),
    ("spatial", "eq", '"Atlantis"', '"Atlantis"', True),
    ("spatial", "isAnyOf", '"FR", "002"', '"TN"', True),
    ("spatial", "isNoneOf", '"FR", "002"', '"TN"', False),
    ("deliveryChannel", "eq", "ex:web", "ex:web", True),
    ("deliveryChannel", "isNoneOf", "ex:web, ex:print", "ex:app", True),
    ("purpose", "isAnyOf", "ex:research, ex:teaching", "ex:teaching", True),
    ("purpose", "isAllOf", "ex:research, ex:teaching", "ex:teaching", False),
    ("purpose", "isAllOf", "ex:research, ex:teaching", "ex:research, ex:teaching", True),
    ("purpose", "eq", "ex:research", "ex:research, ex:selling", None),
    ("purpose", "isNoneOf", "ex:research", "ex:research, ex:selling", None),
    ("purpose", "lt", "ex:research", "ex:selling", None),
    ("recipient", "eq", "ex:bob", "ex:alice", False),
    ("event", "eq", "ex:cup", "ex:cup", True),
    ("event", "lt", "ex:cup", "ex:election", None),
    ("event", "lt", "odrl:policyUsage", "ex:cup", False),
    ("payAmount", "lteq", "100.00", "99", True),
    ("industry", "isA", "ex:news", "ex:news", True),
]


@pytest.mark.parametrize(("operand", "operator", "right", "left", "holds"), ROWS)
def test_operators_and_operands(operand: str, operator: str, right: str, left: str, *, holds: bool | None):
    """A comparison holds, fails, or is unknown; then a permission is inactive and a prohibition active."""
    said = constraint(operand, operator, right)
    permission = first(evaluated(limited("permission", said), asked(operand, left)))
    prohibition = first(evaluated(limited("prohibition", said), asked(operand, left)))
    assert permission.premises[0].holds is prohibition.premises[0].holds is holds
    assert permission.active is (holds is True)
    assert prohibition.active is (holds is not False)
    assert ("premise_unknown" in permission.because) is (holds is None)


@pytest.mark.parametrize("operand", ["spatial", "purpose", "count", "event", "recipient", "ex:mood"])
@pytest.mark.parametrize("operator", ["eq", "neq", "isNoneOf", "lteq"])
def test_an_operand_of_which_nothing_is_known(operand: str, operator: str):
    """Without a value of the left operand nothing is permitted, everything prohibited is, and the report says so."""
    said = constraint(operand, operator, '"DE"')
    permission = first(evaluated(limited("permission", said), asked()))
    prohibition = first(evaluated(limited("prohibition", said), asked()))
    duty = first(evaluated(limited("obligation", said), asked()))
    assert told(permission) == "Inactive Constraint?"
    assert told(prohibition) == told(duty) == "Active Constraint?"
    assert permission.premises[0].left == ()
    assert permission.because == ("premise_unknown",)


@pytest.mark.parametrize(
    "said",
    [
        "[ odrl:leftOperand odrl:count ; odrl:operator odrl:lt ]",
        "[ odrl:leftOperand odrl:count ; odrl:rightOperand 5 ]",
        "[ odrl:operator odrl:lt ; odrl:rightOperand 5 ]",
        "[ odrl:leftOperand odrl:count ; odrl:operator ex:about ; odrl:rightOperand 5 ]",
        "[ odrl:leftOperand odrl:count ; odrl:operator odrl:lt, odrl:gt ; odrl:rightOperand 5 ]",
        "[ odrl:leftOperand odrl:count ; odrl:operator odrl:lt ; odrl:rightOperandReference ex:limit ]",
        "[ odrl:leftOperand odrl:count ; odrl:operator odrl:lt ; odrl:rightOperand 5 ; odrl:unit ex:euro ]",
        "[ odrl:leftOperand odrl:count ; odrl:operator odrl:lt ; odrl:rightOperand 5 ; odrl:somehow true ]",
        "[ a odrl:LogicalConstraint ; odrl:and () ]",
    ],
)
def test_a_constraint_that_is_not_understood(said: str):
    """What is incomplete or says more than is understood is unknown, whatever the request says."""
    assert told(first(evaluated(limited("permission", said), asked("count", "1")))).startswith("Inactive")
    assert told(first(evaluated(limited("prohibition", said), asked("count", "1")))).startswith("Active")


def test_the_world_outweighs_the_request():
    """A requester cannot claim to be elsewhere than the state knows."""
    germans = limited("permission", constraint("spatial", "eq", '"DE"'))
    elsewhere = state(more="ex:here ex:says " + value("spatial", '"FR"') + " .")
    assert told(first(evaluated(germans, asked("spatial", '"DE"'), elsewhere))) == "Inactive Constraint-"


def test_a_request_cannot_set_the_clock():
    """Time is what the state says, never the request."""
    closed = limited("permission", time("lt", "2020-01-01T00:00:00Z"))
    claimed = request(more="odrl:constraint " + value("dateTime", '"2019-01-01T00:00:00Z"'))
    assert told(first(evaluated(closed, claimed))) == "Inactive Constraint-"


def test_without_a_clock_time_is_unknown():
    """A state without a clock leaves every constraint on time unknown."""
    for operator in ("lt", "gteq", "neq"):
        report = first(evaluated(limited("permission", time(operator)), state_=state(None)))
        assert told(report) == "Inactive Constraint?"


@pytest.mark.parametrize(
    ("right", "operator", "now", "holds"),
    [
        ('"2024-06-03"^^xsd:date', "eq", "2024-06-03T23:59:59Z", True),
        ('"2024-06-03"^^xsd:date', "lt", "2024-06-03T00:00:00Z", False),
        ('"2024-06-03"^^xsd:date', "lteq", "2024-06-03T23:59:59Z", True),
        ('"2024-06-03"^^xsd:date', "gt", "2024-06-03T23:59:59Z", False),
        ('"2024-06-03"^^xsd:date', "gt", "2024-06-04T00:00:00Z", True),
        ('"2024-06-03+05:00"^^xsd:date', "gt", "2024-06-03T20:00:00Z", True),
        ('"2024-06"^^xsd:gYearMonth', "eq", "2024-06-30T12:00:00Z", True),
        ('"2024"^^xsd:gYear', "eq", "2025-01-01T00:00:00Z", False),
        ('"2024-06-03T12:00:00+02:00"^^xsd:dateTime', "eq", "2024-06-03T10:00:00Z", True),
        ('"2024-06-03T12:00:00"', "lteq", "2024-06-03T12:00:00Z", True),
        ('"tomorrow"', "lt", "2024-06-03T12:00:00Z", None),
    ],
)
def test_days_months_and_zones(right: str, operator: str, now: str, *, holds: bool | None):
    """A day is the whole day, in its own zone or that of the clock; what is no time is unknown."""
    report = first(evaluated(limited("permission", constraint("dateTime", operator, right)), state_=state(now)))
    assert report.premises[0].holds is holds


JOINED = [
    ("and", "1 1", True),
    ("and", "1 0", False),
    ("and", "1 ?", None),
    ("and", "0 ?", False),
    ("or", "0 0", False),
    ("or", "1 ?", True),
    ("or", "0 ?", None),
    ("xone", "1 0", True),
    ("xone", "1 1", False),
    ("xone", "0 0", False),
    ("xone", "1 ?", None),
    ("andSequence", "1 1", True),
    ("andSequence", "1 0", False),
]


@pytest.mark.parametrize(("operand", "parts", "holds"), JOINED)
@pytest.mark.parametrize("form", ["list", "values"])
def test_logical_constraints(operand: str, parts: str, form: str, *, holds: bool | None):
    """All parts are tested and reported, also when the first decides; a list or several values say the same."""
    said = {
        "1": [time("eq"), time("lteq")],
        "0": [time("gt"), time("lt")],
        "?": [constraint("purpose", "eq", "ex:research")] * 2,
    }
    members_ = [said[part][place] for place, part in enumerate(parts.split())]
    joined = f"( {' '.join(members_)} )" if form == "list" else ", ".join(members_)
    report = first(evaluated(limited("permission", f"[ a odrl:LogicalConstraint ; odrl:{operand} {joined} ]")))
    assert report.premises[0].holds is holds
    assert report.premises[0].logical == f"http://www.w3.org/ns/odrl/2/{operand}"
    assert sorted({True: "1", False: "0", None: "?"}[part.holds] for part in report.premises[0].premises) == sorted(
        parts.split()
    )


def test_classes_and_collections_of_values():
    """``isA`` goes by what the state says a thing is; ``isPartOf`` and ``hasPart`` by what it is part of."""
    known = "ex:study a ex:Research . ex:paris odrl:partOf ex:france . ex:france odrl:partOf ex:europe . "
    world = state(more=known)
    for operand, operator, right, left, holds in [
        ("purpose", "isA", "ex:Research", "ex:study", True),
        ("purpose", "isA", "ex:Selling", "ex:study", False),
        ("purpose", "isA", "ex:Selling", "ex:stranger", None),
        ("virtualLocation", "isPartOf", "ex:europe", "ex:paris", True),
        ("virtualLocation", "isPartOf", "ex:asia", "ex:paris", False),
        ("virtualLocation", "hasPart", "ex:paris", "ex:europe", True),
    ]:
        said = limited("permission", constraint(operand, operator, right))
        report = first(evaluated(said, asked(operand, left), world))
        assert report.premises[0].holds is holds, (operator, right, left)


SUBREGIONS = "015 014 017 018 011 029 013 005 021 010 143 030 035 034 145 151 154 039 155 053 054 057 061"


def test_every_country_lies_in_one_subregion():
    """The world is all countries; no country lies in two subregions of M.49."""
    world = members("001")
    assert world is not None
    assert len(world) == 249
    found = [members(code) for code in SUBREGIONS.split()]
    assert sum(len(countries or ()) for countries in found) == 249


@pytest.mark.parametrize("place", ["DE", "deu", "276", "iso3166:DE", "http://cvx.iptc.org/iso3166-1a3/DEU"])
def test_names_of_one_country(place: str):
    """A country goes by its three codes, alone or in an IRI that is known to hold one."""
    assert members(place) == frozenset({"DE"})


@pytest.mark.parametrize("place", ["http://example.org/DE", "Germany", "XX", "", "DE-", "DE-TOOLONG"])
def test_unknown_places(place: str):
    """A place that is not listed is unknown: neither inside nor outside."""
    assert members(place) is None
    assert within(place, "150") is None
    assert within("DE", place) is None
