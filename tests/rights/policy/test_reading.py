"""Every encoding gives the same policy; nothing is fetched, and what cannot be read is refused by name."""

from __future__ import annotations

import json

import pytest
from tests.rights.policy.making import PREFIXES, asking, constraint, evaluated, policy, request, state, value

from newswire.errors import PolicyRefused
from newswire.rights.policy import Answer, Policy, RuleKind, evaluate, reading

ODRL = "http://www.w3.org/ns/odrl/2/"
TURTLE = f"""{PREFIXES}
<http://agency.example/policy/1> a odrl:Set ; odrl:profile <https://iptc.org/std/RightsML/odrl-profile/> ;
  odrl:permission [
    odrl:target <urn:newsml:agency.example:20260101:a1> ; odrl:action odrl:distribute ;
    odrl:assigner <http://agency.example/party/agency> ;
    odrl:assignee <http://agency.example/party/partners> ;
    odrl:constraint [ odrl:leftOperand odrl:spatial ; odrl:operator odrl:eq ;
                      odrl:rightOperand <http://cvx.iptc.org/iso3166-1a3/DEU> ] ;
    odrl:duty [ odrl:action odrl:attribute ] ] .
<http://agency.example/party/partners> a odrl:PartyCollection .
"""
RULE = {
    "target": "urn:newsml:agency.example:20260101:a1",
    "action": "distribute",
    "assigner": "http://agency.example/party/agency",
    "assignee": {"@type": "PartyCollection", "uid": "http://agency.example/party/partners"},
    "constraint": {
        "leftOperand": "spatial",
        "operator": "eq",
        "rightOperand": {"@id": "http://cvx.iptc.org/iso3166-1a3/DEU"},
    },
    "duty": [{"action": "attribute"}],
}
JSON_LD = {
    "@context": ["http://www.w3.org/ns/odrl.jsonld", "https://iptc.org/std/RightsML/odrl-profile/rightsml.jsonld"],
    "@type": "Set",
    "uid": "http://agency.example/policy/1",
    "profile": "https://iptc.org/std/RightsML/odrl-profile/",
    "permission": [RULE],
}
XML = """<rightsExpressionXML xmlns="http://iptc.org/std/nar/2006-10-01/" langid="http://www.w3.org/ns/odrl/2/">
  <o:Policy xmlns:o="http://www.w3.org/ns/odrl/2/" uid="http://agency.example/policy/1"
      type="http://www.w3.org/ns/odrl/2/Set" profile="https://iptc.org/std/RightsML/odrl-profile/">
    <o:permission>
      <o:asset uid="urn:newsml:agency.example:20260101:a1" relation="http://www.w3.org/ns/odrl/2/target"/>
      <o:action name="http://www.w3.org/ns/odrl/2/distribute"/>
      <o:constraint name="http://www.w3.org/ns/odrl/2/spatial" operator="http://www.w3.org/ns/odrl/2/eq"
          rightOperand="http://cvx.iptc.org/iso3166-1a3/DEU"/>
      <o:party function="http://www.w3.org/ns/odrl/2/assigner" uid="http://agency.example/party/agency"/>
      <o:party function="http://www.w3.org/ns/odrl/2/assignee" uid="http://agency.example/party/partners"
          type="http://www.w3.org/ns/odrl/2/PartyCollection"/>
      <o:duty><o:action name="o:attribute"/></o:duty>
    </o:permission>
  </o:Policy>
</rightsExpressionXML>"""
RDF_XML = """<?xml version="1.0"?>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:odrl="http://www.w3.org/ns/odrl/2/">
  <odrl:Set rdf:about="http://agency.example/policy/1">
    <odrl:profile rdf:resource="https://iptc.org/std/RightsML/odrl-profile/"/>
    <odrl:permission rdf:parseType="Resource">
      <odrl:target rdf:resource="urn:newsml:agency.example:20260101:a1"/>
      <odrl:action rdf:resource="http://www.w3.org/ns/odrl/2/distribute"/>
      <odrl:assigner rdf:resource="http://agency.example/party/agency"/>
      <odrl:assignee><odrl:PartyCollection rdf:about="http://agency.example/party/partners"/></odrl:assignee>
      <odrl:constraint rdf:parseType="Resource">
        <odrl:leftOperand rdf:resource="http://www.w3.org/ns/odrl/2/spatial"/>
        <odrl:operator rdf:resource="http://www.w3.org/ns/odrl/2/eq"/>
        <odrl:rightOperand rdf:resource="http://cvx.iptc.org/iso3166-1a3/DEU"/>
      </odrl:constraint>
      <odrl:duty rdf:parseType="Resource"><odrl:action rdf:resource="http://www.w3.org/ns/odrl/2/attribute"/></odrl:duty>
    </odrl:permission>
  </odrl:Set>
</rdf:RDF>"""
JSON_21 = {
    "policyid": "http://agency.example/policy/1",
    "policytype": f"{ODRL}Set",
    "policyprofile": "https://iptc.org/std/RightsML/odrl-profile/",
    "permissions": [
        {
            "target": "urn:newsml:agency.example:20260101:a1",
            "action": f"{ODRL}distribute",
            "assigner": "http://agency.example/party/agency",
            "assignee": {"@type": "PartyCollection", "uid": "http://agency.example/party/partners"},
            "constraints": [
                {
                    "name": f"{ODRL}spatial",
                    "operator": f"{ODRL}eq",
                    "rightoperand": {"@id": "http://cvx.iptc.org/iso3166-1a3/DEU"},
                }
            ],
            "duties": [{"action": f"{ODRL}attribute"}],
        }
    ],
}
ENCODINGS = {
    "turtle": (TURTLE, "text/turtle"),
    "json-ld": (json.dumps(JSON_LD), "application/ld+json"),
    "json without a context": (json.dumps({k: v for k, v in JSON_LD.items() if k != "@context"}), "application/json"),
    "json of ODRL 2.1": (json.dumps(JSON_21), "application/json"),
    "a list of json": (json.dumps([JSON_LD]), None),
    "xml": (XML, "application/xml"),
    "rdf/xml": (RDF_XML, "application/rdf+xml"),
}


