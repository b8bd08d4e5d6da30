"""The wires' own withdrawals, from the file to the lake, in whatever order the files come."""

from __future__ import annotations

from itertools import permutations, product

import pytest
from tests.formats.relation_documents import document
from tests.pipeline.conftest import PARAGRAPH, partner_file, story

from newswire import ledger
from newswire.formats import relations
from newswire.ledger.tables import items

pytestmark = pytest.mark.ledger

G2 = "http://iptc.org/std/nar/2006-10-01/"
GUID = "tag:tpa.example,2026:quay"


def g2(version: int, status: str = "usable", *, signal: str = "", guid: str = GUID, text: str = "") -> bytes:
    """A NewsML-G2 news item; one that is canceled carries no content."""
    meta = f'<versionCreated>2026-03-02T0{version}:00:00Z</versionCreated><pubStatus qcode="stat:{status}"/>'
    meta += f'<signal qcode="{signal}"/>' if signal else ""
    said = f"<p>{PARAGRAPH * 4}</p><p>Version {version}. {text}</p>"
    content = f"<contentSet><inlineXML>{said}</inlineXML></contentSet>" if status == "usable" else ""
    return (
        f'<newsItem xmlns="{G2}" guid="{guid}" version="{version}"><itemMeta>{meta}</itemMeta>'
        f"<contentMeta><headline>Quay works begin</headline></contentMeta>{content}</newsItem>"
    ).encode()


STORY, CORRECTION, CANCEL = g2(1), g2(2, signal="sig:correction"), g2(3, "canceled")


def bodies(desk) -> list[str]:
    return [str(row["body"]).splitlines()[-1] for row in desk.rows().values()]


def states(desk) -> dict[str, str]:
    with ledger.transaction(desk.database_url) as connection:
        return {row.item_id: row.state for row in connection.execute(items.select())}


def test_a_g2_correction_replaces_and_a_cancel_withdraws(desk, wire):
    """The correction is a new version of the same story; the cancel of the same guid takes the story out."""
    seen = []
    for hour, raw in enumerate((STORY, CORRECTION, CANCEL)):
        wire.feeds["/a.xml"] = raw
        desk.run(hour)
        seen.append(bodies(desk))
    assert seen == [["Version 1."], ["Version 2."], []]
    assert states(desk) == {GUID: "withdrawn"}


@pytest.mark.parametrize("order", list(permutations((1, 2, 3))), ids=str)
def test_a_g2_cancel_holds_in_every_order(desk, wire, order):
    """Whichever version comes last, a canceled story stays out, and no older version shadows a newer one."""
    for hour, version in enumerate(order):
        wire.feeds["/a.xml"] = (STORY, CORRECTION, CANCEL)[version - 1]
        desk.run(hour)
        newest = max(order[: hour + 1])
        assert bodies(desk) == ([] if newest == 3 else [f"Version {newest}."])


@pytest.mark.parametrize("late", [False, True], ids=["the story first", "the kill first"])
def test_a_signal_to_kill_spares_stories_of_the_same_slug(desk, wire, late):
    """A format's own signal concerns the item that carries it, whatever its note says: a namesake stays."""

    def slugged(raw: bytes) -> bytes:
        return raw.replace(b"<headline>", b"<slugline>quay</slugline><headline>")

    namesake, kill = slugged(g2(1, guid="tag:namesake")), slugged(g2(2, "canceled", signal="sig:atnk"))
    kill = kill.replace(b"<pubStatus", b"<edNote>KILL: there is no quay.</edNote><pubStatus")
    for hour, raw in enumerate((kill, namesake, slugged(STORY)) if late else (slugged(STORY), namesake, kill)):
        wire.feeds["/a.xml"] = raw
        desk.run(hour)
    assert (set(desk.rows()), states(desk)) == ({"tag:namesake"}, {GUID: "withdrawn", "tag:namesake": "published"})


