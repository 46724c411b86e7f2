"""Birthdays, anniversaries of joining (生日、入会周年) and completed profiles: earned once each.

Somebody born on 29 February has the birthday on the 28th in other years.
"""

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from guanxi_loyalty.earning import members
from guanxi_loyalty.earning.batch import Occasion
from guanxi_loyalty.earning.book import Book, open_books
from guanxi_loyalty.earning.facts import Happening
from guanxi_loyalty.earning.keys import occasion_id
from guanxi_loyalty.earning.reacting import earn
from guanxi_loyalty.moments import local_day, start_of

BIRTHDAY, ANNIVERSARY, PROFILE = "birthday", "anniversary", "profile"
AT_ONCE = 500
_BORN = text(
    """
    SELECT s.customer_id FROM loyalty_standings s JOIN customers c ON c.id = s.customer_id
    WHERE s.programme_id = :programme AND c.merged_into IS NULL AND c.erased_at IS NULL
      AND to_char(c.birthday, 'MM-DD') = ANY(:days)
    """
)
_JOINED = text(
    """
    SELECT s.customer_id FROM loyalty_standings s JOIN customers c ON c.id = s.customer_id
    WHERE s.programme_id = :programme AND c.merged_into IS NULL AND c.erased_at IS NULL
      AND to_char(s.joined_at AT TIME ZONE :zone, 'MM-DD') = ANY(:days)
      AND (s.joined_at AT TIME ZONE :zone)::date < :today
    """
)


def celebrate(session: Session, *, now: datetime) -> int:
    """Let members earn for the day that it is in their programme's zone; return how many did."""
    done = 0
    for book in open_books(session):
        day = local_day(now, book.scheme.zone)
        values = {"programme": book.programme_id, "days": _days(day)}
        if BIRTHDAY in book.rules:
            found = session.execute(_BORN, values).scalars()
            done += _earn(session, book, BIRTHDAY, list(found), day=day, now=now)
        if ANNIVERSARY in book.rules:
            values |= {"zone": str(book.scheme.zone), "today": day}
            found = session.execute(_JOINED, values).scalars()
            done += _earn(session, book, ANNIVERSARY, list(found), day=day, now=now)
    return done


def look_at_profiles(session: Session, customers: Collection[UUID], *, now: datetime) -> int:
    """Let customers earn whose profile is complete now, once; return how many did.

    What a complete profile is, the conditions of the rule say.
    """
    done = 0
    for book in open_books(session):
        if PROFILE in book.rules:
            alive = set(members.living(session, customers).values())
            done += _earn(session, book, PROFILE, sorted(alive), day=None, now=now)
    return done


def _earn(
    session: Session,
    book: Book,
    kind: str,
    customers: Sequence[UUID],
    *,
    day: date | None,
    now: datetime,
) -> int:
    at = now if day is None else start_of(day, book.scheme.zone)
    year = "" if day is None else str(day.year)
    occasions: list[Occasion] = [
        (one, Happening(occasion_id(one, f"{book.programme}:{kind}", year), kind, at))
        for one in customers
    ]
    done = 0
    for begin in range(0, len(occasions), AT_ONCE):
        judged = earn(session, book, occasions[begin : begin + AT_ONCE], now=now)
        done += sum(1 for one in judged if one.posted)
    return done


def _days(day: date) -> list[str]:
    found = [day.strftime("%m-%d")]
    if (day.month, day.day) == (2, 28) and (day + timedelta(days=1)).month == 3:
        found.append("02-29")
    return found
