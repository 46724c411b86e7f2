"""Models that people make themselves, goals and scorecards alike: titles, keys, a fit each time.

What one of a kind may look at, and what follows from a change, is the kind's own affair.
"""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from guanxi.sdk import Conflict, Invalid, NotFound, Text
from guanxi_scoring.life import changing
from guanxi_scoring.life.finding import get_model
from guanxi_scoring.life.making import ModelDraft, ensure_model
from guanxi_scoring.life.ordering import order_fit
from guanxi_scoring.models import Model
from guanxi_scoring.texts import N_, _

LONGEST_TITLE: Final = 120
LONGEST_KEY: Final = 40
_KEY: Final = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")


def model_of(session: Session, kind: str, key: str) -> Model | None:
    """Return the model of a kind with that key, or None."""
    try:
        found = get_model(session, key)
    except NotFound:
        return None
    return found if found.kind == kind else None


def make_own(session: Session, draft: ModelDraft, taken: str, *, now: datetime) -> Model:
    """Make a model and have it fitted.

    :param taken: what is said where there is one of that key (msgid).
    :raises Conflict: there is.
    :raises Invalid: an option does not fit.
    """
    if not ensure_model(session, draft, now=now):
        raise Conflict(taken, key=draft.key)
    model = get_model(session, draft.key)
    order_fit(session, model, "first", now=now)
    return model


def change_own(
    session: Session,
    model: Model,
    changes: Mapping[str, Any],
    *,
    expected_version: int | None,
    now: datetime,
) -> Model:
    """Change a model; if its options did, and it is at work, it is fitted anew.

    :raises Invalid: something does not fit.
    :raises PreconditionFailed: somebody was faster.
    """
    before = dict(model.options)
    if {"title_en", "title_zh"} & changes.keys():
        told = titled(
            *(changes.get(name, getattr(model, name)) for name in ("title_en", "title_zh"))
        )
        changes = {**changes, "title_en": told.en, "title_zh": told.zh}
    model = changing.change_model(
        session, model.key, changes, expected_version=expected_version, now=now
    )
    if model.options != before and model.state == "active":
        order_fit(session, model, "asked", now=now)
    return model


def titled(english: str, chinese: str) -> Text:
    """Return a title; one language stands for the other where that is empty.

    :raises Invalid: both are, or one is too long.
    """
    en, zh = " ".join(english.split()), " ".join(chinese.split())
    if not (en or zh):
        raise _unfit("title_en", N_("Give it a title in one of the two languages."))
    for name, title in (("title_en", en), ("title_zh", zh)):
        if len(title) > LONGEST_TITLE or not title.isprintable():
            raise _unfit(name, N_("A title has at most 120 characters."))
    return Text(en or zh, zh or en)


def keyed(key: str, field: str = "key") -> str:
    """Return a key that fits.

    :raises Invalid: it does not.
    """
    if len(key) > LONGEST_KEY or not _KEY.fullmatch(key):
        message = N_(
            "A key begins with a letter and has small letters, digits and single _, at most 40."
        )
        raise _unfit(field, message)
    return key


def _unfit(field: str, message: str) -> Invalid:
    return Invalid(message, fields={field: [_(message)]})
