"""A goal in words: what is predicted, of whom, and within how many days."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from guanxi.sdk import Channel, Outcome, TouchpointKind, web
from guanxi_scoring.propensity.conditions import Condition
from guanxi_scoring.propensity.goals import Goal
from guanxi_scoring.texts import _

Titles = Mapping[str, Mapping[str, str]]
"""For each part of a condition the titles of its words, in the reader's language."""


def titles(session: Session) -> dict[str, dict[str, str]]:
    """Return what kinds, channels, directions and outcomes are called, those in use first."""
    return {
        "kinds": _titled(session, TouchpointKind),
        "channels": _titled(session, Channel),
        "directions": {"in": _("from the customer"), "out": _("from us"), "none": _("neither")},
        "outcomes": _titled(session, Outcome),
    }


def sentence(goal: Goal, known: Titles) -> str:
    """Return what a goal predicts, in one sentence."""
    begins, ends = in_words(goal.exposure, known), in_words(goal.success, known)
    days = goal.within_days
    if goal.question == "buy":
        return _(
            "Will a customer with “%(begins)s” so far have “%(ends)s” within %(days)s days?",
            begins=begins, ends=ends, days=days,
        )  # fmt: skip
    if goal.question == "answer":
        return _(
            "Will a customer answer “%(begins)s”, at once or by “%(ends)s” within %(days)s days?",
            begins=begins, ends=ends, days=days,
        )  # fmt: skip
    return _(
        "Will “%(begins)s” be followed by “%(ends)s” within %(days)s days?",
        begins=begins, ends=ends, days=days,
    )  # fmt: skip


def in_words(condition: Condition, known: Titles) -> str:
    """Return which touchpoints are meant."""
    parts = [_listed(getattr(condition, name), known[name]) for name in known]
    return ", ".join(part for part in parts if part) or _("any touchpoint")


def _listed(words: Sequence[str], titled: Mapping[str, str]) -> str:
    return _(" or ").join(titled.get(word, word) for word in words)


def _titled(session: Session, model: Any) -> dict[str, str]:
    rows = session.scalars(select(model).order_by(model.archived, model.position, model.key))
    is_chinese = web.language().startswith("zh")
    return {one.key: one.title_zh if is_chinese else one.title_en for one in rows}
