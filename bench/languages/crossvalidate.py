"""How right the verdicts would be on sentences like those that profiles and word lists are trained from.

``PYTHONPATH=include:ops python bench/languages/crossvalidate.py`` trains everything anew, fold by fold, without a fifth
of the sentences, and asks for the language of that fifth, cut to a headline and whole, with the labels as they are.
What the trainer and the detector do is chosen by this, never by ``eval.tsv``. It needs the samples
(``NEWSWIRE_SAMPLES``) and the packages that ``make language-profiles`` installs.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
from collections import Counter, defaultdict
from pathlib import Path
from tempfile import TemporaryDirectory

import language_words
import train_language_profiles as training
from newswire.language import family
from newswire.language.detector import SCRIPT_LANGUAGE
from newswire.language.engine import PROFILED

SENTENCES = Path(os.environ.get("NEWSWIRE_SAMPLES", str(training.ROOT.parent / "shared" / "samples"))) / "language"
FOLDS = 5
LENGTHS = {"up to 80 characters": 80, "whole sentences": None}
MOST_CONFUSED = 20
OURS = {theirs: ours for ours, theirs in language_words.ELSEWHERE.items()}
KNOWN = frozenset(SCRIPT_LANGUAGE.values()).union(*PROFILED.values(), {"ja", "zh"})

Row = tuple[str, str]  # language and sentence


def labelled() -> list[Row]:
    """The sentences of the training files."""
    return [(code, line) for code, lines in training.read_sentences(SENTENCES).items() for line in lines]


def collected() -> list[Row]:
    """The sentences of eld in languages that newswire knows."""
    found = language_words.collected(training.PACKAGES, frozenset())
    rows = [(OURS.get(language, language), line) for language, lines in found.items() for line in lines]
    return [row for row in rows if row[0] in KNOWN]


def train(rows: list[Row], held: list[Row], folder: Path) -> Path:
    """A copy of the library, trained on some labelled rows and on no held one; what it is imported from."""
    given = folder / "sentences"
    given.mkdir()
    for code in training.SOURCES:
        lines = [text for language, text in rows if language == code]
        (given / f"train.{code}.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
    kept_back = (SENTENCES / "eval.tsv").read_text(encoding="utf-8").rstrip("\n")
    lines = [f"{language}\t{text}" for language, text in held]
    (given / "eval.tsv").write_text("\n".join([kept_back, *lines]) + "\n", encoding="utf-8")
    library = folder / "include"
    shutil.copytree(training.ROOT / "include" / "newswire", library / "newswire")
    command = [sys.executable, training.__file__, "--sentences", str(given)]
    subprocess.run(  # noqa: S603 - our own script
        [*command, "--into", str(library / "newswire" / "language")],
        check=True,
        stdout=subprocess.DEVNULL,
        env=os.environ | {"PYTHONPATH": str(library)},
    )
    return library


def answers(library: Path, texts: list[str], folder: Path) -> list[str]:
    """The language of each text by a copy of the library."""
    asked, told = folder / "asked", folder / "told"
    asked.write_text("\n".join(texts), encoding="utf-8")
    script = (
        "import sys; from pathlib import Path; from newswire.language import detect, family;"
        "texts = Path(sys.argv[1]).read_text(encoding='utf-8').split('\\n');"
        "Path(sys.argv[2]).write_text('\\n'.join(family(v.language) for v in detect(texts)))"
    )
    subprocess.run(  # noqa: S603 - our own script
        [sys.executable, "-c", script, str(asked), str(told)],
        check=True,
        env=os.environ | {"PYTHONPATH": str(library)},
    )
    return told.read_text().split("\n")


def report(cut: str, pairs: list[tuple[str, str]]) -> str:
    """Accuracy by language, and who was taken for whom how often.

    Args:
        cut: How long the texts were.
        pairs: The label and the answer of each text.
    """
    right = defaultdict(list)
    for language, answer in pairs:
        right[language].append(answer == family(language))
    accuracy = {code: sum(hits) / len(hits) for code, hits in sorted(right.items())}
    confused = Counter(pair for pair in pairs if family(pair[0]) != pair[1]).most_common(MOST_CONFUSED)
    return "\n".join(
        (
            f"{cut}: macro {100 * sum(accuracy.values()) / len(accuracy):.2f} % of {len(pairs)} texts",
            "  " + ", ".join(f"{code} {100 * share:.2f}" for code, share in accuracy.items()),
            "  " + ", ".join(f"{one} for {other} {times}" for (other, one), times in confused),
        )
    )


def main() -> None:
    """Train and score fold by fold, and print what came of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folds", type=int, default=FOLDS, help=f"how many of the {FOLDS} folds to score")
    options = parser.parse_args()
    rows, more = labelled(), collected()
    pairs: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for fold in range(options.folds):
        held = [*rows[fold::FOLDS], *more[fold::FOLDS]]
        rest = [row for index, row in enumerate(rows) if index % FOLDS != fold]
        with TemporaryDirectory() as name:
            library = train(rest, held, Path(name))
            for cut, length in LENGTHS.items():
                told = answers(library, [text[:length] for _, text in held], Path(name))
                pairs[cut] += zip((language for language, _ in held), told, strict=True)
    for cut, found in pairs.items():
        print(report(cut, found))


if __name__ == "__main__":
    main()
