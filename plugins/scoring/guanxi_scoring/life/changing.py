"""Change what people decide about a model: titles, options, how often it is fitted; put it away."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from sqlalchemy import delete
from sqlalchemy.orm import Session

from guanxi.sdk import Invalid, PreconditionFailed, announce_change, record, write_context
from guanxi_scoring.life.contract import May
from guanxi_scoring.life.finding import get_model
from guanxi_scoring.life.kinds import kind_of
from guanxi_scoring.life.options import checked
from guanxi_scoring.life.ordering import ask_for_scores, forget_orders
from guanxi_scoring.models import Model, ScoreRound
from guanxi_scoring.texts import N_, _

LONGEST_TITLE: Final = 120
MOST_DAYS: Final = 3660
_TOLD: Final = ("title_en", "title_zh", "options", "refit_days", "state")


def change_model(
    session: Session,
    key: str,
    changes: Mapping[str, Any],
    *,
    expected_version: int | None = None,
    now: datetime,
    may: May | None = None,
) -> Model:
    """Change titles, options or ``refit_days``; options that are not named stay as they are.

    They take effect at the next fit: scores come from what the version in force was fitted with.

    :param may: what whoever asks is allowed, where the kind's own rules have not been asked yet.
    :raises NotFound: there is no such model.
    :raises PreconditionFailed: somebody was faster.
    :raises Invalid: something does not fit, or is not theirs to choose.
    """
    model = _locked(session, key, expected_version)
    before = _told(model)
    for name in ("title_en", "title_zh"):
        if name in changes:
            setattr(model, name, _title(name, changes[name]))
    if "refit_days" in changes:
        model.refit_days = _days(changes["refit_days"])
    if "options" in changes:
        kind = kind_of(model.kind)
        wanted = {**model.options, **changes["options"]}
        options = checked(kind.options, wanted, now=now)
        if may is not None and kind.allowed is not None:
            kind.allowed(session, model, changes["options"], may)
        model.options = options
    _touch(session, model, "scoring_model.changed", before, now=now)
    return model


def archive_model(
    session: Session, key: str, *, expected_version: int | None = None, now: datetime
) -> Model:
    """Put a model away: its scores go, its versions stay."""
    model = _locked(session, key, expected_version)
    if model.state == "archived":
        return model
    before = _told(model)
    model.state = "archived"
    model.alarm = None
    forget_orders(session, model)
    unscore = kind_of(model.kind).unscore
    if unscore is not None:
        unscore(session, model)
    session.execute(delete(ScoreRound).where(ScoreRound.model_id == model.id))
    _touch(session, model, "scoring_model.archived", before, now=now)
    return model


def restore_model(
    session: Session, key: str, *, expected_version: int | None = None, now: datetime
) -> Model:
    """Take a model out of the archive; the worker scores everybody with its version in force."""
    model = _locked(session, key, expected_version)
    if model.state == "active":
        return model
    before = _told(model)
    model.state = "active"
    session.flush()
    _touch(session, model, "scoring_model.restored", before, now=now)
    ask_for_scores(session, model)
    return model


def touch(session: Session, model: Model, *, now: datetime) -> None:
    """Give a model its next version, by whoever acts now."""
    model.version += 1
    model.changed_at = now
    model.changed_by = write_context(session).actor.name
    session.flush()


def _locked(session: Session, key: str, expected: int | None) -> Model:
    model = get_model(session, key, lock=True)
    if expected is not None and model.version != expected:
        raise PreconditionFailed(
            N_("Somebody changed this model since you read it. Read it again and repeat it.")
        )
    return model


def _touch(
    session: Session, model: Model, action: str, before: Mapping[str, Any], *, now: datetime
) -> None:
    announce_change(session)  # attributes and their titles may follow the model
    after = _told(model)
    changed = [name for name in _TOLD if before[name] != after[name]]
    if not changed:
        return
    touch(session, model, now=now)
    sides = ({name: side[name] for name in changed} for side in (before, after))
    was, became = sides
    record(session, action, ("scoring_model", model.key), before=was, after=became)


def _told(model: Model) -> dict[str, Any]:
    return {name: getattr(model, name) for name in _TOLD}


def _title(name: str, value: str) -> str:
    found = " ".join(str(value).split())
    if not 0 < len(found) <= LONGEST_TITLE:
        said = _("Write a title of at most %(most)s characters.", most=LONGEST_TITLE)
        raise Invalid(N_("The title does not fit."), fields={name: [said]})
    return found


def _days(value: int | None) -> int | None:
    if value is None or 0 < value <= MOST_DAYS:
        return value
    said = _("Write from 1 to %(most)s days, or nothing: only when asked.", most=MOST_DAYS)
    raise Invalid(N_("How often it is fitted does not fit."), fields={"refit_days": [said]})