def only(text: str, media_type: str | None = None) -> Policy:
    (found,) = reading.read(text, media_type)
    return found


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("named", [True, False])
def test_every_encoding_gives_the_same_policy(encoding: str, *, named: bool):
    """The encodings differ, what they say does not; without a media type the beginning tells which one it is."""
    text, media_type = ENCODINGS[encoding]
    assert only(text, media_type if named else None) == only(TURTLE)


def test_what_a_policy_says_is_read():
    """Ids, types, parties, constraints and duties stand where they belong, and nothing is left over."""
    found = only(TURTLE)
    assert (found.uid, found.type) == ("http://agency.example/policy/1", f"{ODRL}Set")
    (rule,) = found.rules
    assert rule.kind is RuleKind.PERMISSION
    assert [action.iri for action in rule.actions] == [f"{ODRL}distribute"]
    assert [(party.iri, party.collection) for party in rule.assignees] == [
        ("http://agency.example/party/partners", True)
    ]
    assert [duty.actions[0].iri for duty in rule.duties] == [f"{ODRL}attribute"]
    assert (found.unread, rule.unread) == ((), ())


def test_reading_twice_gives_the_same():
    """Parts without a name are named by what they say, not by chance."""
    assert only(TURTLE) == only(TURTLE)
    assert reading.read(TURTLE) == reading.read(TURTLE.replace("odrl:duty [", "odrl:duty  ["))


