"""Which models are to be fitted anew, as their ``refit_days`` are over."""

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from guanxi_scoring.life.finding import list_models
from guanxi_scoring.life.ordering import order_fit
from guanxi_scoring.models import Model, Version


def overdue(session: Session, *, now: datetime) -> list[Model]:
    """Return the models whose last fit, also one that failed, is ``refit_days`` old; or none is."""
    latest = func.max(Version.trained_at).label("latest")
    rows = session.execute(select(Version.model_id, latest).group_by(Version.model_id))
    last = {row.model_id: row.latest for row in rows}

    def is_due(model: Model) -> bool:
        if model.refit_days is None:
            return False
        return model.id not in last or last[model.id] <= now - timedelta(days=model.refit_days)

    return [model for model in list_models(session) if is_due(model)]


def order_overdue(session: Session, *, now: datetime) -> list[str]:
    """Have models fitted whose time has come; return their keys."""
    fitted = set(session.scalars(select(Version.model_id)))
    found = overdue(session, now=now)
    for model in found:
        order_fit(session, model, "schedule" if model.id in fitted else "first", now=now)
    return [model.key for model in found]
