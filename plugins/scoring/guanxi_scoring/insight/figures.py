"""The company's weekly figures, counted from touchpoints: what anomalies are looked for in.

Weeks begin on Monday in the company's zone. Money is in the company's currency. Each figure says
of which touchpoints it is made, so the rows behind a number are found by the very same condition.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Final, Literal
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Date, and_, cast, func, or_, select
from sqlalchemy.orm import Session, aliased

from guanxi.sdk import Customer, Text, Touchpoint
from guanxi_scoring.company import Company

WEEK: Final = timedelta(days=7)
Unit = Literal["number", "money"]
_T: Final = Touchpoint


@dataclass(frozen=True, slots=True)
class Figure:
    """A weekly figure.

    :param of: which touchpoints make it up.
    :param value: what is made of them.
    """

    key: str
    title: Text
    unit: Unit
    of: Callable[[Company], ColumnElement[bool]]
    value: Callable[[], ColumnElement[Any]] = func.count


def _trade(company: Company) -> ColumnElement[bool]:
    return and_(_T.kind.in_(("purchase", "return")), _T.currency == company.currency)


def _purchase(_company: Company) -> ColumnElement[bool]:
    return _T.kind == "purchase"


def _known_purchase(company: Company) -> ColumnElement[bool]:
    return and_(_purchase(company), _T.customer_id.is_not(None))


def _first_purchase(company: Company) -> ColumnElement[bool]:
    before = aliased(Touchpoint)
    earlier = select(before.id).where(
        before.customer_id == _T.customer_id,
        before.state == "recorded",
        before.kind == "purchase",
        or_(
            before.occurred_at < _T.occurred_at,
            and_(before.occurred_at == _T.occurred_at, before.id < _T.id),
        ),
    )
    return and_(_known_purchase(company), ~earlier.exists())


def _return(_company: Company) -> ColumnElement[bool]:
    return _T.kind == "return"


def _contact(_company: Company) -> ColumnElement[bool]:
    return _T.kind.not_in(("purchase", "return"))


def _money() -> ColumnElement[Any]:
    return func.coalesce(func.sum(_T.amount), 0)


def _people() -> ColumnElement[Any]:
    return func.count(_T.customer_id.distinct())


_ALL: Final = (
    Figure("revenue", Text("Revenue, less returns", "营业额（减退货）"), "money", _trade, _money),
    Figure("purchases", Text("Purchases", "购买次数"), "number", _purchase),
    Figure(
        "buyers", Text("Customers who bought", "购买客户数"), "number", _known_purchase, _people
    ),
    Figure("newcomers", Text("First purchases", "首次购买"), "number", _first_purchase),
    Figure("returns", Text("Returns", "退货次数"), "number", _return),
    Figure("contacts", Text("Other contacts", "其他接触"), "number", _contact),
)
FIGURES: Final[Mapping[str, Figure]] = MappingProxyType({one.key: one for one in _ALL})


def series(
    session: Session, company: Company, key: str, since: date, until: date
) -> dict[date, Decimal]:
    """Return a figure by week, from the Monday ``since`` to before the Monday ``until``.

    Weeks without a row have nought.
    """
    figure = FIGURES[key]
    local = func.timezone(company.zone, _T.occurred_at)
    week = cast(func.date_trunc("week", local), Date).label("week")
    wanted = select(week, figure.value().label("value")).where(
        during(company, since, until), figure.of(company)
    )
    values = {row.week: Decimal(row.value) for row in session.execute(wanted.group_by(week))}
    return {week_on: values.get(week_on, Decimal(0)) for week_on in weeks(since, until)}


def parts(
    session: Session, company: Company, key: str, week_on: date, by: Literal["channel", "country"]
) -> Sequence[tuple[str, Decimal]]:
    """Return what a week's figure is made of, the greatest part first."""
    figure = FIGURES[key]
    column = _T.channel if by == "channel" else Customer.country
    part, value = func.coalesce(column, "").label("part"), figure.value().label("value")
    wanted = (
        select(part, value)
        .select_from(_T)
        .outerjoin(Customer, Customer.id == _T.customer_id)
        .where(during(company, week_on, week_on + WEEK), figure.of(company))
        .group_by(part)
        .order_by(func.abs(figure.value()).desc(), part)
        .limit(12)
    )
    return [(row.part, Decimal(row.value)) for row in session.execute(wanted)]


def during(company: Company, since: date, until: date) -> ColumnElement[bool]:
    """Return which touchpoints stand, of the days from ``since`` to before ``until``."""
    zone = ZoneInfo(company.zone)
    return and_(
        _T.state == "recorded",
        _T.occurred_at >= datetime(since.year, since.month, since.day, tzinfo=zone),
        _T.occurred_at < datetime(until.year, until.month, until.day, tzinfo=zone),
    )


def first_week(session: Session, company: Company) -> date | None:
    """Return the Monday of the first week with a touchpoint; None where there is none."""
    first = session.scalar(select(func.min(_T.occurred_at)).where(_T.state == "recorded"))
    return None if first is None else monday(company.day(first))


def monday(day: date) -> date:
    """Return the Monday of a day's week."""
    return day - timedelta(days=day.weekday())


def weeks(since: date, until: date) -> list[date]:
    """Return the Mondays from ``since`` to before ``until``."""
    return [since + WEEK * number for number in range(max(0, (until - since).days // 7))]
