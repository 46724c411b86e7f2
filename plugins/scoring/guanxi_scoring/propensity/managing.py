"""Make, change and archive goals. A goal is a model, so it has a model's versions and life."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from guanxi.sdk import Invalid, NotFound, announce_change
from guanxi_scoring.life import changing
from guanxi_scoring.life.contract import May
from guanxi_scoring.life.making import ModelDraft
from guanxi_scoring.life.own_models import change_own, keyed, make_own, model_of, titled
from guanxi_scoring.models import Model
from guanxi_scoring.propensity import traits
from guanxi_scoring.propensity.goals import KIND, PREFIX
from guanxi_scoring.texts import N_, _

_TAKEN: Final = N_("There is a goal %(key)s already. Choose another key.")


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
    found = model_of(session, KIND, key if key.startswith(PREFIX) else f"{PREFIX}{key}")
    if found is None:
        raise NotFound(N_("There is no goal %(key)s."), key=key[:80])
    return found


def create_goal(session: Session, draft: GoalDraft, *, may: May, now: datetime) -> Model:
    """Make a goal and have it learnt.

    :param may: what whoever makes it is allowed; only attributes that they may see are taken.
    :raises Invalid: something does not fit, with the field.
    :raises Conflict: there is one with that key.
    """
    title = titled(draft.title_en, draft.title_zh)
    key = f"{PREFIX}{_key(draft)}"
    require_attributes(session, draft.options.get("attributes", ()), may=may)
    made = ModelDraft(key, KIND, title, draft.options, draft.refit_days)
    model = make_own(session, made, _TAKEN, now=now)
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
    model = change_own(session, model, changes, expected_version=expected_version, now=now)
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


def _key(draft: GoalDraft) -> str:
    key = draft.goal.strip() or re.sub(r"[^a-z0-9]+", "_", draft.title_en.lower()).strip("_")
    return keyed(key, "goal")
