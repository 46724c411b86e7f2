"""Which rules fire on an occasion, with how many units, and why the others do not (判定).

A pure function: the simulator, a dry run and the real run call the same one. Fractions are added
up exactly and rounded once per unit, as the programme's policy says; each rule's share of the
whole is by largest remainder (最大余数法; Hamilton's method).
"""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import Final
from uuid import UUID

from guanxi.sdk import Line
from guanxi_loyalty.earning.conditions import why_not
from guanxi_loyalty.earning.facts import (
    NO_USE,
    PURCHASE,
    Award,
    CampaignFacts,
    Happening,
    Judgement,
    MemberFacts,
    Reason,
    RuleFacts,
    Scheme,
)
from guanxi_loyalty.earning.lines import base_of, matching
from guanxi_loyalty.earning.periods import first_day
from guanxi_loyalty.texts import N_

ROUNDING: Final = {"down": ROUND_FLOOR, "half_up": ROUND_HALF_UP, "up": ROUND_CEILING}
_ONE: Final = Decimal(1)
_NOTHING: Final = Decimal(0)


def judge(
    scheme: Scheme, rules: Iterable[RuleFacts], happening: Happening, member: MemberFacts
) -> Judgement:
    """Return which of ``rules`` fire and what they give, and for each other one the reason."""
    fired: list[tuple[RuleFacts, Decimal]] = []
    others: list[tuple[RuleFacts, Reason]] = []
    ordered = sorted(rules, key=_order)
    for rule in ordered:
        reason = _blocked(rule, fired) or _why_not(scheme, rule, happening, member)
        exact = _NOTHING
        if reason is None:
            exact = _worth(scheme, rule, happening, fired)
            exact, reason = _capped(scheme, rule, exact, happening, member, fired=fired)
        if reason is None:
            fired.append((rule, exact))
        else:
            others.append((rule, reason))
    return Judgement(_awards(scheme, fired, member), tuple(others))


def in_control(campaign_salt: str, held_back: int, customer_id: UUID) -> bool:
    """Return whether a customer belongs to a campaign's held-back group (对照组), always alike."""
    return bool(held_back) and _bucket(campaign_salt, customer_id) < held_back


def rounded(exact: Decimal, rounding: str) -> int:
    """Return a whole number of units by a rounding policy."""
    return int(exact.to_integral_value(ROUNDING[rounding]))


def shared(total: int, parts: Sequence[Decimal]) -> list[int]:
    """Split ``total`` among ``parts`` by largest remainder; the first wins a tie."""
    floors = [int(part.to_integral_value(ROUND_FLOOR)) for part in parts]
    left = total - sum(floors)
    if left > 0:
        by_rest = sorted(range(len(parts)), key=lambda i: (floors[i] - parts[i], i))
        for place in by_rest[:left]:
            floors[place] += 1
    while left < 0:  # rounding never takes more than there is; a guard against odd input
        place = max(range(len(parts)), key=lambda i: floors[i])
        floors[place] -= 1
        left += 1
    return floors


@lru_cache(maxsize=4096)
def _bucket(salt: str, customer_id: UUID) -> int:
    digest = hashlib.sha256(salt.encode() + customer_id.bytes).digest()
    return int.from_bytes(digest[:8], "big") % 10_000


def _order(rule: RuleFacts) -> tuple[bool, int, str]:
    """Multipliers come last, as they multiply what the others give."""
    return rule.definition.reward.way == "multiplier", rule.priority, rule.key


def _blocked(rule: RuleFacts, fired: Sequence[tuple[RuleFacts, Decimal]]) -> Reason | None:
    for other, _ in fired:
        if other.unit != rule.unit:
            continue
        if other.definition.stop:
            return Reason(
                N_("The rule %(rule)s has fired, and no other after it."), {"rule": other.key}
            )
        if "exclusive" in (other.definition.stacking, rule.definition.stacking):
            return Reason(
                N_("It does not go together with the rule %(rule)s."), {"rule": other.key}
            )
    return None


def _why_not(
    scheme: Scheme, rule: RuleFacts, happening: Happening, member: MemberFacts
) -> Reason | None:
    if rule.trigger != happening.trigger:
        return Reason(N_("It is for another occasion: %(trigger)s."), {"trigger": rule.trigger})
    if rule.state != "active":
        return Reason(N_("The rule is not active."))
    if rule.campaign is not None:
        reason = _of_campaign(rule.campaign, happening, member)
        if reason is not None:
            return reason
    if happening.trigger == PURCHASE and happening.currency != scheme.currency:
        return Reason(
            N_("The purchase is in %(currency)s, the programme in %(wanted)s."),
            {"currency": str(happening.currency), "wanted": scheme.currency},
        )
    return why_not(scheme.zone, rule.definition.conditions, happening, member)


