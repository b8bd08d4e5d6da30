"""The vocabularies of NewsML-G2, NewsML 1 and NITF, row by row, as items show them."""

from __future__ import annotations

import pytest

from newswire.formats.wirecodes import WIRES, Codes, tail
from newswire.formats.xmlreading import load
from newswire.model import Status

INSTRUCTIONS = [row for row in WIRES.signals.items() if row[0].startswith("newsml1:")]
SIGNALS = [row for row in WIRES.signals.items() if row not in INSTRUCTIONS]
G2_URI = "http://cv.iptc.org/newscodes/pubstatusg2/"


def g2(inside: str, *, content: str = "", catalog: str = "") -> bytes:
    meta = f"<itemMeta>{inside}</itemMeta><contentMeta><headline>H</headline>{content}</contentMeta>"
    return f'<newsItem guid="g" version="1">{catalog}{meta}</newsItem>'.encode()


def newsml1(management: str) -> bytes:
    names = "<ProviderId>p</ProviderId><DateId>20260101</DateId><NewsItemId>n</NewsItemId>"
    return (
        f"<NewsML><NewsItem><Identification><NewsIdentifier>{names}</NewsIdentifier></Identification>"
        f"<NewsManagement>{management}</NewsManagement><NewsComponent/></NewsItem></NewsML>"
    ).encode()


def nitf(docdata: str) -> bytes:
    return f'<nitf><head><docdata {docdata}><doc-id id-string="d"/></docdata></head><body/></nitf>'.encode()


@pytest.mark.parametrize(("code", "status"), WIRES.g2_status.items())
def test_each_g2_status(read, code, status):
    """A row holds for the QCode, for its URI, and for the URI with https."""
    uri = G2_URI + tail(code)
    for said in (f'qcode="{code}"', f'uri="{uri}"', f'uri="{uri.replace("http:", "https:")}"'):
        assert read(g2(f"<pubStatus {said}/>")).entries[0].status is status


@pytest.mark.parametrize(
    "said", ['qcode="stat:released"', 'qcode="usable"', 'qcode="foo:usable"', 'uri="http://x/usable"']
)
def test_a_g2_status_that_no_row_knows_is_never_usable(read, said):
    """An unknown code, an unknown alias and another scheme's word leave the status unknown."""
    assert read(g2(f"<pubStatus {said}/>")).entries[0].status is Status.UNKNOWN


def test_the_documents_own_catalog_comes_first(read):
    """An alias means what the document says: its own name for IPTC's scheme, or IPTC's name for another scheme."""
    own = f'<catalog><scheme alias="s" uri="{G2_URI}"/><scheme alias="stat" uri="http://harbour.example/mood/"/></catalog>'
    assert read(g2('<pubStatus qcode="s:canceled"/>', catalog=own)).entries[0].status is Status.CANCELED
    assert read(g2('<pubStatus qcode="stat:usable"/>', catalog=own)).entries[0].status is Status.UNKNOWN


def test_an_absent_g2_status_is_usable(read):
    """The specification's default holds, and only for absence."""
    assert read(g2("")).entries[0].status is Status.USABLE


@pytest.mark.parametrize(
    ("code", "signal"), [row for row in WIRES.signals.items() if not row[0].startswith("newsml1:")]
)
def test_each_g2_signal(read, code, signal):
    """A row gives its signal; a kill kills."""
    item = read(g2(f'<signal qcode="{code}"/>')).entries[0]
    assert item.signals == (signal,)
    assert (item.status is Status.KILLED) == (signal == "killed")


@pytest.mark.parametrize(("code", "signal"), INSTRUCTIONS)
def test_each_newsml1_instruction(read, code, signal):
    """A row gives its signal whatever its case; a kill kills."""
    name = code.removeprefix("newsml1:").upper()
    item = read(newsml1(f'<Status FormalName="Usable"/><Instruction FormalName="{name}"/>')).entries[0]
    assert item.signals == (signal,)
    assert (item.status is Status.KILLED) == (signal == "killed")


@pytest.mark.parametrize(("name", "status"), [*WIRES.status.items(), ("on the spike", Status.UNKNOWN)])
def test_each_newsml1_and_nitf_status(read, name, status):
    """A row holds in both formats and in any case; a word without a row is unknown."""
    assert read(newsml1(f'<Status FormalName="{name.upper()}"/>')).entries[0].status is status
    assert read(nitf(f'management-status="{name.title()}"')).entries[0].status is status


@pytest.mark.parametrize("name", sorted(WIRES.embargoed))
def test_each_status_that_embargoes(read, name):
    """Such a status without a time is an embargo without a stated end."""
    for raw in (newsml1(f'<Status FormalName="{name}"/>'), nitf(f'management-status="{name}"')):
        assert read(raw).entries[0].embargo.open_ended


@pytest.mark.parametrize(("old", "own"), WIRES.replaced_alt_ids.items())
def test_each_short_id_that_replaces(read, old, own):
    """A provider's short id of the item replaced becomes a guid built as the item's own."""
    ids = f'<altId type="{own}">g</altId><altId type="{old}">f</altId>'
    assert read(g2("", content=ids)).entries[0].replaces == "f"


@pytest.mark.parametrize(("name", "medium"), WIRES.mediums.items())
def test_each_medium(read, name, medium):
    """A row holds for an item class under any alias."""
    assert read(g2(f'<itemClass qcode="icls:{name}"/>')).entries[0].medium == medium


@pytest.mark.parametrize(("kind", "reason"), WIRES.set_aside.items())
def test_each_kind_that_is_set_aside(read, kind, reason):
    """It becomes an entry with its reason, alone and in a message, and names what it was."""
    alone = f'<{kind} guid="plan-1" version="1"><itemMeta/></{kind}>'
    for raw in (alone, f"<newsMessage><itemSet>{alone}</itemSet></newsMessage>"):
        [entry] = read(raw.encode()).entries
        assert (entry.reason, "plan-1" in entry.detail) == (reason, True)


@pytest.mark.parametrize(("code", "polarity"), WIRES.data_mining.items())
def test_each_data_mining_code(read, code, polarity):
    """A row gives the restriction its polarity, and the address as its value."""
    uri = WIRES.schemes["pdmi"] + tail(code)
    raw = f'<newsItem guid="g"><rightsInfo><dataMining uri="{uri}"/></rightsInfo><itemMeta/></newsItem>'
    [statement] = read(raw.encode()).entries[0].rights
    assert (statement.type, statement.polarity, statement.value) == ("data-mining", polarity, uri)


@pytest.mark.parametrize(("alias", "uri"), WIRES.schemes.items())
def test_each_scheme_alias(alias, uri):
    """QCode and URI come out as the same canonical code."""
    codes = Codes(load("<newsItem/>")[0])
    assert codes.canonical(f"{alias}:x") == codes.canonical(f"{uri}x") == f"{alias}:x"
