"""What ``make run`` tells at its end."""

from __future__ import annotations

from stack.report import table


def test_table_has_a_row_for_each_partner():
    """Every partner's counts stand under their names, with the reasons for what was not published."""
    lines = table(
        [
            {"partner": "alpha", "pulled": 12, "published": 10, "held": 2, "reasons": {"embargo": 2}},
            {"partner": "be", "pulled": 0, "published": 0},
        ]
    )
    assert lines[0].split() == [
        *("partner", "pulled", "published", "held", "rejected", "withdrawn", "quarantined", "reasons"),
    ]
    assert lines[1].split() == ["alpha", "12", "10", "2", "0", "0", "0", "embargo", "2"]
    assert lines[2].split() == ["be", "0", "0", "0", "0", "0", "0", "-"]
