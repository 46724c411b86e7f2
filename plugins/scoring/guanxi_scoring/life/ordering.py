"""Ask for a fit or for scores; the worker does it, and whoever asks goes on."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from guanxi.sdk import Refused, run_job, write_context
from guanxi_scoring.company import PLUGIN, company
from guanxi_scoring.models import FitOrder, Model, ScoreRound
from guanxi_scoring.texts import N_

FIT = "fit"
SCORE = "score"
"""Names of the jobs."""


def order_fit(
    session: Session,
    model: Model,
    cause: str,
    *,
    engine: str = "",
    location: str = "",
    now: datetime,
) -> bool:
    """Have a model fitted by the worker; False if that is asked for already.

    :param engine: empty: the one of the settings; so also ``location``, of the lake.
    :raises Refused: the model is in the archive.
    """
    require_active(model)
    values = {
        "model_id": model.id,
        "cause": cause,
        "engine": engine or company(session).settings["engine"],
        "location": location,
        "asked_by": write_context(session).actor.name,
        "asked_at": now,
    }
    made = insert(FitOrder).values(**values).on_conflict_do_nothing().returning(FitOrder.model_id)
    is_new = session.execute(made).first() is not None
    run_job(session, PLUGIN, FIT)
    return is_new


def waiting_orders(session: Session) -> Sequence[FitOrder]:
    """Return the fits that wait, the oldest first."""
    return session.scalars(select(FitOrder).order_by(FitOrder.asked_at, FitOrder.model_id)).all()


def forget_orders(session: Session, model: Model) -> None:
    """Forget what was asked for of a model."""
    session.execute(delete(FitOrder).where(FitOrder.model_id == model.id))


def ask_for_scores(session: Session, model: Model) -> bool:
    """Have everybody scored anew by the worker, with the version in force.

    :return: False if the worker is asked for that already.
    :raises Refused: the model is in the archive.
    """
    require_active(model)
    session.execute(update(ScoreRound).where(ScoreRound.model_id == model.id).values(asked=True))
    return run_job(session, PLUGIN, SCORE)


def require_active(model: Model) -> None:
    """Refuse what an archived model does not do.

    :raises Refused: it is in the archive.
    """
    if model.state != "active":
        told = N_("The model %(key)s is in the archive. Take it out first.")
        raise Refused(told, key=model.key)
