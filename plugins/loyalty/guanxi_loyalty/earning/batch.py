"""Many occasions at once: judged, counted, and told to the ledger in a few statements.

All accounts are locked first. Then come rounds, each with at most one occasion per member, so
that whatever an earlier one changed (limits, budgets, tiers) is seen by the next, and the result
does not depend on how occasions were cut into batches.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

import orjson
from sqlalchemy.orm import Session

from guanxi.sdk import send, without_waiting
from guanxi_loyalty.earning import counting, members
from guanxi_loyalty.earning.book import Book
from guanxi_loyalty.earning.facts import (
    NO_USE,
    PURCHASE,
    Happening,
    Judgement,
    MemberFacts,
    RuleFacts,
)
from guanxi_loyalty.earning.judging import judge
from guanxi_loyalty.earning.keys import effective, key_of
from guanxi_loyalty.earning.periods import first_day
from guanxi_loyalty.ledger.accounts import AccountState, Changed, lock
from guanxi_loyalty.ledger.arrays import column
from guanxi_loyalty.ledger.earning import give
from guanxi_loyalty.ledger.posting import Ask, Posting, told_of_keys, write
from guanxi_loyalty.ledger.settling import settle
from guanxi_loyalty.ledger.units import UnitFacts, load_unit

Occasion = tuple[UUID, Happening]
"""Who, and what happened."""
PART: Final = 100
"""So many are written while the database still stores those before them."""
Multipliers = Callable[[Session, Collection[UUID]], Mapping[UUID, Decimal]]

_KNOWN = "SELECT id FROM loyalty_occasions WHERE programme_id = %s AND id = ANY(%s::uuid[])"
_STORE = """
    INSERT INTO loyalty_occasions (programme_id, id, kind, customer_id, occurred_at, amount, awards,
        posted, judged_version)
    SELECT %(programme)s, * FROM unnest(%(ids)s::uuid[], %(kinds)s::text[], %(customers)s::uuid[],
        %(instants)s::timestamptz[], %(amounts)s::numeric[], %(awards)s::text[]::jsonb[],
        %(posted)s::text[]::jsonb[], %(versions)s::int[])
    ON CONFLICT (programme_id, id) DO UPDATE SET kind = excluded.kind,
        customer_id = excluded.customer_id, occurred_at = excluded.occurred_at,
        amount = excluded.amount, awards = excluded.awards, posted = excluded.posted,
        judged_version = excluded.judged_version, returned = 0, voided = false
    """


@dataclass(slots=True)
class Judged:
    """An occasion with what came of it."""

    customer_id: UUID
    happening: Happening
    judgement: Judgement
    posted: dict[str, list[int]] = field(default_factory=dict)
    version: int = 1


@dataclass(slots=True)
class Desk:
    """The work on one programme's occasions in one transaction."""

    session: Session
    book: Book
    now: datetime
    accounts: dict[str, dict[UUID, AccountState]] = field(default_factory=dict)
    multipliers: Multipliers | None = None
    after_round: Callable[[Sequence[Posting], Collection[UUID]], None] | None = None
    at_once: bool = False
    """Whether the next round depends on what this one wrote; else rounds are written together."""

    def lock(self, customers: Collection[UUID]) -> None:
        """Lock the members' accounts in all units that rules give, and bring them up to date."""
        for key in self.book.unit_keys():
            unit, states = _locked(self.session, self.book.units[key], customers)
            if unit is not self.book.units[key]:
                self.book = replace(self.book, units={**self.book.units, key: unit})
            self.accounts[key] = states
            self._settle(key)

    def earn(self, occasions: Sequence[Occasion]) -> list[Judged]:
        """Let members earn for occasions that are not known yet; accounts are locked by now."""
        fresh = self._fresh(occasions)
        if not fresh:
            return []
        return self.judge_and_post([Judged(*one, Judgement((), ())) for one in fresh])

    def judge_and_post(self, wanted: Sequence[Judged]) -> list[Judged]:
        """Judge occasions, tell the ledger and store them, in rounds."""
        facts = _Facts(self.session, self.book, wanted)
        at_once = self.at_once or facts.moving
        done: list[Judged] = []
        for members_once in _rounds(wanted):
            facts.refresh(self.multipliers, members_once)
            group = self._counted(facts, members_once)
            facts.note(group)
            done += group
            if at_once:
                self._write(group)
        if not at_once:
            self._write(done)
        for key in self.accounts:
            self._settle(key)
        return done

    def _write(self, judged: Sequence[Judged]) -> None:
        """Tell the ledger and store occasions; parts are made while those before are stored."""
        every: list[Posting] = []
        with told_of_keys(), without_waiting(self.session):
            for begin in range(0, len(judged), PART):
                part = judged[begin : begin + PART]
                postings = [posting for one in part for posting in self._postings(one)]
                if postings:
                    write(self.session, postings)
                store(self.session, self.book, _worth_keeping(part))
                every += postings
        if self.after_round is not None:
            self.after_round(every, {one.customer_id for one in judged})

    def _fresh(self, occasions: Sequence[Occasion]) -> list[Occasion]:
        wanted = {happening.id: (who, happening) for who, happening in reversed(occasions)}
        values = (self.book.programme_id, column(list(wanted)))
        known = {row[0] for row in send(self.session, _KNOWN, values)} if wanted else set()
        order = dict.fromkeys(happening.id for _, happening in occasions)
        return [wanted[id_] for id_ in order if id_ not in known]

    def _counted(self, facts: "_Facts", group: Sequence[Judged]) -> list[Judged]:
        """Judge a round and take what it gives out of budgets and limits."""
        judged = facts.judge(group)
        amounts = spent_by_campaign(judged)
        if amounts and not counting.spend(self.session, amounts):
            facts.left.update(counting.lock_left(self.session, list(facts.left)))
            judged = facts.judge(group)
            counting.spend(self.session, spent_by_campaign(judged))
        zone = self.book.scheme.zone
        for one in judged:
            for award in one.judgement.awards:
                if award.rule is not None and award.units and award.rule.definition.limits:
                    at = one.happening.at
                    counting.use(
                        self.session, award.rule, one.customer_id, award.units, at=at, zone=zone
                    )
        take_from(facts.left, judged)
        return judged

    def _postings(self, judged: Judged) -> list[Posting]:
        found = []
        happening = judged.happening
        for key in dict.fromkeys(award.unit for award in judged.judgement.awards):
            units = judged.judgement.total(key)
            if not units:
                continue
            earned, back, number = judged.posted.get(key, [0, 0, 0])
            ask = Ask(
                unit=self.book.units[key],
                key=key_of(happening.trigger, happening.id, key, number + 1),
                now=self.now,
                source=_source(judged.judgement, key),
                document=str(happening.id),
                effective_at=effective(happening.at, self.now),
            )
            account = self.accounts[key][judged.customer_id]
            posting = Posting(ask, "earn", account, 0)
            give(posting, account, units, "issuance")
            posting.close()
            judged.posted[key] = [earned + units, back, number + 1]
            found.append(posting)
        return found

    def _settle(self, key: str) -> None:
        for account in self.accounts[key].values():
            if account.next_due_at is not None and account.next_due_at <= self.now:
                settle(self.session, self.book.units[key], account, self.now)


