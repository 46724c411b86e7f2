"""What channels, kinds, outcomes, people and customers are called, read once per page."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from guanxi.access.models import User
from guanxi.customers.models import Customer
from guanxi.http.language import current_language
from guanxi.i18n import lazy_
from guanxi.touchpoints.domain import vocabulary
from guanxi.touchpoints.domain.vocabulary import AnyWord

Option = tuple[str, str]

DIRECTIONS: Final = (
    ("in", lazy_("From the customer")),
    ("out", lazy_("From us")),
    ("none", lazy_("Neither")),
)
ICONS: Final = {
    "purchase": ("shopping-cart", "success"),
    "return": ("receipt-refund", "warning"),
    "call": ("phone", "info"),
    "message": ("message", "info"),
    "visit": ("building-store", "info"),
    "complaint": ("message-exclamation", "danger"),
    "inquiry": ("message-question", "info"),
    "survey": ("clipboard-list", "accent"),
    "meeting": ("users", "accent"),
    "care": ("heart-handshake", "accent"),
    "note": ("note", "neutral"),
}
"""Icon and tone of the built-in kinds."""


@dataclass(frozen=True, slots=True)
class Words:
    """The three lists as people read them; ``of`` gives a title, ``offered`` what forms offer."""

    all: Mapping[str, Mapping[str, AnyWord]]
    language: str

    def of(self, name: str, key: str | None) -> str:
        """Return the title of a key of ``channel``, ``kind`` or ``outcome``."""
        word = self.all[name].get(key or "")
        return title_of(word, self.language) if word is not None else key or ""

    def offered(self, name: str, keep: str | None = None) -> list[Option]:
        """Return (key, title) of what is not archived, and of the key to ``keep``."""
        return [
            (key, title_of(word, self.language))
            for key, word in self.all[name].items()
            if not word.archived or key == keep
        ]


def words(session: Session) -> Words:
    """Read the three lists."""
    lists: tuple[tuple[str, Sequence[AnyWord]], ...] = (
        ("channel", vocabulary.channels(session, archived=True)),
        ("kind", vocabulary.kinds(session, archived=True)),
        ("outcome", vocabulary.outcomes(session, archived=True)),
    )
    return Words(
        {name: {word.key: word for word in found} for name, found in lists}, current_language()
    )


def title_of(word: AnyWord, language: str) -> str:
    """Return a word's title in one of the two languages."""
    return word.title_zh if language == "zh" else word.title_en


def icon_of(kind: str, direction: str) -> tuple[str, str]:
    """Return the icon of a kind and its tone; calls show which way they went."""
    icon, tone = ICONS.get(kind, ("point", "neutral"))
    if kind == "call":
        icon = {"in": "phone-incoming", "out": "phone-outgoing"}.get(direction, icon)
    return icon, tone


def customer_names(session: Session, ids: Collection[UUID | None]) -> dict[UUID, str]:
    """Return the names of customers, with one statement."""
    wanted = {found for found in ids if found is not None}
    if not wanted:
        return {}
    rows = session.execute(
        select(Customer.id, Customer.display_name).where(Customer.id.in_(wanted))
    )
    return dict(rows.all())


def staff_names(session: Session, ids: Collection[UUID | None]) -> dict[UUID, str]:
    """Return the names of staff members, with one statement."""
    wanted = {found for found in ids if found is not None}
    if not wanted:
        return {}
    return dict(session.execute(select(User.id, User.name).where(User.id.in_(wanted))).all())


def staff_options(session: Session, keep: UUID | None = None) -> list[Option]:
    """Return (id, name) of the people who work here, and of the one to ``keep``."""
    rows = session.execute(
        select(User.id, User.name).where(User.active | (User.id == keep)).order_by(User.name)
    )
    return [(str(user_id), name) for user_id, name in rows]
