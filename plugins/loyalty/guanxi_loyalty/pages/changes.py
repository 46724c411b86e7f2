"""What people changed of a programme, a rule or a campaign, and when: the audit log of it."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from sqlalchemy.orm import Session

from guanxi.sdk import current, recorded
from guanxi_loyalty.pages.states import TITLES
from guanxi_loyalty.texts import _, lazy_

SHOWN: Final = 30
_ACTIONS: Final = {
    "loyalty.programme_created": lazy_("Made."),
    "loyalty.rule_created": lazy_("Made."),
    "loyalty.campaign_created": lazy_("Made."),
    "loyalty.tiers_changed": lazy_("Tiers changed."),
}
_LABELS: Final = {
    "title_en": lazy_("Title in English"),
    "title_zh": lazy_("Title in Chinese"),
    "state": lazy_("State"),
    "reason": lazy_("Reason"),
    "priority": lazy_("Priority"),
    "definition": lazy_("What it says"),
    "budget": lazy_("Budget"),
    "held_back": lazy_("Control group"),
    "starts_at": lazy_("Begins"),
    "ends_at": lazy_("Ends"),
    "expiry": lazy_("When points run out"),
    "pending_days": lazy_("Days before points can be spent"),
    "rounding": lazy_("Rounding"),
    "after_rewards": lazy_("Earn on what was paid"),
    "debts": lazy_("Balance may fall below zero"),
    "grace_days": lazy_("Grace for points put back"),
    "adjust_limit": lazy_("Adjustments that need a second person"),
    "hold_minutes": lazy_("How long points stay set aside"),
    "thousand_worth": lazy_("Worth of 1,000 points, in minor units"),
    "breakage": lazy_("Expected never to be spent, in hundredths of a percent"),
}


Words = Mapping[str, Callable[[Any], str]]
"""How values are said, by the name of what was changed; what is missing is written plainly."""


def changes_of(
    session: Session, subject: tuple[str, str], words: Words | None = None
) -> list[dict[str, Any]]:
    """Return what was changed, the latest first, with what it was before."""
    said = {"state": _state, **(words or {})}
    return [
        {
            "at": entry.at,
            "actor": entry.actor_name,
            "lines": list(_lines(entry.action, entry.before or {}, entry.after or {}, said)),
        }
        for entry in recorded(session, *subject, limit=SHOWN)
    ]


def may_audit() -> bool:
    """Say whether whoever looks may open the audit log."""
    person = current.principal_or_none()
    return person is not None and person.may("audit.view")


def _lines(
    action: str, before: Mapping[str, Any], after: Mapping[str, Any], words: Words
) -> Iterator[str]:
    if action in _ACTIONS:
        yield str(_ACTIONS[action])
        return
    for name in sorted(before.keys() | after.keys()):
        old, new = before.get(name), after.get(name)
        if name in _LABELS and old != new:
            told = (_shown(None if one is None else words.get(name, _shown)(one))
                    for one in (old, new))  # fmt: skip
            yield f"{_LABELS[name]}: {' → '.join(told)}"


def _state(value: Any) -> str:
    return str(TITLES.get(value, value))


def _shown(value: Any) -> str:
    if value is None or value == "":
        return "–"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {_shown(one)}" for name, one in value.items()) or "–"
    if isinstance(value, list):
        return ", ".join(_shown(one) for one in value) or "–"
    return str(value)
