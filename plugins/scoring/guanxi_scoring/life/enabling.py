"""Put a version in force by hand: one that was kept back, or one that was in force before."""

from datetime import datetime

from sqlalchemy.orm import Session

from guanxi.sdk import PreconditionFailed, Refused, record, write_context
from guanxi_scoring.life.changing import touch
from guanxi_scoring.life.finding import current_version, get_model, get_version
from guanxi_scoring.life.fitting import put_in_force
from guanxi_scoring.life.ordering import ask_for_scores, require_active
from guanxi_scoring.models import Version
from guanxi_scoring.texts import N_


def enable_version(
    session: Session,
    key: str,
    number: int,
    *,
    expected_version: int | None = None,
    now: datetime,
) -> Version:
    """Put a version in force; the worker scores everybody with it.

    :raises NotFound: there is no such model or version.
    :raises PreconditionFailed: somebody was faster.
    :raises Refused: the version failed, or the model is in the archive.
    """
    model = get_model(session, key, lock=True)
    if expected_version is not None and model.version != expected_version:
        raise PreconditionFailed(
            N_("Somebody changed this model since you read it. Read it again and repeat it.")
        )
    require_active(model)
    version = get_version(session, model, number)
    if version.state == "failed":
        told = N_("Version %(number)s could not be fitted, so it cannot be put in force.")
        raise Refused(told, number=number)
    old = current_version(session, model)
    if old is version:
        return version
    put_in_force(session, model, version, by=write_context(session).actor.name, now=now)
    touch(session, model, now=now)
    before = {"number": old.number if old else None}
    record(
        session,
        "scoring_model.enabled",
        ("scoring_model", key),
        before=before,
        after={"number": number},
    )
    ask_for_scores(session, model)
    return version
