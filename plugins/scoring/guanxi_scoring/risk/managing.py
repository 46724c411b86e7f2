"""Make and change scorecards. A scorecard is a model, so it has a model's versions and life."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from guanxi.sdk import Invalid, NotFound, attributes_of
from guanxi_scoring.life.contract import May
from guanxi_scoring.life.making import ModelDraft
from guanxi_scoring.life.own_models import change_own, keyed, make_own, model_of, titled
from guanxi_scoring.models import Model
from guanxi_scoring.risk.options import KIND
from guanxi_scoring.texts import N_, _

_TAKEN: Final = N_("There is a model %(key)s already. Choose another key.")


@dataclass(frozen=True, slots=True)
class CardDraft:
    """A scorecard to be made."""

    key: str
    title_en: str = ""
    title_zh: str = ""
    options: Mapping[str, Any] = field(default_factory=dict)
    refit_days: int | None = None


def get_card(session: Session, key: str) -> Model:
    """Return a scorecard.

    :raises NotFound: there is none of that key.
    """
    found = model_of(session, KIND, key)
    if found is None:
        raise NotFound(N_("There is no scorecard %(key)s."), key=key[:80])
    return found


def create_card(session: Session, draft: CardDraft, *, may: May, now: datetime) -> Model:
    """Make a scorecard and have it fitted.

    :param may: what whoever makes it is allowed; only attributes that they may see are taken.
    :raises Invalid: something does not fit, with the field.
    :raises Conflict: there is a model of that key.
    """
    key, title = keyed(draft.key), titled(draft.title_en, draft.title_zh)
    _require_sight(session, draft.options, may)
    made = ModelDraft(key, KIND, title, draft.options, draft.refit_days)
    return make_own(session, made, _TAKEN, now=now)


def change_card(
    session: Session,
    key: str,
    changes: Mapping[str, Any],
    *,
    may: May,
    expected_version: int | None = None,
    now: datetime,
) -> Model:
    """Change a scorecard and have it fitted anew; the one in force stays until that is done.

    :raises Invalid: something does not fit.
    :raises PreconditionFailed: somebody was faster.
    """
    model = get_card(session, key)
    if "options" in changes:
        require_allowed(session, model, changes["options"], may)
    return change_own(session, model, changes, expected_version=expected_version, now=now)


def _keys(options: Mapping[str, Any]) -> Iterable[str]:
    characteristics = options.get("characteristics")
    for one in characteristics if isinstance(characteristics, list) else ():
        if isinstance(one, dict) and isinstance(one.get("key"), str):
            yield one["key"]
    outcome = options.get("outcome")
    if isinstance(outcome, dict) and isinstance(outcome.get("attribute"), str):
        yield outcome["attribute"]


def require_allowed(session: Session, model: Model, options: Mapping[str, Any], may: May) -> None:
    """Refuse attributes that a card does not look at yet, and whoever asks may not see."""
    _require_sight(session, options, may, seen=set(_keys(model.options)))


def _require_sight(
    session: Session, options: Mapping[str, Any], may: May, seen: set[str] | None = None
) -> None:
    """Refuse attributes that whoever asks may not see: a card would tell of them."""
    known = attributes_of(session)
    for key in set(_keys(options)) - (seen or set()):
        permission = known[key].permission if key in known else None
        if permission is not None and not may(permission):
            said = _("There is no attribute %(key)s that you may see.", key=key)
            raise Invalid(
                N_("These options of the model do not fit. See what is said about each."),
                fields={"options.characteristics": [said]},
            )
