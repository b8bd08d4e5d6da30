"""How many of a corpus's notices are found whole, and how many found are right: in total, per language, per class.

``PYTHONPATH=include:. python ops/notice_score.py corpus_c.yaml [--misses FILE]``. Whole means the same words and the
same classes. Without ``--misses`` only figures are shown, so that a corpus can be scored and stay unread.
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from pathlib import Path

from tests.text.marked import NAMES, Marked, Score, notices_of, read

from newswire.model import SplitText
from newswire.text import split

Found = list[tuple[str, frozenset[str]]]


def scores(results: list[tuple[Marked, SplitText]]) -> dict[str, Score]:
    """The score of the whole corpus, of each language and of each class.

    A class's score counts the notices that say it, and still by whole notices.
    """
    groups: dict[str, Score] = defaultdict(Score)
    for case, result in results:
        expected, found = list(case.notices), notices_of(result)
        groups["all"].add(expected, found)
        groups[f"language {case.id.split('.')[0]}"].add(expected, found)
        for name in sorted({name for _, classes in (*expected, *found) for name in classes}):
            groups[f"class {name}"].add(saying(name, expected), saying(name, found))
    return groups


def saying(name: str, notices: Found) -> Found:
    """The notices of a class."""
    return [notice for notice in notices if name in notice[1]]


def holders(results: list[tuple[Marked, SplitText]]) -> tuple[int, int]:
    """How many holders are named in notices found whole, and how many of them were read right."""
    named = right = 0
    for case, result in results:
        read_as = {notice.text.strip(): notice.holder for notice in result.notices}
        for (words, _), holder in zip(case.notices, case.holders, strict=True):
            if holder and words in read_as:
                named += 1
                right += read_as[words] == holder
    return named, right


def missed(results: list[tuple[Marked, SplitText]]) -> str:
    """Every text in which something else was found than expected."""
    wrong = [(case, result) for case, result in results if list(case.notices) != notices_of(result)]
    return "\n\n".join(
        "\n".join(
            [
                f"{case.id} [{case.id.split('.')[0]}]",
                f"text:     {case.text!r}",
                f"expected: {[(words, sorted(classes)) for words, classes in case.notices]}",
                f"got:      {[(one.text.strip(), sorted(one.classes), one.rules) for one in result.notices]}",
            ]
        )
        for case, result in wrong
    )


def main() -> None:
    """Score one corpus of tests/text."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpus", help="a file of tests/text, such as corpus_c.yaml")
    parser.add_argument("--misses", type=Path, help="write the texts read otherwise to this file")
    arguments = parser.parse_args()
    results = [(case, split(case.text, names=NAMES)) for case in read(arguments.corpus)]
    for group, score in sorted(scores(results).items()):
        counted = f"{score.right} right of {score.found} found, {score.expected} expected"
        print(f"{group:28} precision {score.precision:.3f}  recall {score.recall:.3f}  ({counted})")
    friends = [result for case, result in results if not case.notices]
    print(f"false friends left alone: {sum(not result.notices for result in friends)} of {len(friends)}")
    print("holders read right: {1} of {0}".format(*holders(results)))
    if arguments.misses:
        arguments.misses.write_text(missed(results) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
