"""What the ledger's tables are made of: one metadata, the two kinds of column that stand everywhere, and their rows."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, DateTime, MetaData, Row, Text

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    }
)


def text(name: str, *, primary_key: bool = False, nullable: bool = False) -> Column[str]:
    """A text column."""
    return Column(name, Text, primary_key=primary_key, nullable=nullable)


def time(name: str, *, nullable: bool = False) -> Column[object]:
    """A point in time."""
    return Column(name, DateTime(timezone=True), nullable=nullable)


def by_name(row: Row[*tuple[Any, ...]]) -> dict[str, Any]:
    """A row's values by the names of their columns."""
    return dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's public way
