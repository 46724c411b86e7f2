"""Tiers follow what members earn: after each round where that matters at once, else at the end."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from guanxi_loyalty.earning.book import Book
from guanxi_loyalty.ledger.posting import Posting
from guanxi_loyalty.tiers import books, standing, storing

if TYPE_CHECKING:
    from guanxi_loyalty.earning.batch import Desk

_TIERS = text(
    """
    SELECT customer_id, tier FROM loyalty_standings
    WHERE programme_id = :programme AND customer_id = ANY(:customers)
    """
)


class Follower:
    """Keeps the standings of the members of one batch up to date."""

    def __init__(
        self, session: Session, book: Book, customers: Collection[UUID], *, now: datetime
    ) -> None:
        self._session, self._book, self._now = session, book, now
        self._customers = set(customers)
        zone = book.scheme.zone
        self._tiers = books.open_tiers(session, book.programme_id, book.programme, zone)
        self._since: dict[UUID, datetime] = {}
        self._scratch: set[UUID] = set()
        self._at_once = self._tiers is not None and (
            any(tier.multiplier > 1 for v in self._tiers.versions for tier in v.policy.tiers)
            or any(
                wanted.key.startswith("loyalty.")
                for rule in book.every_rule
                for wanted in rule.definition.conditions.attributes
            )
        )

    def serve(self, desk: "Desk") -> None:
        """Tell a desk of tiers, and hear from it of what members earn."""
        desk.multipliers, desk.after_round = self.multipliers, self.after_round
        desk.at_once = self._at_once

    def join(self, joined: Mapping[UUID, datetime]) -> None:
        """Note since when customers are members."""
        self._scratch |= storing.join(self._session, self._book.programme_id, joined)

    def multipliers(self, session: Session, customers: Collection[UUID]) -> Mapping[UUID, Decimal]:
        """Return what members' tiers multiply their points by."""
        if self._tiers is None:
            return {}
        tiers = {tier.key: tier.multiplier for tier in self._tiers.in_force(self._now).tiers}
        values = {"programme": self._book.programme_id, "customers": list(customers)}
        rows = session.execute(_TIERS, values)
        return {customer: tiers.get(tier, Decimal(1)) for customer, tier in rows}

    def after_round(self, postings: Sequence[Posting], customers: Collection[UUID]) -> None:
        """Note what is new; work it out at once where the next purchase depends on it."""
        if self._tiers is None:
            return
        if self._tiers.in_force(self._now).basis == "spend":
            self._scratch |= set(customers)
        for posting in postings:
            if posting.account is not None:
                who, at = posting.account.customer_id, posting.effective_at
                self._since[who] = min(self._since.get(who, at), at)
        if self._at_once:
            self._work_out(set(self._since) | self._scratch)

    def finish(self, touched: Collection[UUID]) -> None:
        """Work out all members who earned, and anew those of whom something was taken back."""
        self._scratch |= set(touched)
        self._work_out(set(self._since) | self._scratch)

    def _work_out(self, customers: Collection[UUID]) -> None:
        if self._tiers is None or not customers:
            return
        since = {who: at for who, at in self._since.items() if who not in self._scratch}
        standing.work_out(self._session, self._tiers, customers, now=self._now, since=since)
        self._since = {}
        self._scratch -= set(customers)
