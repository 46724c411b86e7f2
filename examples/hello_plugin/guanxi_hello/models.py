"""The table of Hello."""

from datetime import date

from sqlalchemy import Date
from sqlalchemy.orm import Mapped, mapped_column

from guanxi.sdk import model_base

Base = model_base()


class Day(Base):
    """How many contacts there were on one day (UTC)."""

    __tablename__ = "hello_days"

    day: Mapped[date] = mapped_column(Date, primary_key=True)
    contacts: Mapped[int]
