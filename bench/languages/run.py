"""Language detection measured: accuracy, confusions and speed, against langdetect as it comes and py3langid.

``PYTHONPATH=include python bench/languages/run.py`` prints the tables and writes ``results.md`` and ``confusion.svg``
beside this file. It reads ``language/eval.tsv`` of the samples (``NEWSWIRE_SAMPLES``), cut or joined to three lengths.
One process, one thread a system; the systems take turns on the same texts and the best of five rounds counts.
"""

from __future__ import annotations

import os
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from html import escape
from pathlib import Path

import langdetect
from py3langid.langid import MODEL_FILE, LanguageIdentifier  # type: ignore[import-untyped]

from newswire.language import LanguageDetector, family
from newswire.language.engine import ACCELERATED, PLAIN, default_library
from newswire.language.scripts import count_scripts

HERE = Path(__file__).parent
SAMPLES = Path(os.environ.get("NEWSWIRE_SAMPLES", str(HERE.parents[2] / "shared" / "samples")))
HEADLINE, MEDIUM, LONG = 80, 500, 5000
ROUNDS = 5
SCRIPTS = {
    "ar": "Arab", "fa": "Arab", "ur": "Arab", "ckb": "Arab", "ru": "Cyrl", "uk": "Cyrl", "bn": "Beng", "el": "Grek",
    "he": "Hebr", "hi": "Deva", "ko": "Hang",
}  # fmt: skip
OTHER_NAMES = {"ku": "kmr", "sdh": "ckb"}  # what py3langid calls them

