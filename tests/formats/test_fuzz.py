"""Any bytes give a parse or a refusal."""

from __future__ import annotations

import time
from collections import Counter
from contextlib import suppress
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fuzz.checking import BrokenPromise, Inputs, check
from fuzz.mutations import Input
from newswire.errors import PayloadRefused
from newswire.formats import Source, parse
from newswire.model import Item, ParsedPayload

SOURCE = Source(url="https://wire.example/x")
BENT = 1500
"""Of the million inputs of ``make fuzz``, so many run in the tests."""


def test_bent_inputs_are_read_or_refused():
    """The first inputs of ``make fuzz``: each gives items that hold their promises, or a refusal; nothing else."""
    inputs = Inputs(seed=1)
    outcomes = Counter(check(inputs.at(number), number) for number in range(BENT))
    assert outcomes["read"] > BENT / 3
    assert len(outcomes) > 10


def test_inputs_are_the_same_every_time():
    """An input follows from its seed and number alone, so that a finding can be made again."""
    assert Inputs(seed=7).at(123) == Inputs(seed=7).at(123) != Inputs(seed=8).at(123)


def test_broken_promises_are_found(monkeypatch):
    """An error that a parser lets out, an item without identity, and links out of step are findings."""
    given = Input(raw=b"<rss><channel><item><title>t</title></item></channel></rss>")
    assert check(given, 1) == "read"
    nameless = ParsedPayload(format="rss", entries=(Item(item_id=""),), links=(None,))
    for answer in (nameless, replace(nameless, links=()), ParsedPayload(format="rss", entries=())):
        monkeypatch.setattr("fuzz.checking.parse", lambda *_, answer=answer: answer)
        with pytest.raises(BrokenPromise):
            check(given, 1)
    monkeypatch.setattr("fuzz.checking.parse", lambda *_: 1 // 0)
    with pytest.raises(ZeroDivisionError):
        check(given, 1)


@settings(max_examples=200, deadline=None)
@given(raw=st.one_of(st.binary(max_size=300), st.text(max_size=300).map(str.encode)))
def test_any_bytes_are_read_or_refused(raw):
    """Bytes without any structure give a parse or a refusal too."""
    assert check(Input(raw=raw), 0)


HEAD = b'<rss version="2.0"><channel>'
PAGE = b'<html><meta property="og:type" content="article"><h1>x</h1>'
HOSTILE = {
    "comments that never end": b"<!--" * 300_000,
    "comments before the root": b'<?xml version="1.0"?>' + b"<!-- -->" * 100_000 + b"<rss/>",
    "comments without a root": b"<!-- -->" * 100_000,
    "instructions without a root": b"<?a?>" * 100_000,
    "ampersands": HEAD + b"<item><title>" + b"& " * 300_000 + b"</title></item></channel></rss>",
    "open subset": b"<!DOCTYPE a [" + b"] " * 300_000,
    "brackets": b"<" * 500_000,
    "attributes": b"<rss " + b"a=b " * 100_000 + b"><channel/></rss>",
    "signs in an author": HEAD + b"<item><author>" + b"@" * 200_000 + b"</author></item></channel></rss>",
    "formatting": PAGE + b"<p><b id=1>x" * 20_000,
    "paragraphs": PAGE + b"<article>" + b"<div><p>word word</p></div>" * 10_000,
    "links": PAGE + b"<main>" + b"<div><a>1</a><a>2</a><a>3</a>" * 200 + b"<p>word word</p>" * 2_000,
    "header lines": b"A: b\n" * 100_000,
    "blanks before text": b" " * 8000 + b"From here to there",
    "answers to answers": b"From: a@b.example\nSubject: " + b"re " * 20_000 + b"\n\nText.",
    "brackets in a description": b'<html><script type="application/ld+json">' + b"[" * 200_000 + b"</script><p>x</p>",
    "components": HEAD + b"<item>" + b'<enclosure url="a"/>' * 5_000 + b"</item></channel></rss>",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_repetition_is_answered_in_time(name):
    """Input that makes naive patterns and walks explode is answered; a hang fails the suite's time limit."""
    started = time.process_time()
    with suppress(PayloadRefused):
        parse(HOSTILE[name], SOURCE)
    assert time.process_time() - started < 10
