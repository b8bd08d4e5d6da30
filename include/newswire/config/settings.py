"""Where the installation keeps things."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from newswire.errors import ConfigError


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Where the installation keeps things; each comes from the environment.

    Attributes:
        lake: Root of the lake (``NEWSWIRE_LAKE``), a path or URL.
        database_url: The ledger's database (``NEWSWIRE_DATABASE_URL``), a SQLAlchemy URL, or None.
        partners: Directory of the partner files (``NEWSWIRE_PARTNERS``).
    """

    lake: str
    database_url: str | None
    partners: Path

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
        """Read the settings; the defaults are those of ``make run`` in this checkout."""
        root = Path(__file__).resolve().parents[3]
        return cls(
            lake=os.environ.get("NEWSWIRE_LAKE") or str(root / ".newswire" / "lake"),
            database_url=os.environ.get("NEWSWIRE_DATABASE_URL") or None,
            partners=Path(os.environ.get("NEWSWIRE_PARTNERS") or root / "include" / "partners"),
        )