class _Facts:
    """What is known of the members of a batch, and what it changes as rounds go by."""

    def __init__(self, session: Session, book: Book, wanted: Sequence[Judged]) -> None:
        self.session, self.book = session, book
        triggers = {one.happening.trigger for one in wanted}
        rules = [rule for trigger in triggers for rule in book.rules.get(trigger, ())]
        customers = {one.customer_id for one in wanted}
        self.keys = members.attribute_keys(rules)
        self.moving = any(key.startswith("loyalty.") for key in self.keys)
        self.attributes = members.attributes(session, self.keys, customers)
        self.used = members.uses(session, rules, customers)
        self.numbers: dict[UUID, int] = {}
        if members.counts_purchases(rules):
            pairs = [(one.customer_id, one.happening) for one in wanted]
            self.numbers = members.purchases_before(session, pairs)
        self.left: dict[UUID, int | None] = {
            rule.campaign.id: rule.campaign.budget_left
            for rule in rules
            if rule.campaign is not None and rule.campaign.budget_left is not None
        }
        self.multiplier: Mapping[UUID, Decimal] = {}

    def refresh(self, multipliers: Multipliers | None, group: Sequence[Judged]) -> None:
        customers = {one.customer_id for one in group}
        if multipliers is not None:
            self.multiplier = multipliers(self.session, customers)
        if self.moving:
            self.attributes = members.attributes(self.session, self.keys, customers)

    def judge(self, group: Sequence[Judged]) -> list[Judged]:
        left, found = dict(self.left), []
        for one in group:
            rules = self.book.rules.get(one.happening.trigger, ())
            if left:
                rules = tuple(_with_budget(rule, left) for rule in rules)
            judgement = judge(self.book.scheme, rules, one.happening, self._member(one))
            new = replace(one, judgement=judgement, posted=dict(one.posted))
            take_from(left, [new])
            found.append(new)
        return found

    def _member(self, one: Judged) -> MemberFacts:
        return MemberFacts(
            customer_id=one.customer_id,
            attributes=self.attributes.get(one.customer_id, {}),
            purchases_before=self.numbers.get(one.happening.id, 0),
            used=self.used.get(one.customer_id, {}),
            multiplier=self.multiplier.get(one.customer_id, Decimal(1)),
        )

    def note(self, group: Sequence[Judged]) -> None:
        for one in group:
            for award in one.judgement.awards:
                if award.rule is None or not award.units:
                    continue
                used = self.used.setdefault(one.customer_id, {})
                for limit in award.rule.definition.limits:
                    begins = first_day(limit.period, one.happening.at, self.book.scheme.zone)
                    times, units = used.get((award.rule.id, limit.period, begins), NO_USE)
                    used[award.rule.id, limit.period, begins] = (times + 1, units + award.units)


