"""An embargo in words agrees with a stated time only if it gives exactly that time."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from newswire.rights.prosetime import gives

TUESDAY = datetime(2026, 6, 2, 10, tzinfo=UTC)
ISTANBUL = ZoneInfo("Europe/Istanbul")


@pytest.mark.parametrize(
    "words",
    [
        "EMBARGOED UNTIL 2026-06-02T10:00:00Z",
        "Embargo: 2026-06-02 13:00+03:00",
        "EMBARGOED UNTIL 2 June 2026 10:00 GMT",
        "Embargoed until 10:00 GMT, 2 June 2026.",
        "EMBARGO: 2026-06-02 10:00 UTC",
        "Embargoed to 1100 BST on Tuesday 2 June 2026",
        "STRICTLY EMBARGOED UNTIL 10AM GMT TUESDAY JUNE 2",
        "Embargoed until 10 a.m. GMT on the 2nd of June",
        "Embargoed until 12 noon on Tuesday, June 2, 2026 (Paris)",
        "Not for publication before 6 a.m. EDT, June 2nd",
        "EMBARGO 2.6.2026 13:00 UTC+3",
        "Sperrfrist: Dienstag, 2. Juni 2026, 12:00 Uhr MESZ",
        "Sperrfrist 2. Juni 12 Uhr (MESZ)",
        "Embargo: mardi 2 juin 2026 à 12h00 (heure de Paris)",
        "Ambargo: 2 Haziran 2026 Salı saat 13.00 (TSİ)",
        "Embargo hasta el 2 de junio de 2026, 12:00 horas (Madrid)",
        "1000Z 2 JUN 2026",
    ],
)
def test_words_that_give_the_very_time(words):
    """Day, hour and zone are there, whatever the language, and nothing contradicts."""
    assert gives(words, TUESDAY, None)


@pytest.mark.parametrize(
    "words",
    [
        "EMBARGOED",
        "Embargoed until 12noon on Tuesday",
        "Embargoed until 10:00 on 2 June 2026",
        "Embargoed until 10:00 GMT",
        "Embargoed until 2 June 2026 GMT",
        "Embargoed until 11:00 GMT, 2 June 2026",
        "Embargoed until 10:00 BST, 2 June 2026",
        "Embargoed until 10:00 GMT, 2 July 2026",
        "Embargoed until 10:00 GMT, 2 June 2025",
        "Embargoed until 10:00 GMT, Friday 2 June 2026",
        "Embargoed until 10:00 GMT, 2 June 2026 (print: 3 June)",
        "Embargoed until 10:00 GMT / 11:00 CET, 2 June 2026",
        "Embargoed until 10 p.m. GMT, 2 June 2026",
        "Embargoed until 06/02/2026 10:00 GMT",
        "Embargoed until midnight GMT, 2 June 2026",
        "Embargo: 2026-06-02T10:00:00Z, in Asia 2026-06-02T12:00:00Z",
        "Embargo: 2026-13-02 10:00+00:00",
        "Embargoed until 22 pm GMT, 2 June 2026",
    ],
)
def test_words_that_do_not(words):
    """A missing day, hour or zone, and any number or weekday that is another one, leave it to a person."""
    assert not gives(words, TUESDAY, None)


def test_a_time_without_a_zone_is_the_partners_if_its_file_says_so():
    """``naive_times: timezone`` counts for words as for fields."""
    assert gives("Ambargo: 2 Haziran 2026 saat 13.00", TUESDAY, ISTANBUL)
    assert not gives("Ambargo: 2 Haziran 2026 saat 10.00", TUESDAY, ISTANBUL)