SCHEME = "cv.iptc.org/newscodes/pubstatusg2/canceled"
OWN_ALIAS = '<catalog><scheme alias="ps" uri="http://cv.iptc.org/newscodes/pubstatusg2/"/></catalog>'
CANCELS = {
    "a higher version": (
        'version="3"',
        'qcode="stat:canceled"',
        "<versionCreated>2026-03-02T03:00:00Z</versionCreated>",
    ),
    "the same version": (
        'version="2"',
        'qcode="stat:canceled"',
        "<versionCreated>2026-03-02T03:00:00Z</versionCreated>",
    ),
    "the same version and time": (
        'version="2"',
        'qcode="stat:canceled"',
        "<versionCreated>2026-03-02T02:00:00Z</versionCreated>",
    ),
    "no version": ("", 'qcode="stat:canceled"', "<versionCreated>2026-03-02T03:00:00Z</versionCreated>"),
    "no version and no time": ("", 'qcode="stat:canceled"', ""),
    "an address": ('version="3"', f'uri="http://{SCHEME}"', ""),
    "an address in a code": ('version="3"', f'qcode="https://{SCHEME}"', ""),
    "an alias of its own": ('version="3"', 'qcode="ps:canceled"', OWN_ALIAS),
}
"""How a cancel without content may be written: its version, its status, and what else stands in it."""

GUIDS = ("tag:quay.example,2026:newsml_L{}:1", "urn:newsml:quay.example:20260302:{}", "https://quay.example/id/{}")


def canceled(how: str, guid: str) -> bytes:
    version, status, more = CANCELS[how]
    catalog, created = (more, "") if more == OWN_ALIAS else ("", more)
    meta = f'<itemMeta><itemClass qcode="ninat:text"/>{created}<pubStatus {status}/></itemMeta>'
    return f'<newsItem xmlns="{G2}" guid="{guid}" {version}>{catalog}{meta}</newsItem>'.encode()


def in_message(raw: bytes) -> bytes:
    header = "<header><sent>2026-03-02T09:00:00Z</sent></header>"
    return f'<newsMessage xmlns="{G2}">{header}<itemSet>{raw.decode()}</itemSet></newsMessage>'.encode()


@pytest.mark.parametrize("order", list(permutations((0, 1, 2))), ids=str)
def test_every_way_to_cancel_holds_in_every_order(desk, wire, order):
    """A correction, then a cancel without content, bare or in a message: the story is out, whichever is last."""
    stories = {}
    for n, (how, wrap) in enumerate(product(CANCELS, (bytes, in_message))):
        guid = GUIDS[n % len(GUIDS)].format(n)
        correction = g2(2, signal="sig:correction", guid=guid)
        stories[guid] = [wrap(raw) for raw in (g2(1, guid=guid), correction, canceled(how, guid))]
    partner = partner_file(wire)
    feed = partner["feeds"]["a"]
    desk.configure({**partner, "feeds": {f"k{n}": {**feed, "url": f"{wire.root}/k{n}"} for n in range(len(stories))}})
    for hour, edition in enumerate(order):
        wire.feeds.update({f"/k{n}": editions[edition] for n, editions in enumerate(stories.values())})
        desk.run(hour)
        newest = max(order[: hour + 1])
        expected = set() if newest == 2 else set(stories)
        assert set(desk.rows()) == expected
        assert set(bodies(desk)) <= {f"Version {newest + 1}."}
    assert states(desk) == dict.fromkeys(stories, "withdrawn")


def test_a_cancel_of_a_lower_version_asks_before_a_reissue(desk, wire):
    """A usable version above the canceled one is held for a person, not published, whichever came first."""
    wire.feeds["/a.xml"] = canceled("the same version", GUID)
    desk.run(0)
    wire.feeds["/a.xml"] = g2(3)
    desk.run(1)
    assert (desk.rows(), states(desk)) == ({}, {GUID: "held"})


def test_all_versions_in_one_message(desk, wire):
    """A message that holds a story and its end, the end first, publishes nothing."""
    inside = b"".join((CANCEL, CORRECTION, STORY)).decode()
    wire.feeds["/a.xml"] = f'<newsMessage xmlns="{G2}"><itemSet>{inside}</itemSet></newsMessage>'.encode()
    desk.run(0)
    assert (desk.rows(), states(desk)) == ({}, {GUID: "withdrawn"})


