"""ninjs: the rules of its releases, and values of the wrong type or missing."""

from __future__ import annotations

import csv
import json

import pytest
from tests.samples import SAMPLES

from newswire.errors import PayloadRefused
from newswire.formats import Source, ninjsrules, parse
from newswire.formats.registry import FORMATS
from newswire.model import Item, Refusal, RightsKind, Status

ITEM = {"uri": "urn:harbour:1", "headline": "Ferry"}


def item(**members: object) -> Item:
    return parse(json.dumps({**ITEM, **members}).encode(), Source(url="https://wire.example/x")).entries[0]


def test_the_rules_name_only_types_that_they_state():
    """Every type that a member of the data file holds is a plain one or stands in the same family."""
    plain = {"string", "integer", "number", "object", "any", "uri", "date-time", "gYear"}
    for family in ninjsrules.families():
        for kind in family.kinds.values():
            for member in (*kind.members.values(), *kind.prefixes.values()):
                if len(member.words) == 1:
                    word = member.words[0].strip("[]{}").partition(" ")[0]
                    assert word in plain or word in family.kinds, word
                assert member.since in family.releases


@pytest.mark.parametrize(
    ("members", "expected"),
    [
        ({}, []),
        ({"urgency": 4}, ["ninjs_needs: 1.1"]),
        ({"urgency": 10}, ["ninjs_invalid: /urgency: not integer 1..9"]),
        ({"urgency": True}, ["ninjs_invalid: /urgency: not integer 1..9"]),
        ({"body_anything": "text"}, []),
        ({"body_anything": 7}, ["ninjs_invalid: /body_anything: not string"]),
        ({"type": "component"}, ["ninjs_needs: 1.2"]),
        ({"type": "poem"}, ["ninjs_invalid: /type: not one of text audio video picture graphic composite component"]),
        ({"$standard": {"version": "1.0"}, "type": "component"}, ["not before"]),
        ({"$standard": {"version": "1.5"}, "uri": "no address"}, ["ninjs_invalid: /uri: not uri"]),
        ({"$standard": {"version": "1.5"}, "versioncreated": "2026-13-40T00:00:00Z"}, ["not date-time"]),
        (
            {"renditions": {"web": {"href": "https://a.example/1", "width": "wide"}}},
            ["/renditions/web/width: not number"],
        ),
        ({"associations": {"photo": {"headline": "no uri"}}}, ["/associations/photo: no uri"]),
        ({"rightsinfo": {"langid": "urn:x"}}, ["not one of linkedrights and encodedrights"]),
        ({"mood": "good"}, ["/mood: unknown"]),
    ],
)
def test_faults_are_told(members, expected):
    """What departs from the release that an item names, or fits, is told with its place."""
    found = ninjsrules.flags({**ITEM, **members})
    assert len(found) >= len(expected)
    assert all(any(words in flag for flag in found) for words in expected)
    assert bool(found) == bool(expected)


def test_families_are_told_apart_by_their_spelling():
    """Camel case is 3.x, lists with roles are 2.x; each has its own rules."""
    bodies = [{"value": "Text", "wordCount": 1}]
    assert ninjsrules.flags({"uri": "urn:x", "bodies": bodies, "pubStatus": "usable"}) == []
    assert ninjsrules.flags({"uri": "urn:x", "bodies": [{"role": "main"}]}) == ["ninjs_invalid: /bodies/0: no value"]
    dates = {"dates": {"startDate": "2026-11-03T09:00:00Z", "expectedEndDate": "next week"}}
    assert ninjsrules.flags({"uri": "urn:x", "type": "event", "eventDetails": dates}) == [
        "ninjs_invalid: /eventDetails/dates/expectedEndDate: not gYear"
    ]


