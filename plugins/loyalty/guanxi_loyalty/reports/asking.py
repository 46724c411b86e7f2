"""What a report is asked: of which programme, over which days, as of which instant."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Final

from babel.numbers import get_currency_precision
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from guanxi.sdk import Invalid, NotFound
from guanxi_loyalty.ledger import UnitFacts, load_unit
from guanxi_loyalty.models import Programme, Unit
from guanxi_loyalty.moments import end_of, local_day, months_after, start_of
from guanxi_loyalty.programmes import find_programme
from guanxi_loyalty.texts import N_

MOST_MONTHS: Final = 240
USUAL_MONTHS: Final = 12
YEARS: Final = range(1900, 9000)
_LATEST = text(
    """
    SELECT max(e.effective_at) FROM loyalty_entries e JOIN loyalty_accounts a ON a.id = e.account_id
    WHERE a.unit_id = :unit AND a.purpose <> 'member' AND e.effective_at <= :as_of
    """
)


@dataclass(frozen=True, slots=True)
class Question:
    """A programme's spendable unit, days from ``since`` to ``until`` in its zone, an instant.

    What counts from after ``as_of`` is left out, though it is known today.
    """

    programme: Programme
    unit: UnitFacts
    since: date
    until: date
    as_of: datetime

    @property
    def begins(self) -> datetime:
        """The first instant of the days."""
        return start_of(self.since, self.unit.zone)

    @property
    def ends(self) -> datetime:
        """The first instant after the days."""
        return end_of(self.until, self.unit.zone)

    @property
    def months(self) -> list[date]:
        """The first days of the months that the days lie in."""
        first = self.since.replace(day=1)
        count = (self.until.year - first.year) * 12 + self.until.month - first.month + 1
        return [months_after(first, number) for number in range(count)]

    @property
    def unit_worth(self) -> Decimal:
        """The stand-alone selling price of one unit, in major units of the currency."""
        worth = Decimal(self.unit.policies.thousand_worth) / 1000
        return worth.scaleb(-get_currency_precision(self.unit.currency))

    def money(self, amount: Decimal) -> Decimal:
        """Return an amount as the currency has it, with its minor units."""
        return round(amount, get_currency_precision(self.unit.currency))

    def worth(self, units: int) -> Decimal | None:
        """Return what so many units are worth at that price; None where nobody said the price."""
        if not self.unit.policies.thousand_worth:
            return None
        return self.money(self.unit_worth * units)


def ask(
    session: Session,
    programme: str,
    *,
    now: datetime,
    since: date | None = None,
    until: date | None = None,
    as_of: datetime | None = None,
) -> Question:
    """Return the question with what was left out filled in.

    Without days: the last twelve months, or where nothing happened in them, the twelve months up
    to the last thing that did.

    :raises NotFound: there is no such programme, or it has nothing that can be spent.
    :raises Invalid: the days end before they begin, or are very many.
    """
    for name, one in (("since", since), ("until", until), ("as_of", as_of)):
        if one is not None and one.year not in YEARS:
            raise Invalid(N_("Nothing was recorded in this year."), fields={name: []})
    found = find_programme(session, programme)
    key = session.scalar(
        select(Unit.key)
        .where(Unit.programme_id == found.id, Unit.kind == "spendable")
        .order_by(Unit.key)
        .limit(1)
    )
    if key is None:
        raise NotFound(N_("The programme %(key)s has no points to spend."), key=programme)
    unit = load_unit(session, programme, key, fresh=True)
    instant = min(as_of or now, now)
    last = until or _last_day(session, unit, instant, since)
    first = since or months_after(last, 1 - USUAL_MONTHS).replace(day=1)
    if last < first:
        raise Invalid(N_("The days end before they begin."), fields={"until": []})
    question = Question(found, unit, first, last, instant)
    if len(question.months) > MOST_MONTHS:
        raise Invalid(
            N_("Ask for %(most)s months at the most."), most=MOST_MONTHS, fields={"since": []}
        )
    return question


def _last_day(session: Session, unit: UnitFacts, as_of: datetime, since: date | None) -> date:
    today = local_day(as_of, unit.zone)
    if since is not None:
        return max(today, since)
    latest = session.execute(_LATEST, {"unit": unit.id, "as_of": as_of}).scalar_one()
    if latest is None or local_day(latest, unit.zone) > months_after(today, -USUAL_MONTHS):
        return today
    return local_day(latest, unit.zone)
