"""Change what people decide about a survey: title, draft, options, identity, end, public link."""

import secrets
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final

from sqlalchemy import update
from sqlalchemy.orm import Session

from guanxi.sdk import Invalid, Refused
from guanxi_surveys.life.drafts import checked_definition, checked_measures, checked_title
from guanxi_surveys.life.making import checked_identity, require_fitting
from guanxi_surveys.life.options import checked
from guanxi_surveys.life.storing import lock_survey, store
from guanxi_surveys.models import Survey
from guanxi_surveys.texts import N_, _

MOST_ANSWERS: Final = 100_000_000


def _instant(value: Any) -> datetime | None:
    if value is None or (isinstance(value, datetime) and value.tzinfo is not None):
        return value
    told = N_("Choose a day and time with its time zone.")
    raise Invalid(told, fields={"closes_at": [_(told)]})


def _limit(value: Any) -> int | None:
    if value is None or (type(value) is int and 0 < value <= MOST_ANSWERS):
        return value
    told = N_("Write a whole number above zero, or nothing.")
    raise Invalid(told, fields={"answer_limit": [_(told)]})


_CHECKS: Final[Mapping[str, Callable[[Any], Any]]] = {
    "title": checked_title,
    "definition": checked_definition,
    "measures": checked_measures,
    "identity": checked_identity,
    "closes_at": _instant,
    "answer_limit": _limit,
}


def change_survey(
    session: Session,
    key: str,
    changes: Mapping[str, Any],
    *,
    now: datetime,
    expected_version: int | None = None,
) -> Survey:
    """Change title, definition, measures, identity, closes_at, answer_limit or options.

    Of ``options`` those that are not named stay. A changed questionnaire is a draft until it is
    published; everything else holds at once.

    :raises NotFound: there is no such survey.
    :raises PreconditionFailed: somebody was faster.
    :raises Invalid: something does not fit.
    :raises Refused: it is in the archive, or the identity is settled by the first answer.
    """
    survey = lock_survey(session, key, expected_version)
    if survey.state == "archived":
        raise Refused(N_("This survey is in the archive. Take it out to change it."))
    wanted = {name: check(changes[name]) for name, check in _CHECKS.items() if name in changes}
    if "options" in changes:
        if not isinstance(changes["options"], Mapping):
            raise Invalid(N_("Options are a JSON object."), fields={"options": []})
        wanted["options"] = checked({**survey.options, **changes["options"]})
    identity = wanted.get("identity", survey.identity)
    require_fitting(identity, wanted.get("options", survey.options))
    if identity != survey.identity:
        _claim_identity(session, survey, identity)
    return store(session, survey, wanted, "survey.changed", now=now)


def set_public_link(
    session: Session,
    key: str,
    *,
    on: bool,
    now: datetime,
    expected_version: int | None = None,
) -> Survey:
    """Give a survey a new public link (公开链接), or take it away.

    A link that was given out before opens nothing from then on.
    """
    survey = lock_survey(session, key, expected_version)
    if on and survey.state == "archived":
        raise Refused(N_("This survey is in the archive. Take it out to change it."))
    new = secrets.token_urlsafe(16) if on else None
    return store(session, survey, {"public_key": new}, "survey.link_changed", now=now)


def _claim_identity(session: Session, survey: Survey, identity: str) -> None:
    """Turn named into anonymous or back, unless an answer has begun; whoever is first wins."""
    done = session.execute(
        update(Survey)
        .where(Survey.id == survey.id, Survey.first_answer_at.is_(None))
        .values(identity=identity)
        .returning(Survey.id)
        .execution_options(synchronize_session=False)
    ).first()
    if done is None:
        told = N_("People have answered already, so whether answers are named or anonymous stays. "
                  "Make a copy of the survey and change that.")  # fmt: skip
        raise Refused(told)
