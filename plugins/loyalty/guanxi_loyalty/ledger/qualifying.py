"""What a command on units that qualify for tiers means to the tiers of whom it moved."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy.orm import Session

from guanxi_loyalty.ledger.posting import Ask
from guanxi_loyalty.tiers.books import open_tiers
from guanxi_loyalty.tiers.standing import work_out
from guanxi_loyalty.tiers.storing import join


def follow(session: Session, ask: Ask, customers: Collection[UUID]) -> None:
    """Work the tiers of members out anew, if the command was about qualifying units.

    Call it at the end of a command, when the accounts are locked and the entries are written.
    Whoever had nothing before is a member from then on.
    """
    unit = ask.unit
    if unit.kind != "qualifying" or not ask.follows:
        return
    book = open_tiers(session, unit.programme_id, unit.programme, unit.zone)
    if book is not None:
        join(session, unit.programme_id, dict.fromkeys(customers, ask.at))
        work_out(session, book, sorted(customers), now=ask.now)
