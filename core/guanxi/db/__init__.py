"""The database: engine and sessions, the one transaction helper, the base of all models."""

from guanxi.db.base import Base, Money, UtcInstant
from guanxi.db.database import Database
from guanxi.db.write import Actor, WriteContext, write_context

__all__ = ["Actor", "Base", "Database", "Money", "UtcInstant", "WriteContext", "write_context"]