OLD_XML = """<o:policy uid="http://agency.example/2" type="ov:set" xmlns:o="http://w3.org/ns/odrl/2/"
    xmlns:ov="http://w3.org/ns/odrl/vocab#" xmlns:rml="http://iptc.org/std/RightsML/2011-10-07/">
  <o:permission>
    <o:asset uid="*" relation="ov:target"/><o:action name="rml:distribute"/>
    <o:constraint name="ov:spatial" operator="ov:neq" rightOperand="iso3166:CN"/>
    <o:party id="p1" uid="http://agency.example/party" function="ov:assigner"/>
  </o:permission>
  <o:prohibition>
    <o:action name="ov:sell"/><o:party idref="p1"/>
  </o:prohibition>
</o:policy>"""


def test_older_xml_is_read():
    """RightsML 1.0: names by prefix, any asset, parties referred to, and codes of countries."""
    found = only(OLD_XML)
    permission, prohibition = found.rules
    assert permission.targets == ()
    assert [party.iri for party in prohibition.assigners] == ["http://agency.example/party"]
    for place, permitted in (("DE", True), ("CN", False), ("Atlantis", False)):
        there = value("spatial", json.dumps(place))
        asked = asking(request(does="distribute", more=f"odrl:constraint {there}"))
        assert evaluate(found, asked, reading.read_world(state())).permitted is permitted, place


NESTED_XML = """<o:Policy xmlns:o="http://www.w3.org/ns/odrl/2/" uid="http://agency.example/3" type="o:Agreement"
    conflict="prohibit">
  <o:action name="o:distribute"/>
  <o:permission>
    <o:constraint><o:or>
      <o:constraint leftOperand="o:count" operator="o:lt" rightOperand="5"
          dataType="http://www.w3.org/2001/XMLSchema#integer"/>
      <o:constraint leftOperand="o:language" operator="o:isAnyOf" rightOperand="tr en"/>
    </o:or></o:constraint>
    <o:asset source="http://agency.example/wire" type="o:AssetCollection">
      <o:refinement name="o:fileFormat" operator="o:eq" rightOperand="text/html"/>
    </o:asset>
  </o:permission>
  <o:obligation><o:action name="o:delete"/></o:obligation>
</o:Policy>"""


def test_nested_xml_is_read():
    """Logical constraints, lists of values, refinements and what the policy says for all its rules."""
    found = only(NESTED_XML)
    assert found.conflict == f"{ODRL}prohibit"
    duty, permission = found.rules
    assert [action.iri for action in permission.actions] == [f"{ODRL}distribute"]
    (joined,) = permission.constraints
    assert {len(part.right) for part in joined.constraints} == {1, 2}
    (target,) = permission.targets
    assert (target.iri, target.collection, len(target.refinements)) == ("http://agency.example/wire", True, 1)
    assert {action.iri for action in duty.actions} == {f"{ODRL}delete", f"{ODRL}distribute"}


TDM = {
    "@context": ["http://www.w3.org/ns/odrl.jsonld", {"tdm": "http://www.w3.org/ns/tdmrep#"}],
    "@type": "Offer",
    "profile": "http://www.w3.org/ns/tdmrep",
    "uid": "https://agency.example/tdm.json",
    "assigner": {"uid": "https://agency.example", "vcard:fn": "Agency", "vcard:hasURL": "https://agency.example/"},
    "permission": [
        {
            "target": "https://agency.example/",
            "action": "tdm:mine",
            "duty": [{"action": "obtainConsent"}],
            "constraint": [{"leftOperand": "purpose", "operator": "eq", "rightOperand": {"@id": "tdm:non-research"}}],
        }
    ],
    "prohibition": [{"target": "https://agency.example/", "action": "tdm:mine"}],
}


def test_a_policy_on_mining_is_read():
    """A TDMRep policy: an offer grants nothing, its reservation stands for mining and for what needs it."""
    found = only(json.dumps(TDM))
    assert found.unread == ()
    assert [party.iri for rule in found.rules for party in rule.assigners] == ["https://agency.example"] * 2
    for action in ("<http://www.w3.org/ns/tdmrep#mine>", "<urn:newswire:odrl:ai-train>"):
        asked = asking(request(does=action).replace("ex:x", "<https://agency.example/>"))
        assert evaluate(found, asked, reading.read_world(state())).answers[0][1] is Answer.PROHIBITED


