"""The scores of one customer by all goals in use, with their reasons, for whoever reads them."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from guanxi.sdk import Text, attributes_of
from guanxi_scoring.explaining.registry import Explained
from guanxi_scoring.life.contract import Reason, Sentence
from guanxi_scoring.models import Model, Version
from guanxi_scoring.models.propensity import Propensity
from guanxi_scoring.propensity.goals import KIND
from guanxi_scoring.sight import may
from guanxi_scoring.texts import N_

UNKNOWN: Final = N_(
    "This customer is unlike all from whom the goal was learnt, or too few cases are known."
)


def explain(session: Session, customer_id: UUID) -> Sequence[Explained]:
    """Return what each goal says of a customer."""
    query = (
        select(Model, Version.number, Propensity)
        .join(Version, and_(Version.model_id == Model.id, Version.state == "current"))
        .outerjoin(
            Propensity,
            and_(Propensity.model_id == Model.id, Propensity.customer_id == customer_id),
        )
        .where(Model.kind == KIND, Model.state == "active")
        .order_by(Model.key)
    )
    return [_explained(session, *row) for row in session.execute(query)]


def readable(session: Session, told: Iterable[Mapping[str, Any]]) -> list[Reason]:
    """Return stored reasons without those on attributes that whoever reads may not see."""
    known = attributes_of(session)
    return [
        Reason(Sentence(one["message"], one["values"]), one["weight"])
        for one in told
        if (found := known.get(one["feature"])) is None
        or found.permission is None
        or may(found.permission)
    ]


def _explained(session: Session, model: Model, number: int, score: Propensity | None) -> Explained:
    title = Text(model.title_en, model.title_zh)
    if score is None:
        unknown = Sentence(UNKNOWN)
        return Explained(
            model.key, title, None, "probability", model=model.key, version=number, unknown=unknown
        )
    return Explained(
        model.key, title, score.p, "probability", model=model.key, version=score.version,
        as_of=score.scored_at, reasons=readable(session, score.reasons),
    )  # fmt: skip