@pytest.mark.parametrize(
    ("said", "status"),
    [
        (None, Status.USABLE),
        ("usable", Status.USABLE),
        ("Withheld", Status.WITHHELD),
        ("canceled", Status.CANCELED),
        ("cancelled", Status.CANCELED),
        ("killed", Status.KILLED),
        ("replaced", Status.UNKNOWN),
        (7, Status.UNKNOWN),
        ({"code": "usable"}, Status.UNKNOWN),
        ([], Status.USABLE),
    ],
)
def test_status(said, status):
    """A status that nobody knows is unknown, never usable; only a missing one is usable."""
    assert item(pubstatus=said).status is status


def test_what_a_desk_marks_as_not_for_publication_is_withheld():
    """Superdesk's mark narrows the status, and never widens one."""
    mark = {"marked_for_not_publication": True, "marked_for_sms": True}
    assert item(flags=mark).status is Status.WITHHELD
    assert item(flags=mark, pubstatus="canceled").status is Status.CANCELED
    assert item(flags={"marked_for_not_publication": False}).status is Status.USABLE


def test_embargo_and_expiry_of_any_type_are_kept():
    """A blank embargo has no end; one of a wrong type cannot be read; neither is dropped, nor is an expiry."""
    assert item(embargoed="").embargo.open_ended
    assert item(embargoed=None).embargo is None
    assert item(embargoed="0001-01-01T00:00:00Z").embargo is None
    for wrong in (12345, {"until": "later"}, "Friday noon"):
        assert item(embargoed=wrong).embargo.problem == "unparsable"
    assert item(embargoed="2026-11-03T09:00:00").embargo.problem == "no_zone"
    assert [(r.kind, r.type) for r in item(expires="some day").rights] == [("restriction", "validity_unread")]


def test_rights_of_any_type_are_kept_verbatim():
    """Terms as a list are several statements, and terms of a wrong type are kept as they stand."""
    found = item(usageterms=["Editorial use only", {"no": "archive"}], copyrightnotice=2026, rightsinfo="ask first")
    assert [(r.kind, r.value) for r in found.rights] == [
        ("notice", "2026"),
        ("usage_terms", "Editorial use only"),
        ("usage_terms", '{"no": "archive"}'),
        ("policy", "ask first"),
    ]


def test_a_version_keeps_its_digits():
    """1.10 is no 1.1, also where it is a number."""
    raw = b'{"uri": "urn:x", "headline": "t", "version": 1.10}'
    assert parse(raw, Source(url="https://wire.example/x")).entries[0].version == "1.10"


def test_the_token_of_a_request_is_no_part_of_an_identity():
    """Two deliveries of one AP item are versions of one story."""
    address = "https://api.agency.example/media/v/content/0123456789abcdef0123456789abcdef?qt="
    assert item(uri=f"{address}one").item_id == item(uri=f"{address}two").item_id


@pytest.mark.parametrize(
    "raw", [b'{"uri":"urn:x","headline":"a\nb"}', b'{"uri":"urn:x","headline":"a\\ud800b\\u0000","version":NaN}']
)
def test_faults_inside_strings_are_repaired_and_flagged_or_harmless(raw):
    """Raw line breaks, lone surrogates and NaN neither crash nor pass unseen into texts."""
    found = parse(raw, Source(url="https://wire.example/x"))
    assert found.entries[0].title in {"a b", "a\ufffdb"}
    assert set(found.flags) <= {"recovered_json", "not_a_number"}
    assert found.flags


def test_a_teaser_is_no_part_of_the_body(read):
    """A body that only announces the story is its summary; alone it is the body, since there is no other."""
    bodies = [{"role": "teaser", "value": "Short."}, {"role": "main", "value": "The ferry came back."}]
    item = read(json.dumps({"uri": "urn:1", "headlines": [{"value": "Ferry"}], "bodies": bodies}).encode()).entries[0]
    assert (item.body, item.summary) == ("The ferry came back.", "Short.")
    alone = {"uri": "urn:1", "headlines": [{"value": "Ferry"}], "bodies": bodies[:1]}
    assert read(json.dumps(alone).encode()).entries[0].body == "Short."


