"""Make, change and archive goals. A goal is a model, so it has a model's versions and life."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from guanxi.sdk import Conflict, Invalid, NotFound, Text, announce_change
from guanxi_scoring.life import changing
from guanxi_scoring.life.contract import May
from guanxi_scoring.life.finding import get_model
from guanxi_scoring.life.making import ModelDraft, ensure_model
from guanxi_scoring.life.ordering import order_fit
from guanxi_scoring.models import Model
from guanxi_scoring.propensity import traits
from guanxi_scoring.propensity.goals import KIND, PREFIX
from guanxi_scoring.texts import N_, _

LONGEST_TITLE: Final = 120
_KEY: Final = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
LONGEST_KEY: Final = 40


@dataclass(frozen=True, slots=True)
class GoalDraft:
    """A goal to be made. ``goal`` is what stands behind ``propensity_`` in its key."""

    goal: str
    title_en: str = ""
    title_zh: str = ""
    options: Mapping[str, Any] = field(default_factory=dict)
    refit_days: int | None = 30


def get_goal(session: Session, key: str) -> Model:
    """Return a goal by its key, with or without ``propensity_``.

    :raises NotFound: there is none.
    """
    whole = key if key.startswith(PREFIX) else f"{PREFIX}{key}"
    try:
        found = get_model(session, whole)
    except NotFound:
        found = None
    if found is None or found.kind != KIND:
        raise NotFound(N_("There is no goal %(key)s."), key=key[:80])
    return found


def create_goal(session: Session, draft: GoalDraft, *, may: May, now: datetime) -> Model:
    """Make a goal and have it learnt.

    :param may: what whoever makes it is allowed; only attributes that they may see are taken.
    :raises Invalid: something does not fit, with the field.
    :raises Conflict: there is one with that key.
    """
    title = _title(draft)
    key = f"{PREFIX}{_key(draft)}"
    require_attributes(session, draft.options.get("attributes", ()), may=may)
    made = ModelDraft(key, KIND, title, draft.options, draft.refit_days)
    if not ensure_model(session, made, now=now):
        raise Conflict(N_("There is a goal %(key)s already. Choose another key."), key=key)
    model = get_model(session, key)
    order_fit(session, model, "first", now=now)
    announce_change(session)
    return model


def change_goal(
    session: Session,
    key: str,
    changes: Mapping[str, Any],
    *,
    may: May,
    expected_version: int | None = None,
    now: datetime,
) -> Model:
    """Change titles, options or how often it is learnt; what changed is learnt at once.

    :raises Invalid: something does not fit.
    :raises PreconditionFailed: somebody was faster.
    """
    model = get_goal(session, key)
    require_allowed(session, model, changes.get("options", {}), may)
    before = dict(model.options)
    model = changing.change_model(
        session, model.key, changes, expected_version=expected_version, now=now
    )
    if model.options != before:
        order_fit(session, model, "asked", now=now)
    announce_change(session)
    return model


def archive_goal(
    session: Session, key: str, *, expected_version: int | None = None, now: datetime
) -> Model:
    """Put a goal away; its scores go, its versions stay."""
    found = get_goal(session, key)
    model = changing.archive_model(session, found.key, expected_version=expected_version, now=now)
    announce_change(session)
    return model


def restore_goal(
    session: Session, key: str, *, expected_version: int | None = None, now: datetime
) -> Model:
    """Take a goal out of the archive."""
    found = get_goal(session, key)
    model = changing.restore_model(session, found.key, expected_version=expected_version, now=now)
    announce_change(session)
    return model


def require_allowed(session: Session, model: Model, options: Mapping[str, Any], may: May) -> None:
    """Refuse attributes that the goal does not look at yet, and may not for whoever asks.

    :raises Invalid: with the field.
    """
    new = set(options.get("attributes", ())) - set(model.options["attributes"])
    require_attributes(session, new, may=may)


def require_attributes(session: Session, keys: Any, *, may: May) -> None:
    """Refuse attributes that are not there, are sensitive, or that one may not see.

    :raises Invalid: with the field.
    """
    known = {one.key for one in traits.offered(session, may)}
    for key in keys if isinstance(keys, list | tuple | set | frozenset) else ():
        if str(key) not in known:
            message = N_("The attribute %(key)s cannot be used for a goal.")
            told = _(message, key=str(key)[:80])
            raise Invalid(message, key=str(key)[:80], fields={"attributes": [told]})


def _title(draft: GoalDraft) -> Text:
    en, zh = draft.title_en.strip(), draft.title_zh.strip()
    if not (en or zh):
        _complain("title_en", N_("Give the goal a title in one of the two languages."))
    if max(len(en), len(zh)) > LONGEST_TITLE:
        _complain("title_en", N_("A title has at most 120 characters."))
    return Text(en or zh, zh or en)


def _key(draft: GoalDraft) -> str:
    key = draft.goal.strip() or re.sub(r"[^a-z0-9]+", "_", draft.title_en.lower()).strip("_")
    if not _KEY.fullmatch(key) or len(key) > LONGEST_KEY:
        _complain(
            "goal", N_("A key begins with a letter and has small letters, digits and single _.")
        )
    return key


def _complain(name: str, message: str) -> None:
    raise Invalid(message, fields={name: [_(message)]})
