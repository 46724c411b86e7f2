"""The base of all tables of surveys."""

from typing import TYPE_CHECKING, ClassVar

from sqlalchemy import Table
from sqlalchemy.orm import DeclarativeBase

from guanxi.sdk import model_base

if TYPE_CHECKING:
    # For who checks types; a class that is made while the program runs can be no base there.
    class Base(DeclarativeBase):
        """Base of all models."""

        __table__: ClassVar[Table]

else:
    Base = model_base()

__all__ = ["Base"]
