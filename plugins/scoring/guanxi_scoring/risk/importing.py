"""Ratings from a table: one row is one rating of one customer, found by any of their numbers.

Rows with a fault are told, the others are recorded; the same table again changes nothing.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from types import MappingProxyType
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from guanxi.sdk import (
    Conflict,
    Invalid,
    NotFound,
    Refused,
    customers,
    settings_of,
    tables,
    web,
)
from guanxi_scoring.risk import standing
from guanxi_scoring.risk.ratings import RatingDraft, record_rating
from guanxi_scoring.texts import N_

COLUMNS: Final[Mapping[str, frozenset[str]]] = MappingProxyType(
    {
        "customer": frozenset(
            {"customer", "customer id", "customer_id", "e-mail", "email", "客户", "客户编号"}
        ),
        "agency": frozenset({"agency", "rating agency", "评级机构", "机构"}),
        "grade": frozenset({"grade", "rating", "评级", "等级", "信用等级"}),
        "rated_on": frozenset({"rated_on", "rated on", "date", "day", "评级日期", "日期"}),
        "source": frozenset({"source", "来源"}),
        "valid_until": frozenset({"valid_until", "valid until", "有效期至", "到期日"}),
    }
)
"""What each column may be called, in small letters."""
NEEDED: Final = ("customer", "grade", "rated_on")
_DAY: Final = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[ T]0{1,2}:00(?::00)?)?")


@dataclass(slots=True)
class Imported:
    """What came of a table: how many rows, and which were refused, with why."""

    created: int = 0
    unchanged: int = 0
    refused: list[tuple[int, str]] = field(default_factory=list)


def import_ratings(
    session: Session, table: tables.Table, *, agency: str = "", source: str = "", now: datetime
) -> Imported:
    """Record the ratings of a table.

    :param agency: whose they are, where no column says so; ``source`` alike.
    :raises Invalid: a column is missing that is needed.
    """
    where = _places(table.columns, has_agency=bool(agency))
    words = {cells[where["customer"]] for _, cells in table.rows}
    region = settings_of(session, "core")["phone_region"]
    known = customers.recognise(session, [one for one in words if one], region=region)
    found, touched = Imported(), []
    for number, cells in table.rows:
        said = {key: cells[place] for key, place in where.items()}
        try:
            customer_id = _customer(known, said["customer"])
            draft = _draft(said, agency, source)
            with session.begin_nested():
                _, outcome = record_rating(session, customer_id, draft, now=now, refresh=False)
        except (Invalid, Conflict, NotFound, Refused) as error:
            found.refused.append((number, web.sentence(error)))
            continue
        if outcome == "created":
            found.created += 1
            touched.append(customer_id)
        else:
            found.unchanged += 1
    if touched:
        standing.refresh(session, list(dict.fromkeys(touched)))
    return found


def day_of(text: str) -> date:
    """Return a day that is written year first.

    :raises Invalid: it is not, or there is no such day.
    """
    match = _DAY.fullmatch(text.strip())
    year, month, day = map(int, match.groups()) if match else (0, 0, 0)
    try:
        return date(year, month, day)
    except ValueError:
        raise Invalid(N_("“%(text)s” is no day such as 2026-01-31."), text=text[:40]) from None


def _places(columns: list[str], *, has_agency: bool) -> dict[str, int]:
    found: dict[str, int] = {}
    for place, name in enumerate(columns):
        for key, names in COLUMNS.items():
            if name.strip().casefold() in names:
                found.setdefault(key, place)
    needed = NEEDED if has_agency else (*NEEDED, "agency")
    missing = [key for key in needed if key not in found]
    if missing:
        raise Invalid(N_("The table needs columns called %(missing)s."), missing=", ".join(missing))
    return found


def _customer(known: Mapping[str, UUID | None], word: str) -> UUID:
    customer_id = known.get(word)
    if customer_id is None:
        raise NotFound(N_("Nobody is known by %(word)s."), word=word[:80])
    return customer_id


def _draft(said: Mapping[str, str], agency: str, source: str) -> RatingDraft:
    until = said.get("valid_until", "")
    return RatingDraft(
        agency=said.get("agency") or agency,
        grade=said["grade"],
        rated_on=day_of(said["rated_on"]),
        source=said.get("source") or source,
        valid_until=day_of(until) if until else None,
    )