def test_objects_on_lines_of_their_own_are_a_list(read):
    """JSON Lines: each object is an item, also where it takes several lines; anything else behind one is a fault."""
    lines = ['{"uri": "urn:%d", "headline": "Story %d",\r\n "body_text": "x"}' % (n, n) for n in range(3)]  # noqa: UP031
    parsed = read("\r\n".join([*lines, ""]).encode())
    assert [(item.item_id, item.pointer) for item in parsed.entries] == [(f"urn:{n}", f"/{n}") for n in range(3)]
    for broken in (" ".join(lines), "\n".join(lines)[:-9], "\n".join([*lines, "and more"])):
        with pytest.raises(PayloadRefused) as refused:
            read(broken.encode())
        assert refused.value.reason == "broken_json"


def test_conflicting_keys_refuse_the_entry():
    """Canceled and usable in one object: nobody can say which holds."""
    raw = b'[{"uri": "urn:x", "pubstatus": "canceled", "pubstatus": "usable"}, {"uri": "urn:y", "headline": "t"}]'
    first, second = parse(raw, Source(url="https://wire.example/x")).entries
    assert isinstance(first, Refusal)
    assert first.reason == "repeated_keys"
    assert second.title == "t"


@pytest.mark.skipif(not SAMPLES.is_dir(), reason=f"no sample files at {SAMPLES}")
def test_the_validation_suite_of_the_standard_holds():
    """What should pass is read, what should fail is refused or flagged (the folder stands in the manifest)."""
    wrong, seen = [], 0
    with (SAMPLES / "wires" / "MANIFEST.tsv").open(encoding="utf-8", newline="") as lines:
        rows = [row for row in csv.DictReader(lines, delimiter="\t") if "/test_suite/" in row["origin"]]
    for row in rows:
        try:
            parsed = parse((SAMPLES / "wires" / row["file"]).read_bytes(), Source(url="https://wire.example/x"))
        except PayloadRefused:
            parsed = None
        read = parsed is not None and all(isinstance(entry, Item) for entry in parsed.entries)
        doubted = not read or any(flag.startswith("ninjs_") for entry in parsed.entries for flag in entry.flags)
        seen += 1
        if not (read if "/should_pass/" in row["origin"] else doubted):
            wrong.append(row["origin"])
    assert wrong == []
    assert seen > 40
    assert {row.name for row in FORMATS} >= {"ninjs", "json_feed"}


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ('"linkedrights": {"uri": "https://x.example/terms"}', "https://x.example/terms"),
        ('"linkedrights": "https://x.example/terms"', "https://x.example/terms"),
        ('"encodedrights": "No archive"', "No archive"),
        ('"rightsinfo": {"encodedrights": "No archive"}', "No archive"),
    ],
)
def test_rights_outside_their_place_are_rights(read, member, value):
    """What stands beside rightsinfo instead of in it is flagged by the release's rules, and binds."""
    [item] = read(f'{{"uri": "urn:x", "headline": "h", {member}}}'.encode()).entries
    assert [(s.kind, s.value) for s in item.rights] == [(RightsKind.POLICY, value)]


def test_a_named_source_is_told_beside_the_credit(read):
    """A provider's credit does not hide whom it names as the origin."""
    said = '"provider": "TPA", "infosource": [{"name": "POOL Lens Agency"}, {"name": "POOL Lens Agency"}]'
    [item] = read(f'{{"uri": "urn:x", "headline": "h", {said}}}'.encode()).entries
    assert (item.credit, item.sources) == ("TPA", ("POOL Lens Agency",))


@pytest.mark.parametrize(
    ("type_", "medium"),
    [
        ("text", "text"),
        ("picture", "photo"),
        ("graphic", "graphic"),
        ("video", "video"),
        ("composite", "text"),
        ("x", "text"),
    ],
)
def test_what_an_item_is(read, type_, medium):
    """A picture is not licensed as a text: its type says what it is in a contract's words."""
    assert read(f'{{"uri": "urn:x", "headline": "h", "type": "{type_}"}}'.encode()).entries[0].medium == medium
