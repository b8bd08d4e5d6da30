"""The corpus of short wire texts, over all classes and many languages."""

import pytest
from tests.text.marked import NAMES, Score, credits_of, notices_of, read, squeezed

from newswire.text import split

CORPUS = read("corpus_wires.yaml")
BOTH = [*CORPUS, *read("corpus_check.yaml")]


def test_the_corpus_is_broad_and_half_of_it_is_no_notice():
    """Over three hundred texts in over twenty languages say every class, and about half hold no notice."""
    false_friends = [case for case in CORPUS if not case.notices]
    assert len(CORPUS) > 300
    assert len({case.id.split(".")[0] for case in CORPUS}) > 20
    assert len(false_friends) * 2 >= len(CORPUS)


def test_marks_are_told_apart():
    """Every text is free of marks, and what is marked stands in it word for word."""
    for case in CORPUS:
        assert not set("⟦⟧⟪⟫⟨⟩⟬⟭") & set(case.text)
        assert all(words in case.text for words, _ in case.notices)


def test_whole_notices_are_found_and_nothing_else():
    """Of whole notices (same words, same classes) at least 98 in 100 are found, and 98 in 100 found are right."""
    score = Score()
    for case in BOTH:
        score.add(list(case.notices), notices_of(split(case.text, names=NAMES)))
    assert score.precision >= 0.98
    assert score.recall >= 0.98


def test_whole_credits_are_found_and_nothing_else():
    """Of credits, datelines included, at least 98 in 100 are found, and 98 in 100 found are right."""
    score = Score()
    for case in BOTH:
        score.add(list(case.credits), credits_of(split(case.text, names=NAMES)))
    assert score.precision >= 0.98
    assert score.recall >= 0.98


def test_no_text_without_a_notice_or_credit_is_touched():
    """A text in which nothing is marked stays as it is, to the letter."""
    untouched = [case for case in BOTH if not case.notices and not case.credits]
    assert [case.id for case in untouched if split(case.text, names=NAMES).body != case.text] == []


def test_what_is_left_is_the_body():
    """Nothing but what is marked is cut."""
    wrong = []
    for case in BOTH:
        result = split(case.text, names=NAMES)
        if (squeezed(result.body), squeezed(result.trailing)) != (case.body, case.trailing):
            wrong.append(case.id)
    assert len(wrong) <= len(BOTH) // 100, wrong


def test_spans_are_exact_and_confidence_is_a_share():
    """Every span is exact in the original, and every notice says how sure it is."""
    for case in BOTH:
        result = split(case.text, names=NAMES)
        assert all(case.text[one.start : one.end] == one.text for one in (*result.notices, *result.credits))
        assert all(0.5 < notice.confidence <= 1 for notice in result.notices)


@pytest.mark.parametrize("long", ["word " * 300, "a story without an end and " * 20])
def test_a_notice_is_found_wherever_it_stands(long):
    """A short notice on its own line is found beside lines that go on and on without a full stop."""
    for notice in ("KILL", "HOLD FOR RELEASE", "GERMANY OUT", "EMBARGOED UNTIL MONDAY"):
        for text in (f"{notice}\n{long}", f"{long}\n\n{notice}\n{long}", f"{long}.\n{notice}"):
            assert [found.text for found in split(text).notices] == [notice]