MEMBERS = ("tag:tpa.example,2026:quay", "tag:tpa.example,2026:crane")
PACKAGE = "tag:tpa.example,2026:top-stories"


def package(version: int, status: str = "usable", *, signal: str = "", note: str = "") -> bytes:
    """A package of the day's top stories: a root group that names a group, which names the members."""
    meta = '<itemClass qcode="ninat:composite"/><provider qcode="nprov:TPA"/>'
    meta += f'<versionCreated>2026-03-02T0{version}:30:00Z</versionCreated><pubStatus qcode="stat:{status}"/>'
    meta += (f'<signal qcode="{signal}"/>' if signal else "") + (f"<edNote>{note}</edNote>" if note else "")
    refs = "".join(
        f'<itemRef residref="{name}" version="1" contenttype="application/vnd.iptc.g2.newsitem+xml" size="4000">'
        '<itemClass qcode="ninat:text"/><provider qcode="nprov:TPA"/><pubStatus qcode="stat:usable"/>'
        f"<title>Works at {name}</title></itemRef>"
        for name in MEMBERS
    )
    root = '<group id="G1" role="group:root" mode="pgrmod:seq"><groupRef idref="G2"/></group>'
    groups = f'<groupSet root="G1">{root}<group id="G2" role="group:main" mode="pgrmod:bag">{refs}</group></groupSet>'
    content = "<contentMeta><slugline>QUAY-TOP</slugline><headline>Top stories</headline></contentMeta>"
    head = f'<packageItem xmlns="{G2}" guid="{PACKAGE}" version="{version}" standard="NewsML-G2" standardversion="2.30"'
    return f'{head} conformance="power"><itemMeta>{meta}</itemMeta>{content}{groups}</packageItem>'.encode()


def message(*inside: bytes) -> bytes:
    """A NewsML-G2 message around some items."""
    header = "<header><sent>2026-03-02T09:00:00Z</sent><sender>tpa.example</sender></header>"
    items_ = b"".join(inside).decode()
    return f'<newsMessage xmlns="{G2}">{header}<itemSet>{items_}</itemSet></newsMessage>'.encode()


PACKAGE_KILLS = {
    "canceled": package(2, "canceled"),
    "a signal to kill": package(2, signal="sig:atnk"),
    "an editor's note": package(2, "canceled", note="KILL: the list was sent by mistake."),
}


@pytest.mark.parametrize("how", PACKAGE_KILLS, ids=lambda how: how.replace(" ", "-"))
@pytest.mark.parametrize("order", ["kill last", "kill first", "one message"])
def test_the_kill_of_a_g2_package_spares_its_members(desk, wire, how, order):
    """A package that is killed takes none of the stories that its groups name, whichever comes first."""
    stories = [
        g2(1, guid=name, text=name).replace(b"<headline>", b"<slugline>QUAY-TOP</slugline><headline>")
        for name in MEMBERS
    ]
    told, kill = message(package(1), *stories), message(PACKAGE_KILLS[how])
    both = message(PACKAGE_KILLS[how], package(1), *stories)
    for hour, raw in enumerate({"kill last": (told, kill), "kill first": (kill, told), "one message": (both,)}[order]):
        wire.feeds["/a.xml"] = raw
        desk.run(hour)
    assert set(desk.rows()) == set(MEMBERS)
    assert states(desk) == {PACKAGE: "withdrawn", **dict.fromkeys(MEMBERS, "published")}


def test_the_kill_of_a_member_spares_its_package_and_the_others(desk, wire):
    """A member that is killed leaves alone; what the package is does not change."""
    stories = [g2(1, guid=name, text=name) for name in MEMBERS]
    wire.feeds["/a.xml"] = message(package(1), *stories)
    desk.run(0)
    before = states(desk)
    wire.feeds["/a.xml"] = message(g2(2, "canceled", guid=MEMBERS[0]))
    desk.run(1)
    assert states(desk) == {**before, MEMBERS[0]: "withdrawn"}
    assert MEMBERS[0] not in desk.rows()