def test_words_that_no_context_explains_are_kept_as_not_understood():
    """A misspelt key makes a permission say more than is understood."""
    misspelt = {**JSON_LD, "permission": [{**RULE, "constrain": {"leftOperand": "count"}}]}
    (rule,) = only(json.dumps(misspelt)).rules
    assert rule.unread == ("urn:newswire:unknown:constrain",)
    assert only(json.dumps({**JSON_LD, "prohibtion": []})).unread == ()
    assert only(json.dumps({**JSON_LD, "prohibtion": [{"action": "sell"}]})).unread == (
        "urn:newswire:unknown:prohibtion",
    )
    assert only(json.dumps({**JSON_LD, "description": "For everybody.", "constrain": "x"})).unread == (
        "urn:newswire:unknown:constrain",
    )
    (rule,) = only(XML.replace('<o:action name="http', "<o:whim/><o:action mood='x' name=\"http")).rules
    assert rule.unread == ("urn:newswire:unknown:whim",)
    assert only(
        OLD_XML.replace("<o:prohibition>", "<o:prohibited>").replace("</o:prohibition>", "</o:prohibited>")
    ).unread


BILLION = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><o:Policy xmlns:o="http://www.w3.org/ns/odrl/2/">&b;</o:Policy>'
FILE = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><o:Policy xmlns:o="http://www.w3.org/ns/odrl/2/">&a;</o:Policy>'
DEEP = 5000


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (json.dumps({**JSON_LD, "@context": "https://elsewhere.example/context.jsonld"}), "remote_context"),
        (
            json.dumps({**JSON_LD, "@context": ["http://www.w3.org/ns/odrl.jsonld", "http://10.0.0.1/c"]}),
            "remote_context",
        ),
        (json.dumps({**JSON_LD, "permission": [{**RULE, "@context": "file:///etc/passwd"}]}), "remote_context"),
        (json.dumps({**JSON_LD, "@context": {"@import": "https://elsewhere.example/c"}}), "remote_context"),
        (
            json.dumps({**JSON_LD, "@context": {"x": {"@id": "odrl:x", "@context": "https://elsewhere.example/c"}}}),
            "remote_context",
        ),
        ("{", "bad_json"),
        ("[1, 2", "bad_json"),
        ("[" * DEEP + "]" * DEEP, "too_deep"),
        ('{"a":' * DEEP + "1" + "}" * DEEP, "too_deep"),
        ("@prefix odrl: <http://www.w3.org/ns/odrl/2/> . <a> odrl:permission [", "bad_turtle"),
        (f"{PREFIXES} ex:p odrl:permission {'[ odrl:duty ' * DEEP}[]{']' * DEEP} .", "too_deep"),
        (
            f"{PREFIXES} ex:p a odrl:Set ; odrl:permission _:a . _:a odrl:duty _:b . _:b odrl:consequence _:b .",
            "too_deep",
        ),
        (f"{PREFIXES} ex:p a odrl:Set ; odrl:permission [ odrl:constraint ex:c ] . ex:c odrl:and ex:c .", "too_deep"),
        (f"{PREFIXES} ex:p a odrl:Set ; odrl:permission _:l . _:l rdf:first ex:r ; rdf:rest _:l .", "too_deep"),
        ("<o:Policy xmlns:o='http://www.w3.org/ns/odrl/2/'><o:permission></o:Policy>", "bad_xml"),
        (BILLION, "xml_entities"),
        (FILE, "xml_entities"),
        ("<a>" * DEEP + "</a>" * DEEP, "too_deep"),
        ("<html><body>Not found</body></html>", "no_policy"),
        ('{"title": "nothing"}', "no_policy"),
        ("", "no_policy"),
        (json.dumps({**JSON_LD, "uid": "http://agency.example/a b"}), "bad_iri"),
        (XML.replace("policy/1", "policy/{1}"), "bad_iri"),
        (f"{PREFIXES} # {'x' * 4_000_001}", "too_large"),
    ],
)
def test_refusals(text: str, reason: str):
    """What cannot be read safely, or holds no policy, is refused with its reason and what to do."""
    with pytest.raises(PolicyRefused) as refused:
        reading.read(text)
    assert refused.value.reason == reason
    assert refused.value.remedy


