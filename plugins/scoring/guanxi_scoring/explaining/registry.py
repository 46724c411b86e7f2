"""Which parts of scoring explain scores of a customer, each imported when it is asked.

A part adds its source here, as a function and in ``_SOURCES``, in the order in which people read::

    def _churn(session: Session, customer_id: UUID) -> Sequence[Explained]:
        from guanxi_scoring.churn.reasons import explain  # noqa: PLC0415 -- only who reads them

        return explain(session, customer_id)

A source returns nothing for a part that is not used (no model), and an :class:`Explained` without
a value, with ``unknown`` saying why, for a customer whom a model in use gives no score. It never
asks who may see the customer: who calls does. ``wording`` says what a sentence's values may be.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final, Literal
from uuid import UUID

from sqlalchemy.orm import Session

from guanxi.sdk import Text
from guanxi_scoring.life.contract import Reason, Sentence

Unit = Literal["probability", "number", "money", "words"]
MOST_REASONS: Final = 3


@dataclass(frozen=True, slots=True)
class Explained:
    """One score of one customer, as people read it.

    :param key: what attributes call it, without ``scoring.``: ``p_alive``, ``next_product``.
    :param value: a share of 1 for a ``probability``; an amount in ``currency`` for ``money``; a
        title in both languages for ``words`` (a class, a product); None: unknown.
    :param unknown: why there is no value and what to do, where there is none.
    :param model: ``Model.key``; ``version`` the number of the version that the score came from,
        and ``as_of`` what it knew. All None for what no model computes.
    :param likely: works out the least and the most that it will turn out to be nine times out of
        ten, for who reads it; None, also returned, where nobody can tell.
    :param reasons: as many as there are; the strongest :data:`MOST_REASONS` are shown.
    """

    key: str
    title: Text
    value: Decimal | float | int | Text | None
    unit: Unit = "number"
    currency: str | None = None
    model: str | None = None
    version: int | None = None
    as_of: datetime | None = None
    reasons: Sequence[Reason] = ()
    unknown: Sentence | None = None
    likely: Callable[[], tuple[float, float] | None] | None = None

    @property
    def strongest(self) -> list[Reason]:
        """The reasons that are shown, the strongest first."""
        return sorted(self.reasons, key=lambda one: one.weight, reverse=True)[:MOST_REASONS]


Explain = Callable[[Session, UUID], Sequence[Explained]]


@dataclass(frozen=True, slots=True)
class Source:
    """A part that explains; ``permission`` is what one needs to read it."""

    explain: Explain
    permission: str = "scoring.view"


def _lifetime(session: Session, customer_id: UUID) -> Sequence[Explained]:
    from guanxi_scoring.explaining.lifetime import explain  # noqa: PLC0415 -- only who reads them

    return explain(session, customer_id)


def _churn(session: Session, customer_id: UUID) -> Sequence[Explained]:
    from guanxi_scoring.churn.reasons import explain  # noqa: PLC0415 -- only who reads them

    return explain(session, customer_id)


def _next_product(session: Session, customer_id: UUID) -> Sequence[Explained]:
    from guanxi_scoring.products.explaining import explain  # noqa: PLC0415 -- only who reads them

    return explain(session, customer_id)


def _propensity(session: Session, customer_id: UUID) -> Sequence[Explained]:
    from guanxi_scoring.propensity.explaining import explain  # noqa: PLC0415 -- only who reads them

    return explain(session, customer_id)


def _risk(session: Session, customer_id: UUID) -> Sequence[Explained]:
    from guanxi_scoring.risk.reasons import explain  # noqa: PLC0415 -- only who reads them

    return explain(session, customer_id)


_SOURCES: Final[tuple[Source, ...]] = (
    Source(_lifetime),
    Source(_churn),
    Source(_next_product),
    Source(_propensity),
    Source(_risk, "scoring.risk"),
)


def sources() -> tuple[Source, ...]:
    """Return all sources, in the order in which people read them."""
    return _SOURCES