def spent_by_campaign(judged: Sequence[Judged]) -> dict[UUID, int]:
    """Return what campaigns give for occasions, whether they have a budget or not."""
    found: dict[UUID, int] = {}
    for one in judged:
        for award in one.judgement.awards:
            campaign = award.rule.campaign if award.rule is not None else None
            if campaign is not None and award.units:
                found[campaign.id] = found.get(campaign.id, 0) + award.units
    return found


def take_from(left: dict[UUID, int | None], judged: Sequence[Judged]) -> None:
    """Take what campaigns give for occasions out of what is left of their budgets."""
    for campaign, units in spent_by_campaign(judged).items():
        if campaign in left:
            left[campaign] = (left[campaign] or 0) - units


def store(session: Session, book: Book, judged: Sequence[Judged]) -> None:
    """Write what came of occasions, in one statement."""
    if not judged:
        return
    columns: dict[str, list[Any]] = {
        "ids": [one.happening.id for one in judged],
        "kinds": [one.happening.trigger for one in judged],
        "customers": [one.customer_id for one in judged],
        "instants": [one.happening.at for one in judged],
        "amounts": [one.happening.amount for one in judged],
        "awards": [_awards(one.judgement) for one in judged],
        "posted": [orjson.dumps(one.posted).decode() for one in judged],
        "versions": [one.version for one in judged],
    }
    values = {name: column(of) for name, of in columns.items()}
    values["programme"] = book.programme_id
    send(session, _STORE, values)


def _awards(judgement: Judgement) -> str:
    rows = [
        [str(award.rule.id) if award.rule else None, award.unit, award.units]
        for award in judgement.awards
        if award.units
    ]
    return orjson.dumps(rows).decode()


def _worth_keeping(judged: Sequence[Judged]) -> list[Judged]:
    """Leave out other occasions that gave nothing: a profile may be completed later."""
    return [one for one in judged if one.happening.trigger == PURCHASE or one.posted]


def _with_budget(rule: RuleFacts, left: Mapping[UUID, int | None]) -> RuleFacts:
    campaign = rule.campaign
    if campaign is None or campaign.id not in left:
        return rule
    return replace(rule, campaign=replace(campaign, budget_left=left[campaign.id]))


def _rounds(wanted: Sequence[Judged]) -> list[list[Judged]]:
    """Return each member's first occasions, then their second ones, and so on."""
    seen: dict[UUID, int] = {}
    rounds: list[list[Judged]] = []
    for one in wanted:
        place = seen.get(one.customer_id, 0)
        seen[one.customer_id] = place + 1
        if place == len(rounds):
            rounds.append([])
        rounds[place].append(one)
    return rounds


def _source(judgement: Judgement, unit: str) -> str:
    keys = [a.rule.key for a in judgement.awards if a.rule and a.unit == unit and a.units]
    return f"rule:{keys[0]}" if len(keys) == 1 else "rules"


def _locked(
    session: Session, unit: UnitFacts, customers: Collection[UUID]
) -> tuple[UnitFacts, dict[UUID, Any]]:
    try:
        return unit, lock(session, unit, customers)
    except Changed:
        unit = load_unit(session, unit.programme, unit.key, fresh=True)
        return unit, lock(session, unit, customers)
