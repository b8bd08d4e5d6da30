"""The corpus of short wire texts, over all classes and many languages."""

from tests.text.marked import read

CORPUS = read("corpus_wires.yaml")


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
