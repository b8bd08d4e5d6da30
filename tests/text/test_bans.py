"""Bans that a story reports, and the notices that resemble them most: ``bans.yaml``."""

from pathlib import Path

import pytest
import yaml
from tests.text.marked import NAMES

from newswire.text import split

BANS = yaml.safe_load(Path(__file__).with_name("bans.yaml").read_text(encoding="utf-8"))
REPORTED = [(language, said) for language, bans in BANS.items() for said in bans["reported"]]
NOTICES = [(language, said) for language, bans in BANS.items() for said in bans["notices"]]


@pytest.mark.parametrize(("language", "said"), REPORTED)
def test_a_reported_ban_stays_in_its_story(language, said):
    """A sentence on what may not be published elsewhere is news: first, in the middle, last, and on its own line."""
    begin, end = BANS[language]["story"]
    texts = [
        f"{said} {end}\n{begin}",
        f"{begin} {said} {end}",
        f"{begin}\n{said}\n{end}",
        f"{begin}\n{end} {said}",
        f"{begin}\n{end}\n{said}",
        f"{begin}\n\n{end}\n\n{said}",
    ]
    assert [split(text, names=NAMES).body for text in texts] == texts


@pytest.mark.parametrize(("language", "said"), NOTICES)
def test_a_notice_that_resembles_one_is_found(language, said):
    """A ban on publishing this very text is a notice on its own line, as a whole."""
    begin, end = BANS[language]["story"]
    for text in (f"{begin}\n{end}\n{said}", f"{begin}\n\n{end}\n\n{said}"):
        assert [notice.text for notice in split(text, names=NAMES).notices] == [said]
