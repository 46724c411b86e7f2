"""Look whether what comes in still resembles what models learnt from (模型漂移)."""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Final

from sqlalchemy.orm import Session

from guanxi.sdk import Text, raise_alarm
from guanxi_scoring.life.contract import Sentence
from guanxi_scoring.life.finding import current_versions, list_models
from guanxi_scoring.life.kinds import kind_of
from guanxi_scoring.life.options import instant_of
from guanxi_scoring.life.scoring import options_of
from guanxi_scoring.models import Model

_WHAT: Final[Mapping[str, Text]] = MappingProxyType(
    {
        "drift": Text("the model does not fit what comes in", "模型与新数据不符"),
        "scores": Text("scores could not be brought up to date", "评分未能更新"),
    }
)


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
        set_alarm(session, model, "drift", found, now=now)
        told[model.key] = found is not None
    return told


def set_alarm(
    session: Session, model: Model, cause: str, found: Sentence | None, *, now: datetime
) -> None:
    """Keep the alarm of a model for one cause as it is now, and tell people once when it begins.

    :param cause: ``drift``, or ``scores`` that could not be worked out.
    """
    there = model.alarm or {}
    if found is None:
        model.alarm = None if there.get("cause") == cause else model.alarm
        return
    since = there.get("since") if there.get("cause") == cause else None
    model.alarm = {**found.told, "cause": cause, "since": since or now.isoformat()}
    what = _WHAT[cause]
    raise_alarm(
        session,
        f"scoring.{cause}.{model.key}",
        Text(f"{model.title_en}: {what.en}", f"{model.title_zh}：{what.zh}"),
        Text(
            "Its scores should not be relied on. See its page, and fit it anew: guanxi scoring "
            f"fit {model.key}.",
            f"其评分暂不可靠。请查看模型页面并重新训练：guanxi scoring fit {model.key}。",
        ),
        now=now,
    )
