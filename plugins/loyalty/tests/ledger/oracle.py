"""What a ledger should say, worked out by hand: lists of lots, nothing clever, no database."""

from dataclasses import dataclass, field
from datetime import UTC, datetime

NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass
class Lot:
    """Units earned together."""

    number: int
    origin: int
    left: int
    earned: datetime
    starts: datetime
    ends: datetime | None

    @property
    def order(self) -> tuple[datetime, datetime, int]:
        return self.ends or NEVER, self.earned, self.number


@dataclass
class Spend:
    """What a redemption or a hold took of which lot, the first taken first."""

    parts: list[tuple[Lot, int]]
    left: int


@dataclass
class Member:
    """One member: lots, debt, open holds with the instant when they end."""

    lots: list[Lot] = field(default_factory=list)
    debt: int = 0
    holds: dict[str, tuple[Spend, datetime]] = field(default_factory=dict)

    def open(self, now: datetime) -> list[Lot]:
        live = [lot for lot in self.lots if lot.left and lot.starts <= now]
        return sorted(live, key=lambda lot: lot.order)

    def balance(self, now: datetime) -> int:
        return sum(lot.left for lot in self.open(now)) - self.debt

    def pending(self, now: datetime) -> int:
        return sum(lot.left for lot in self.lots if lot.starts > now)


@dataclass
class Oracle:
    """All members."""

    debts: bool
    now: datetime
    members: list[Member]
    made: int = 0

    def go_to(self, now: datetime) -> None:
        """Let time pass, from instant to instant."""
        for member in self.members:
            at = self.now
            while (instant := self._next(member, at, now)) is not None:
                at = max(at, instant)
                self._happen(member, at)
        self.now = now

    def _next(self, member: Member, since: datetime, now: datetime) -> datetime | None:
        instants = [ends for _, ends in member.holds.values()]
        instants += [lot.ends for lot in member.lots if lot.left and lot.ends is not None]
        instants += [lot.starts for lot in member.lots if lot.left and lot.starts > since]
        return min((one for one in instants if one <= now), default=None)

    def _happen(self, member: Member, at: datetime) -> None:
        """What begins, then what comes back, then what runs out."""
        self.pay(member, at)
        for key, (spend, ends) in sorted(member.holds.items(), key=lambda held: held[0]):
            if ends <= at:
                self.give_back(member, spend, spend.left, at)
                del member.holds[key]
        for lot in member.lots:
            if lot.ends is not None and lot.ends <= at:
                lot.left = 0

    def pay(self, member: Member, at: datetime) -> None:
        """Whoever owes has nothing in open lots."""
        for lot in member.open(at):
            part = min(member.debt, lot.left)
            lot.left -= part
            member.debt -= part

    def earn(self, member: Member, amount: int, starts: datetime, ends: datetime | None) -> int:
        self.made += 1
        member.lots.append(Lot(self.made, self.made, amount, self.now, starts, ends))
        self.pay(member, self.now)
        return self.made

    def spend(self, member: Member, amount: int) -> Spend | None:
        if member.balance(self.now) < amount:
            return None
        parts, wanted = [], amount
        for lot in member.open(self.now):
            part = min(lot.left, wanted)
            if part:
                lot.left -= part
                wanted -= part
                parts.append((lot, part))
        return Spend(parts, amount)

    def give_back(
        self, member: Member, spend: Spend, amount: int, at: datetime | None = None
    ) -> None:
        at = at or self.now
        spend.left -= amount
        while amount:
            lot, taken = spend.parts.pop()
            part = min(taken, amount)
            amount -= part
            if taken > part:
                spend.parts.append((lot, taken - part))
            gone = lot.ends is not None and lot.ends <= at
            if not gone and lot in member.lots:
                lot.left += part
            elif not gone:  # its lot went to somebody else; a new one like it
                self.made += 1
                new = Lot(self.made, lot.origin, part, lot.earned, lot.starts, lot.ends)
                member.lots.append(new)
        self.pay(member, at)

    def hand(self, source: Member, target: Member, lots: list[Lot]) -> None:
        """Bring lots to another member, as lots like them; they pay what that one owes."""
        for lot in sorted(lots, key=lambda lot: lot.order):
            if lot.left:
                self.made += 1
                new = Lot(self.made, lot.origin, lot.left, lot.earned, lot.starts, lot.ends)
                target.lots.append(new)
                lot.left = 0
        self.pay(target, self.now)

    def take_back(self, member: Member, origin: int, amount: int) -> int:
        """Return what could not be taken back."""
        own = sorted((x for x in member.lots if x.origin == origin), key=lambda x: x.order)
        for lot in [*own, *(x for x in member.open(self.now) if x.origin != origin)]:
            part = min(lot.left, amount)
            lot.left -= part
            amount -= part
        if self.debts:
            member.debt += amount
            return 0
        return amount