def nitf(name: str, docdata: str = "", text: str = "") -> bytes:
    body = f"<body.head><hedline><hl1>Quay works begin at {name}</hl1></hedline></body.head>"
    body += f"<body.content><p>{PARAGRAPH * 4}</p><p>{text or name}</p></body.content>"
    named = f'<docdata {docdata}><doc-id id-string="{name}"/><date.issue norm="20260302T090000Z"/></docdata>'
    return f"<nitf><head>{named}</head><body>{body}</body></nitf>".encode()


@pytest.mark.parametrize("late", [False, True], ids=["the story first", "the kill first"])
def test_an_nitf_document_takes_another_one_back(desk, wire, late):
    """The document that is named goes, or never comes; the one that names it stays."""
    acts = nitf("lock-2", 'management-doc-idref="lock-1" management-idref-status="canceled"')
    for hour, raw in enumerate((acts, nitf("lock-1")) if late else (nitf("lock-1"), acts)):
        wire.feeds["/a.xml"] = raw
        desk.run(hour)
    assert list(desk.rows()) == ["lock-2"]
    assert states(desk)["lock-1"] == "withdrawn"


def newsml1(revision: int, *, status: str = "Usable", languages: str = "") -> bytes:
    names = "<ProviderId>p</ProviderId><DateId>20260302</DateId><NewsItemId>n</NewsItemId>"
    number = f'<RevisionId PreviousRevision="0" Update="N">{revision}</RevisionId>'
    parts = "".join(
        f'<NewsComponent xml:lang="{code}"><NewsLines><HeadLine>Quay works</HeadLine></NewsLines><ContentItem>'
        f"<DataContent>{PARAGRAPH * 4}</DataContent></ContentItem></NewsComponent>"
        for code in languages.split()
    )
    management = f'<ThisRevisionCreated>20260302T0{revision}0000Z</ThisRevisionCreated><Status FormalName="{status}"/>'
    return (
        f"<NewsML><NewsItem><Identification><NewsIdentifier>{names}{number}</NewsIdentifier></Identification>"
        f"<NewsManagement>{management}</NewsManagement><NewsComponent>{parts}</NewsComponent></NewsItem></NewsML>"
    ).encode()


@pytest.mark.parametrize("late", [False, True], ids=["the story first", "the cancel first"])
def test_a_cancel_takes_every_language_back(desk, wire, late):
    """A document's cancel names no language: it hits the versions in all of them, whichever comes first."""
    story, cancel = newsml1(1, languages="en fr"), newsml1(2, status="Canceled")
    for hour, raw in enumerate((cancel, story) if late else (story, cancel)):
        wire.feeds["/a.xml"] = raw
        desk.run(hour)
        if hour == 0 and not late:
            assert len(desk.rows()) == 2
    assert desk.rows() == {}
    assert set(states(desk).values()) == {"withdrawn"}
    assert len(states(desk)) == 2


RELATIONS = [(format_, rel, says) for format_, rows in relations.rows().items() for rel, says in rows.items()]


def test_a_kill_follows_only_what_its_item_replaces(desk, wire):
    """A killed item takes back with it the one that it replaces, and none that it only names; for every relation."""
    wire.feeds["/a.xml"] = [story(f"s{n}") for n in range(len(RELATIONS))]
    desk.run(0)
    assert len(desk.rows()) == len(RELATIONS)
    partner = partner_file(wire)
    feed = partner["feeds"]["a"]
    partner["feeds"] = {f"k{n}": {**feed, "url": f"{wire.root}/k{n}"} for n in range(len(RELATIONS))}
    desk.configure(partner)
    for n, (format_, rel, _) in enumerate(RELATIONS):
        wire.feeds[f"/k{n}"] = document(format_, rel, f"urn:s{n}", f"killed-{n}")
    desk.run(1)
    left = {f"urn:s{n}" for n, (_, _, says) in enumerate(RELATIONS) if says == "related"}
    assert set(desk.rows()) == left
