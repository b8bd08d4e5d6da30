"""A partner file that does not validate names the line and what to write instead."""

from __future__ import annotations

import pytest

from newswire.config import load_partner
from newswire.errors import ConfigError

FILE = """\
name: Tepe Haber Ajansı
timezone: Europe/Istanbul
feeds:
  main: {url: https://tepe.example/rss}
contracts:
  - id: tepe-2026
    delivery_term: {from: 2026-01-01, until: 2026-12-31}
    uses: [store, analyse]
    media: [text]
    languages: [tr]
    territories: {mode: worldwide}
    obligations: [attribute, {action: notify, due: before}]
"""


def written(folder, text):
    path = folder / "tepe.yaml"
    path.write_text(text, encoding="utf-8")
    return load_partner(path)


def test_a_contract_says_when_its_duties_are_due(tmp_path):
    """A bare name is due with or after the use; a duty that is due before it says so."""
    [contract] = written(tmp_path, FILE).contracts
    assert [(duty.action, duty.due) for duty in contract.obligations] == [("attribute", "after"), ("notify", "before")]


def test_a_contracts_version_is_its_hash(tmp_path):
    """The same terms have the same hash however they are laid out, and any other term has another."""
    before = written(tmp_path, FILE).contracts[0].hash()
    assert (
        written(tmp_path, FILE.replace("[store, analyse]", "[store,   analyse]  # both")).contracts[0].hash() == before
    )
    assert written(tmp_path, FILE.replace("due: before", "due: after")).contracts[0].hash() != before


@pytest.mark.parametrize(
    ("good", "bad", "line", "said"),
    [
        ("uses: [store, analyse]", "uses: [store, analyze]", 8, "'analyze' is not allowed; write one of"),
        ("mode: worldwide", "mode: only, codes: [UK]", 11, "'UK' is no country of ISO 3166-1; write two capitals"),
        ("mode: worldwide", "mode: worldwide, codes: [TR]", 11, "worldwide takes no codes"),
        ("languages: [tr]", "languages: [turkish]", 10, "'turkish' is no language here; write ISO 639-1"),
        ("due: before", "due: someday", 12, "'someday' is not allowed; write one of 'before' or 'after'"),
        ("until: 2026-12-31", "until: 2025-12-31", 7, "until 2025-12-31 lies before from 2026-01-01"),
        ("    media: [text]\n", "", 6, "media: is missing; add it."),
        ("media: [text]", "medium: [text]", 9, "medium: is not a known key"),
        ("timezone: Europe/Istanbul", "timezone: Istanbul", 2, "write one such as Europe/Istanbul"),
    ],
)
def test_an_error_names_line_and_remedy(tmp_path, good, bad, line, said):
    """Each mistake is told with its line and what to write."""
    assert good in FILE
    with pytest.raises(ConfigError) as caught:
        written(tmp_path, FILE.replace(good, bad))
    assert any(row.startswith(f"tepe.yaml:{line}: ") and said in row for row in str(caught.value).splitlines()), caught