def test_shared_parts_cannot_explode():
    """Constraints that share their parts level by level are counted, not unfolded."""
    levels = [
        f"ex:a{n} odrl:and ex:a{n + 1}, ex:b{n + 1} . ex:b{n} odrl:and ex:a{n + 1}, ex:b{n + 1} ." for n in range(40)
    ]
    text = policy("odrl:permission [ odrl:constraint ex:a0 ]", " ".join(levels))
    with pytest.raises(PolicyRefused, match="more than 20,000"):
        reading.read(text)
    blank = text.replace("ex:a", "_:a").replace("ex:b", "_:b").replace("_:alice", "ex:alice")
    with pytest.raises(PolicyRefused, match="more than 20,000"):
        reading.read(blank)


def test_nothing_is_fetched(monkeypatch: pytest.MonkeyPatch):
    """Reading opens no connection, whatever a document refers to."""

    def refuse(*_: object, **__: object) -> None:
        pytest.fail("a connection was opened")

    monkeypatch.setattr("socket.socket.connect", refuse)
    monkeypatch.setattr("urllib.request.urlopen", refuse)
    for text, media_type in ENCODINGS.values():
        reading.read(text, media_type)


def test_what_is_no_request_is_refused():
    """A document without a question, or a state whose clock is no time, or two, says so."""
    with pytest.raises(PolicyRefused) as refused:
        reading.read_requests(policy("odrl:prohibition [ odrl:action odrl:read ]", type_="Request"))
    assert refused.value.reason == "no_request"
    for clock in (state("yesterday"), state(more='temp:currentTime dct:issued "2024-06-04T00:00:00Z" .')):
        with pytest.raises(PolicyRefused) as refused:
            reading.read_world(clock)
        assert refused.value.reason == "bad_clock"


def test_requests_with_parameters():
    """A request may be an evaluation request: its parameters are values of left operands."""
    asked = f"""{PREFIXES} @prefix sotw: <https://w3id.org/force/sotw#> .
    ex:r a sotw:EvaluationRequest ; sotw:requestedAction odrl:read ; sotw:requestingParty ex:alice ;
      sotw:requestedTarget ex:x ; sotw:requestParameter [ a sotw:RequestParameter ;
        sotw:describesFeature sotw:Purpose ; sotw:value ex:research ] ."""
    limited = policy(
        f"odrl:permission [ odrl:action odrl:use ; odrl:constraint {constraint('purpose', 'eq', 'ex:research')} ]"
    )
    assert evaluated(limited, asked).permitted


def test_relative_names_agree_between_documents():
    """A name without a base is the same in policy, request and state, and says nothing of where the files lie."""
    said = policy("odrl:permission <r1>", "<r1> odrl:assignee <alice> ; odrl:action odrl:read .")
    asked = request().replace("ex:alice", "<alice>")
    report = evaluated(said, asked)
    assert report.permitted
    assert report.rules[0].rule == "http://document.newswire.invalid/r1"


