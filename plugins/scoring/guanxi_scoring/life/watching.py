"""Look whether what comes in still resembles what models learnt from (模型漂移)."""

from datetime import datetime

from sqlalchemy.orm import Session

from guanxi.sdk import Text, raise_alarm
from guanxi_scoring.life.contract import Sentence
from guanxi_scoring.life.finding import current_versions, list_models
from guanxi_scoring.life.kinds import kind_of
from guanxi_scoring.life.options import instant_of
from guanxi_scoring.life.scoring import options_of
from guanxi_scoring.models import Model


def watch(session: Session, *, now: datetime) -> dict[str, bool]:
    """Keep the alarms of models as they are now; return which ones drift, by key."""
    versions = current_versions(session)
    told = {}
    for model in list_models(session):
        drift = kind_of(model.kind).drift
        version = versions.get(model.id)
        if drift is None or version is None:
            continue
        found = drift(session, model, version, instant_of(options_of(version), now))
        set_alarm(session, model, found, now=now)
        told[model.key] = found is not None
    return told


def set_alarm(session: Session, model: Model, found: Sentence | None, *, now: datetime) -> None:
    """Keep the alarm of a model as it is now, and tell people once when it begins."""
    if found is None:
        model.alarm = None
        return
    since = (model.alarm or {}).get("since", now.isoformat())
    model.alarm = {**found.told, "since": since}
    raise_alarm(
        session,
        f"scoring.drift.{model.key}",
        Text(
            f"{model.title_en}: the model does not fit what comes in",
            f"{model.title_zh}：模型与新数据不符",
        ),
        Text(
            "Its scores should not be relied on. See its page, and fit it anew: guanxi scoring "
            f"fit {model.key}.",
            f"其评分暂不可靠。请查看模型页面并重新训练：guanxi scoring fit {model.key}。",
        ),
        now=now,
    )
