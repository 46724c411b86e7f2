"""Models and versions made directly, for tests of what is shown of them."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from guanxi.sdk import new_id
from guanxi_scoring.models import Model, Version

TRACKING = {
    "columns": ["week", "actual", "expected"],
    "rows": [[1, 10, 11.5], [2, 22, 23.25], [3, 30, 35.0]],
}
ALIVE = {
    "columns": ["frequency", "recency", "p_alive"],
    "rows": [[1, 30, 0.25], [2, 30, 0.5], [1, 60, 0.75], [2, 60, None]],
}
PARAMETERS = {"r": 0.2425, "alpha": 4.4136, "a": 0.7929, "b": 2.4259}


def make_model(session: Session, now: datetime, key: str = "lifetime", **values: Any) -> Model:
    """Make a model that nobody has fitted yet."""
    usual = {
        "id": new_id(),
        "key": key,
        "kind": "lifetime",
        "title_en": f"{key.capitalize()} value",
        "title_zh": f"价值 {key}",
        "refit_days": 30,
        "options": {"as_of": "now", "seed": 1},
        "created_at": now - timedelta(days=90),
        "changed_at": now - timedelta(days=90),
        "changed_by": "Wei",
    }
    model = Model(**(usual | values))
    session.add(model)
    session.flush()
    return model


def make_version(
    session: Session, model: Model, now: datetime, number: int = 1, **values: Any
) -> Version:
    """Make a version of a model, in force unless ``state`` says otherwise."""
    trained = now - timedelta(days=20 - number)
    usual = {
        "model_id": model.id,
        "number": number,
        "state": "current",
        "cause": "first",
        "engine": "postgres",
        "seed": 1,
        "as_of": trained,
        "window_from": (trained - timedelta(days=300)).date(),
        "window_until": trained.date(),
        "sample": 2357,
        "fingerprint": "ab" * 32,
        "parameters": PARAMETERS,
        "standard_errors": {"r": 0.0126, "alpha": 0.3782, "a": 0.1858, "b": 0.7051},
        "fit": {"log_likelihood": -9582.4243, "converged": True},
        "metrics": {"mae": 0.75},
        "pictures": {"tracking": TRACKING, "alive_matrix": ALIVE},
        "warnings": [],
        "trained_at": trained,
        "took_ms": 1234,
        "asked_by": "Li Na",
    }
    usual |= {"enabled_at": trained, "enabled_by": "Wei"} if values.get("state") is None else {}
    version = Version(**(usual | values))
    session.add(version)
    session.flush()
    return version
