"""The check of whole programmes (对账): ledgers, gift cards, tiers; and what follows from it.

A programme whose ledger or cards do not fit takes no more commands. Tiers are worked out from
the ledger, so those that differ are put right. Either way the admins get an alarm.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from guanxi.sdk import Text, raise_alarm
from guanxi_loyalty.gift_cards.verifying import verify_cards
from guanxi_loyalty.ledger.units import units_of
from guanxi_loyalty.ledger.verifying import SHOWN, Mismatch, verify
from guanxi_loyalty.models import Programme
from guanxi_loyalty.programmes import find_programme, set_state
from guanxi_loyalty.tiers.books import TierBook
from guanxi_loyalty.tiers.policies import tiers_of
from guanxi_loyalty.tiers.standing import differing, work_out

CARDS: Final = "gift cards"
TIERS: Final = "tiers"
BATCH: Final = 1000
_FIRST: Final = UUID(int=0)
_MEMBERS: Final = text(
    """
    SELECT customer_id FROM loyalty_standings
    WHERE programme_id = :programme AND customer_id > :after
    ORDER BY customer_id LIMIT :limit
    """
)


@dataclass(frozen=True, slots=True)
class Checked:
    """A part of a programme, a unit or :data:`CARDS` or :data:`TIERS`, and what is wrong there."""

    programme: str
    part: str
    mismatches: tuple[Mismatch, ...]

    @property
    def name(self) -> str:
        """Programme and part in one word."""
        return f"{self.programme}.{self.part}"


def inspect(session: Session, *, now: datetime, only: str | None = None) -> list[Checked]:
    """Recompute all programmes, and return each part with what does not fit there. Reads only.

    :param only: the key of a programme; the others are left alone.
    """
    found = [
        Checked(unit.programme, unit.key, tuple(verify(session, unit.id)))
        for unit in units_of(session)
        if only in (None, unit.programme)
    ]
    wanted = select(Programme).order_by(Programme.key)
    if only is not None:
        wanted = wanted.where(Programme.key == only)
    for programme in session.scalars(wanted).all():
        cards = tuple(verify_cards(session, programme.id))
        what = "a card's balance is not what was loaded and paid"
        found.append(Checked(programme.key, CARDS, _mismatches(what, cards)))
        book = tiers_of(session, programme)
        if book is not None:
            others = tuple(_others(session, book, now))
            found.append(Checked(programme.key, TIERS, _tier_mismatches(others)))
    return found


def check(session: Session, *, now: datetime, by: str) -> list[Checked]:
    """Recompute all programmes, stop those that do not fit, and raise the alarm.

    :return: the parts where something does not fit.
    """
    return follow_up(session, inspect(session, now=now), now=now, by=by)


def follow_up(session: Session, checked: list[Checked], *, now: datetime, by: str) -> list[Checked]:
    """Do what follows from a check; return the parts where something does not fit, in truth.

    Tiers are looked at again under lock: a member may have earned while they were read.
    """
    wrong = [one for one in checked if one.mismatches]
    found = []
    for key in dict.fromkeys(one.programme for one in wrong):
        programme = find_programme(session, key)
        parts = [one for one in wrong if one.programme == key and one.part != TIERS]
        if parts:
            _stop(session, programme, parts, now=now, by=by)
        tiers = [one for one in wrong if one.programme == key and one.part == TIERS]
        mended = [part for one in tiers for part in _mend(session, programme, one, now)]
        found += [*parts, *mended]
    return found


def _stop(
    session: Session, programme: Programme, parts: list[Checked], *, now: datetime, by: str
) -> None:
    if programme.state != "read_only":
        set_state(session, programme, "read_only", parts[0].mismatches[0].what, now=now, by=by)
    names = ", ".join(one.part for one in parts)
    raise_alarm(
        session,
        f"loyalty.check.{programme.key}",
        Text(
            f"{programme.title_en}: the ledger does not fit",
            f"{programme.title_zh}：账本核对不符",
        ),
        Text(
            f"The check found what does not fit in: {names}. The programme takes no more commands. "
            f"See which rows: guanxi loyalty verify. When it is put right: "
            f"guanxi loyalty state {programme.key} active.",
            f"以下部分核对不符：{names}。该计划已停止接受操作。"
            f"查看具体记录：guanxi loyalty verify。修正后恢复："
            f"guanxi loyalty state {programme.key} active。",
        ),
        now=now,
    )


def _mend(
    session: Session, programme: Programme, part: Checked, now: datetime
) -> Iterator[Checked]:
    book = tiers_of(session, programme)
    suspects = [id_ for one in part.mismatches for id_ in one.ids]
    others = differing(session, book, suspects, now=now) if book is not None else []
    if book is None or not others:
        return
    work_out(session, book, others, now=now)
    raise_alarm(
        session,
        f"loyalty.tiers.{programme.key}",
        Text(
            f"{programme.title_en}: tiers were not what the ledger says",
            f"{programme.title_zh}：会员等级与账本不符",
        ),
        Text(
            "The tiers of these members were wrong, and are worked out anew: "
            f"{', '.join(map(str, others))}. Run guanxi loyalty verify until all fits.",
            f"以下会员的等级有误，已重新计算：{', '.join(map(str, others))}。"
            "请运行 guanxi loyalty verify，直到全部相符。",
        ),
        now=now,
    )
    yield Checked(part.programme, TIERS, _tier_mismatches(tuple(others)))


def _others(session: Session, book: TierBook, now: datetime) -> list[UUID]:
    """Return some members whose tier seems to differ; all members are looked at, in batches."""
    found: list[UUID] = []
    after = _FIRST
    while len(found) < SHOWN:
        values = {"programme": book.programme_id, "after": after, "limit": BATCH}
        batch = list(session.execute(_MEMBERS, values).scalars())
        if not batch:
            break
        found += differing(session, book, batch, now=now, lock=False)
        after = batch[-1]
    return found[:SHOWN]


def _tier_mismatches(ids: tuple[UUID, ...]) -> tuple[Mismatch, ...]:
    return _mismatches("a tier is not what working it out from scratch gives", ids)


def _mismatches(what: str, ids: tuple[UUID, ...]) -> tuple[Mismatch, ...]:
    return (Mismatch(what, ids),) if ids else ()
