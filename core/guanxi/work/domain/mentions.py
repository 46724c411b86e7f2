"""Mentions (@提及) in a text: ``@Ann Smith``, ``@李娜``, ``@ann@example.com``."""

from collections.abc import Iterable
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from guanxi.access.models import User


class Colleague(NamedTuple):
    """Somebody who can be mentioned."""

    id: UUID
    name: str
    email: str


def colleagues(session: Session) -> list[Colleague]:
    """Return everybody who may sign in, by name."""
    rows = session.execute(
        select(User.id, User.name, User.email).where(User.active).order_by(User.name, User.id)
    )
    return [Colleague(*row) for row in rows]


def mentioned(text: str, people: Iterable[Colleague]) -> list[UUID]:
    """Return who is mentioned, each once, in the order of the text.

    The longest name that fits is meant; of two people with the same name, both are.
    """
    names = [
        (name.casefold(), person.id) for person in people for name in (person.name, person.email)
    ]
    lowered = text.casefold()
    found: dict[UUID, None] = {}
    for place, character in enumerate(lowered):
        if character in "@＠" and not _inside_a_word(lowered, place):
            fitting = [(name, who) for name, who in names if _stands_at(lowered, place + 1, name)]
            longest = max((len(name) for name, _ in fitting), default=0)
            found.update((who, None) for name, who in fitting if len(name) == longest)
    return list(found)


def _inside_a_word(text: str, place: int) -> bool:
    return place > 0 and text[place - 1].isascii() and text[place - 1].isalnum()


def _stands_at(text: str, place: int, name: str) -> bool:
    """Whether ``name`` stands there as a whole; only Latin letters continue a word."""
    if not name or not text.startswith(name, place):
        return False
    following = text[place + len(name) : place + len(name) + 1]
    return not (following.isascii() and following.isalnum() and name[-1].isascii())
