"""Where the installation keeps things."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from newswire.errors import ConfigError

ROOT = Path(__file__).resolve().parents[3]
BACKUPS_KEPT = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Where the installation keeps things; each comes from the environment.

    Attributes:
        lake: Root of the lake (``NEWSWIRE_LAKE``), a path or URL.
        database_url: The ledger's database (``NEWSWIRE_DATABASE_URL``), a SQLAlchemy URL, or None.
        partners: Directory of the partner files (``NEWSWIRE_PARTNERS``).
        backups: Directory of the ledger's backups (``NEWSWIRE_BACKUPS``).
        backups_kept: How many sound backups are kept there (``NEWSWIRE_BACKUPS_KEPT``).
    """

    lake: str
    database_url: str | None
    partners: Path
    backups: Path = ROOT / ".newswire" / "backups"
    backups_kept: int = BACKUPS_KEPT

    def ledger(self) -> str:
        """The ledger's database, for what cannot do without.

        Raises:
            ConfigError: None is configured.
        """
        if self.database_url is None:
            msg = "This needs the ledger's database, and NEWSWIRE_DATABASE_URL is not set."
            raise ConfigError(msg, reason="no_database", remedy="Start it with `make db` and repeat the command.")
        return self.database_url

    @classmethod
    def from_environment(cls) -> Settings:
        """Read the settings; the defaults are those of ``make run`` in this checkout.

        Raises:
            ConfigError: The number of backups to keep is none.
        """
        return cls(
            lake=os.environ.get("NEWSWIRE_LAKE") or str(ROOT / ".newswire" / "lake"),
            database_url=os.environ.get("NEWSWIRE_DATABASE_URL") or None,
            partners=Path(os.environ.get("NEWSWIRE_PARTNERS") or ROOT / "include" / "partners"),
            backups=Path(os.environ.get("NEWSWIRE_BACKUPS") or ROOT / ".newswire" / "backups"),
            backups_kept=_number("NEWSWIRE_BACKUPS_KEPT", BACKUPS_KEPT),
        )


def _number(name: str, default: int) -> int:
    said = os.environ.get(name) or str(default)
    if not (said.isascii() and said.isdigit() and int(said) > 0):
        msg = f"{name} is {said!r}; it takes a number from 1 on."
        raise ConfigError(msg, reason="bad_setting", remedy=f"Correct it, or leave it out for {default}.")
    return int(said)