Row = tuple[str, str]
Answer = Callable[[Sequence[str]], list[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What one system did at one length: accuracy a language, who was taken for whom, and texts a second."""

    accuracy: dict[str, float]
    confused: Counter[tuple[str, str]]
    speed: float

    @property
    def macro(self) -> float:
        """The mean of the languages' accuracies."""
        return sum(self.accuracy.values()) / len(self.accuracy)


def rows() -> list[Row]:
    """The labelled sentences whose main script is their language's; the others are labelled wrongly."""
    lines = (SAMPLES / "language" / "eval.tsv").read_text(encoding="utf-8").split("\n")[1:]
    pairs = [line.split("\t", 1) for line in lines if "\t" in line]
    return [(language, text) for language, text in pairs if in_its_script(language, text[:HEADLINE])]


def in_its_script(language: str, text: str) -> bool:
    """Whether most letters of a text are of the script its label is written in."""
    script = next(iter(count_scripts(text)), "")
    return script in {"Hani", "Kana"} if language in {"ja", "zh"} else script == SCRIPTS.get(language, "Latn")


def joined(sentences: list[Row], length: int) -> list[Row]:
    """Texts of a length, each joined from consecutive sentences of one language; a rest under half of it is dropped."""
    texts = defaultdict(list)
    for language, text in sentences:
        texts[language].append(text)
    made = []
    for language, parts in texts.items():
        whole = " ".join(parts)
        cut = [whole[start : start + length] for start in range(0, len(whole), length)]
        made += [(language, text) for text in cut if len(text) * 2 >= length or len(cut) == 1]
    return made


def systems() -> dict[str, Answer]:
    """Every system by name, warmed up."""
    langdetect.DetectorFactory.seed = 0
    langdetect.detect("This warms the profiles up.")
    identifier = LanguageIdentifier.from_model_file(MODEL_FILE)
    found: dict[str, Answer] = {}
    for library in dict.fromkeys((default_library(), PLAIN)):
        detector = LanguageDetector(library)
        detector.warm_up()
        name = "newswire" if library == ACCELERATED else "newswire, not accelerated"
        found[name] = partial(_ours, detector)
    found["langdetect"] = lambda texts: [_as_it_comes(text) for text in texts]
    found["py3langid"] = lambda texts: [identifier.classify(text)[0] for text in texts]
    return found


def _ours(detector: LanguageDetector, texts: Sequence[str]) -> list[str]:
    return [verdict.language for verdict in detector.detect(texts)]


def _as_it_comes(text: str) -> str:
    try:
        return str(langdetect.detect(text))
    except langdetect.LangDetectException:
        return "und"


def measure(answers: dict[str, Answer], texts: list[Row]) -> dict[str, Result]:
    """Run every system over the same texts, in turns."""
    best: dict[str, float] = {}
    given: dict[str, list[str]] = {}
    only = [text for _, text in texts]
    for _ in range(ROUNDS):
        for name, answer in answers.items():
            start = time.process_time()
            given[name] = answer(only)
            best[name] = min(best.get(name, float("inf")), time.process_time() - start)
    return {name: _result(texts, given[name], len(only) / best[name]) for name in answers}


def _result(texts: list[Row], given: list[str], speed: float) -> Result:
    right = defaultdict(list)
    confused: Counter[tuple[str, str]] = Counter()
    for (language, _), answer in zip(texts, given, strict=True):
        code = family(OTHER_NAMES.get(answer, answer))
        right[language].append(code == language)
        confused[language, code] += 1
    return Result(
        accuracy={code: sum(hits) / len(hits) for code, hits in right.items()}, confused=confused, speed=speed
    )


def report(results: dict[str, dict[str, Result]]) -> str:
    """The tables as Markdown."""
    names = list(next(iter(results.values())))
    lines = [
        "# Languages: accuracy and speed",
        "",
        "Written by `run.py`; macro accuracy in percent, texts a second.",
        "",
    ]
    lines += [f"| texts | {' | '.join(names)} |", "|---" * (len(names) + 1) + "|"]
    for length, by_name in results.items():
        cells = [f"{100 * r.macro:.2f} %, {r.speed:,.0f}/s" for r in by_name.values()]
        lines.append(f"| {length} | {' | '.join(cells)} |")
    lines += ["", "Speed as a multiple of langdetect as it comes:", ""]
    for length, by_name in results.items():
        times = ", ".join(f"{name} {r.speed / by_name['langdetect'].speed:.1f}" for name, r in by_name.items())
        lines.append(f"- {length}: {times}")
    for length, by_name in results.items():
        lines += ["", f"## {length}", "", f"| language | {' | '.join(names)} | newswire took it for |"]
        lines.append("|---" * (len(names) + 2) + "|")
        first = by_name[names[0]]
        for code in sorted(first.accuracy):
            cells = [f"{100 * r.accuracy[code]:.1f}" for r in by_name.values()]
            wrong = [f"{other} {n}" for (one, other), n in first.confused.most_common() if one == code != other]
            lines.append(f"| {code} | {' | '.join(cells)} | {', '.join(wrong)} |")
    return "\n".join(lines) + "\n"


def picture(results: dict[str, Result]) -> str:
    """Confusion matrices side by side as SVG: a row a true language, a column an answer, darker for more."""
    codes = sorted(next(iter(results.values())).accuracy)
    cell, left, top, gap = 15, 46, 62, 40
    width = left + len(codes) * cell + cell + gap
    height = top + len(codes) * cell + 16
    head = f'<svg xmlns="http://www.w3.org/2000/svg" width="{width * len(results)}" height="{height}"'
    out = [f'{head} font-family="sans-serif" font-size="9"><rect width="100%" height="100%" fill="white"/>']
    for number, (name, result) in enumerate(results.items()):
        out.append(f'<g transform="translate({number * width},0)">')
        out.append(f'<text x="{left}" y="16" font-size="13">{escape(name)}: {100 * result.macro:.2f} %</text>')
        out += _matrix(codes, result, (cell, left, top))
        out.append("</g>")
    return "\n".join([*out, "</svg>"]) + "\n"


def _matrix(codes: list[str], result: Result, layout: tuple[int, int, int]) -> list[str]:
    cell, left, top = layout
    columns = [*codes, "other"]
    totals: Counter[str] = Counter()
    for (true, _), count in result.confused.items():
        totals[true] += count
    out = []
    for x, code in enumerate(columns):
        place = f"translate({left + x * cell + 11},{top - 5}) rotate(-60)"
        out.append(f'<text transform="{place}">{code}</text>')
    for y, true in enumerate(codes):
        out.append(f'<text x="{left - 6}" y="{top + y * cell + 11}" text-anchor="end">{true}</text>')
        counts: Counter[str] = Counter()
        for (one, answer), count in result.confused.items():
            if one == true:
                counts[answer if answer in codes else "other"] += count
        for x, answer in enumerate(columns):
            colour = _colour(counts[answer] / totals[true], right=answer == true)
            box = f'x="{left + x * cell}" y="{top + y * cell}" width="{cell - 1}" height="{cell - 1}"'
            out.append(f'<rect {box} fill="{colour}"/>')
            if counts[answer] and answer != true:
                at = f'x="{left + x * cell + cell / 2 - 0.5}" y="{top + y * cell + 11}"'
                out.append(f'<text {at} text-anchor="middle" font-size="8">{counts[answer]}</text>')
    return out


def _colour(share: float, *, right: bool) -> str:
    if share == 0:
        return "#f2f2f2"
    depth = share**0.5 if not right else share
    low, high = ((214, 234, 214), (38, 120, 60)) if right else ((255, 224, 200), (200, 40, 30))
    return "#" + "".join(f"{round(a + (b - a) * depth):02x}" for a, b in zip(low, high, strict=True))


def main() -> None:
    """Measure at three lengths, print and write the report and the picture."""
    sentences = rows()
    texts = {
        f"headline (up to {HEADLINE})": [(language, text[:HEADLINE]) for language, text in sentences],
        "whole sentences": sentences,
        f"{MEDIUM} characters": joined(sentences, MEDIUM),
        f"{LONG} characters": joined(sentences, LONG),
    }
    answers = systems()
    results = {length: measure(answers, given) for length, given in texts.items()}
    told = report(results)
    print(told)
    (HERE / "results.md").write_text(told, encoding="utf-8")
    headline = next(iter(results.values()))
    shown = {name: result for name, result in headline.items() if name != "newswire, not accelerated"}
    (HERE / "confusion.svg").write_text(picture(shown), encoding="utf-8")


if __name__ == "__main__":
    main()
