"""Partner files and settings: what a person writes, checked before anything runs.

A partner is one YAML file, ``include/partners/<slug>.yaml``. Every key is typed, unknown keys are errors, and a default
is always the strict choice. A file that does not validate yields ``ConfigError`` naming file, line and remedy.
"""

from __future__ import annotations

from newswire.config.contract import (
    YEARS,
    Contract,
    Duty,
    Medium,
    Obligation,
    Period,
    Term,
    Territories,
    Territory,
    Use,
    days,
)
from newswire.config.loading import SLUG, by_slug, load_partner, load_partners
from newswire.config.partner import Layout, MassReentry, Partner
from newswire.config.settings import Settings

__all__ = [
    "SLUG",
    "YEARS",
    "Contract",
    "Duty",
    "Layout",
    "MassReentry",
    "Medium",
    "Obligation",
    "Partner",
    "Period",
    "Settings",
    "Term",
    "Territories",
    "Territory",
    "Use",
    "by_slug",
    "days",
    "load_partner",
    "load_partners",
]