def _of_campaign(
    campaign: CampaignFacts, happening: Happening, member: MemberFacts
) -> Reason | None:
    values = {"campaign": campaign.key}
    if campaign.state != "active":
        return Reason(N_("Its campaign %(campaign)s is not active."), values)
    if campaign.starts_at is not None and happening.at < campaign.starts_at:
        return Reason(N_("Its campaign %(campaign)s had not begun."), values)
    if campaign.ends_at is not None and happening.at >= campaign.ends_at:
        return Reason(N_("Its campaign %(campaign)s was over."), values)
    if in_control(campaign.salt, campaign.held_back, member.customer_id):
        return Reason(N_("The member is in the group that %(campaign)s is compared with."), values)
    return None


_Ways = Callable[[RuleFacts, Decimal, tuple[Line, ...]], Decimal]


def _per_amount(rule: RuleFacts, base: Decimal, _lines: tuple[Line, ...]) -> Decimal:
    steps = base / rule.definition.reward.per
    if rule.definition.reward.whole:
        steps = steps.to_integral_value(ROUND_FLOOR)
    return steps * rule.definition.reward.units


def _per_item(rule: RuleFacts, _base: Decimal, lines: tuple[Line, ...]) -> Decimal:
    pieces = sum((line.quantity for line in lines if line.amount > 0), _NOTHING)
    return pieces * rule.definition.reward.units


def _per_line(rule: RuleFacts, _base: Decimal, lines: tuple[Line, ...]) -> Decimal:
    return sum(1 for line in lines if line.amount > 0) * rule.definition.reward.units


def _fixed(rule: RuleFacts, _base: Decimal, _lines: tuple[Line, ...]) -> Decimal:
    return rule.definition.reward.units


_WAYS: Final[dict[str, _Ways]] = {
    "per_amount": _per_amount,
    "per_item": _per_item,
    "per_line": _per_line,
    "fixed": _fixed,
}


def _worth(
    scheme: Scheme,
    rule: RuleFacts,
    happening: Happening,
    fired: Sequence[tuple[RuleFacts, Decimal]],
) -> Decimal:
    reward = rule.definition.reward
    if reward.way == "multiplier":
        others = (e for r, e in fired if r.unit == rule.unit and not _multiplies(r))
        return (reward.units - 1) * sum(others, _NOTHING)
    products = rule.definition.conditions.products
    lines = matching(happening.lines, products) if products else happening.lines
    base = base_of(happening, lines, partly=bool(products), after_rewards=scheme.after_rewards)
    return _WAYS[reward.way](rule, base, lines)


def _multiplies(rule: RuleFacts) -> bool:
    return rule.definition.reward.way == "multiplier"


def _capped(
    scheme: Scheme,
    rule: RuleFacts,
    exact: Decimal,
    happening: Happening,
    member: MemberFacts,
    *,
    fired: Sequence[tuple[RuleFacts, Decimal]],
) -> tuple[Decimal, Reason | None]:
    """Return what limits and budget leave of it, or the reason that nothing is left."""
    if exact <= 0:
        return exact, Reason(N_("It comes to nothing."))
    for limit in rule.definition.limits:
        begins = first_day(limit.period, happening.at, scheme.zone)
        times, units = member.used.get((rule.id, limit.period, begins), NO_USE)
        if limit.times is not None and times >= limit.times:
            return exact, Reason(
                N_("The member has had it %(times)s times in this period, which is the most."),
                {"times": times},
            )
        if limit.units is not None and units >= limit.units:
            return exact, Reason(
                N_("The member has had %(units)s by it in this period, which is the most."),
                {"units": units},
            )
        if limit.units is not None:
            exact = min(exact, Decimal(limit.units - units))
    campaign = rule.campaign
    if campaign is not None and campaign.budget_left is not None:
        left = campaign.budget_left - _taken(campaign, fired)
        if left <= 0:
            return exact, Reason(
                N_("The budget of %(campaign)s is used up."), {"campaign": campaign.key}
            )
        exact = min(exact, Decimal(left))
    return exact, None


def _taken(campaign: CampaignFacts, fired: Sequence[tuple[RuleFacts, Decimal]]) -> int:
    """Return what other rules of the campaign take out of its budget at the most."""
    own = (e for r, e in fired if r.campaign is not None and r.campaign.id == campaign.id)
    return sum(int(exact.to_integral_value(ROUND_CEILING)) for exact in own)


def _awards(
    scheme: Scheme, fired: Sequence[tuple[RuleFacts, Decimal]], member: MemberFacts
) -> tuple[Award, ...]:
    awards: list[Award] = []
    for unit in dict.fromkeys(rule.unit for rule, _ in fired):
        rules: list[RuleFacts | None] = [rule for rule, _ in fired if rule.unit == unit]
        parts = [exact for rule, exact in fired if rule.unit == unit]
        if member.multiplier > 1 and unit in scheme.spendable:
            parts.append((member.multiplier - 1) * sum(parts, _NOTHING))
            rules.append(None)
        total = rounded(sum(parts, _NOTHING), scheme.rounding)
        whole = [total] if len(parts) == 1 else shared(total, parts)
        awards += (
            Award(rule, unit, units, exact)
            for rule, units, exact in zip(rules, whole, parts, strict=True)
        )
    return tuple(awards)
