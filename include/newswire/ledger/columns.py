"""What the ledger's tables are made of: one metadata, and the two kinds of column that stand everywhere."""

from __future__ import annotations

from sqlalchemy import Column, DateTime, MetaData, Text

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
