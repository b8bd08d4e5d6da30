"""The ledger: what was pulled, seen, decided and written, in PostgreSQL.

Functions take an open connection, so that a caller decides what belongs into one transaction.
"""

from newswire.ledger.database import migrate, reading, transaction

__all__ = ["migrate", "reading", "transaction"]