@pytest.mark.parametrize(
    "rule",
    [
        {"action": None},
        {"action": []},
        {"odrl:action": []},
        {"action": {"@list": []}},
        {"action": "use", "target": None},
        {"action": "use", "assignee": []},
        {"action": "use", "constraint": None},
        {"action": {"refinement": {"leftOperand": "count", "operator": "lt", "rightOperand": 5}}},
    ],
)
def test_what_json_leaves_empty_does_not_mean_anything_goes(rule: dict[str, object]):
    """A null or an empty list where a limit belongs is not understood: no permission, and a prohibition stays."""
    asked, world = asking(request()), reading.read_world(state())
    permission = only(json.dumps({**JSON_LD, "permission": rule}))
    assert not evaluate(permission, asked, world).permitted
    prohibition = only(json.dumps({**JSON_LD, "permission": [], "prohibition": rule}))
    assert evaluate(prohibition, asked, world).answers[0][1] is Answer.PROHIBITED


@pytest.mark.parametrize(
    "rule",
    [
        {"action": "read only"},
        {"action": "use", "target": "http://agency.example/a b"},
        {"uid": "urn:x y", "action": "use"},
        {"odrl:action": {"@id": "urn:a b"}},
        {"act ion": "use"},
    ],
)
def test_names_with_blanks_are_refused(rule: dict[str, object]):
    """A name that is no IRI is refused, never dropped together with its limit; words keep their blanks."""
    with pytest.raises(PolicyRefused) as refused:
        reading.read(json.dumps({**JSON_LD, "permission": rule}))
    assert refused.value.reason == "bad_iri"
    said = {"leftOperand": "product", "operator": "eq", "rightOperand": "two words"}
    (found,) = only(json.dumps({**JSON_LD, "permission": {"action": "use", "constraint": said}})).rules
    assert [value.text for value in found.constraints[0].right] == ["two words"]


@pytest.mark.parametrize(
    "context",
    [
        {"odrl": ODRL},
        {"odrl": ODRL, "@vocab": "https://elsewhere.example/ns/"},
        {"odrl": ODRL, "constraint": "https://elsewhere.example/ns#constraint"},
    ],
)
def test_a_limit_that_a_context_names_otherwise_is_not_lost(context: dict[str, str]):
    """``constraint`` without ODRL's prefix is not understood; the permission is not wider for it."""
    never = {"odrl:leftOperand": {"@id": "odrl:count"}, "odrl:operator": {"@id": "odrl:lt"}, "odrl:rightOperand": 0}
    rule = {"odrl:action": {"@id": "odrl:use"}, "constraint": never}
    text = json.dumps({"@context": context, "@id": "urn:p", "@type": "odrl:Set", "odrl:permission": rule})
    assert not evaluate(only(text), asking(request()), reading.read_world(state())).permitted
    whole = json.dumps(
        {
            "@context": context,
            "@id": "urn:p",
            "@type": "odrl:Set",
            "odrl:permission": {"odrl:action": {"@id": "odrl:use"}},
        }
    )
    assert evaluate(only(whole), asking(request()), reading.read_world(state())).permitted


@pytest.mark.parametrize("keyword", ["@graph", "@reverse", "@included", "@index"])
def test_keywords_that_say_things_elsewhere_are_refused(keyword: str):
    """A rule may not hide its limits in another graph or direction."""
    with pytest.raises(PolicyRefused) as refused:
        reading.read(json.dumps({**JSON_LD, "permission": {keyword: [{"action": "use"}]}}))
    assert refused.value.reason == "bad_json"


@pytest.mark.parametrize("part", ["asset", "asset idref='gone'", "party", "action", "action idref='gone'"])
def test_an_element_that_names_nothing_limits_everything(part: str):
    """An asset, party or action without a name is not understood; it is not any asset, party or action."""
    text = f"<o:Policy xmlns:o='{ODRL}' uid='urn:p' type='o:Set'><o:permission><o:{part}/></o:permission></o:Policy>"
    assert not evaluate(only(text), asking(request()), reading.read_world(state())).permitted


def test_an_empty_list_in_turtle_is_not_understood():
    """``odrl:action ()`` is not any action."""
    assert not evaluated(policy("odrl:permission [ odrl:action () ]")).permitted
