"""Make models: those that are ready-made, and others by parts that ask for them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from guanxi.sdk import Text, new_id, record, write_context
from guanxi_scoring.life.finding import get_model
from guanxi_scoring.life.kinds import kind_of
from guanxi_scoring.life.options import checked
from guanxi_scoring.models import Model


@dataclass(frozen=True, slots=True)
class ModelDraft:
    """A model to be made; see the columns of :class:`Model`."""

    key: str
    kind: str
    title: Text
    options: Mapping[str, Any] = field(default_factory=dict)
    refit_days: int | None = 30


READY_MADE: Final[tuple[ModelDraft, ...]] = (
    ModelDraft("lifetime", "lifetime", Text("Customer lifetime value", "客户终身价值")),
    ModelDraft("silence", "silence", Text("Silence of customers", "客户沉默")),
    ModelDraft("next_product", "products", Text("Next best product", "下一最佳产品")),
)
"""Models that are there wherever scoring is enabled; a part adds its own."""


def ensure_model(session: Session, draft: ModelDraft, *, now: datetime) -> bool:
    """Make a model unless its key is taken; say whether it was made.

    :raises Invalid: an option does not fit.
    """
    options = checked(kind_of(draft.kind).options, draft.options, now=now)
    values = {
        "id": new_id(),
        "key": draft.key,
        "kind": draft.kind,
        "title_en": draft.title.en,
        "title_zh": draft.title.zh,
        "options": options,
        "refit_days": draft.refit_days,
        "created_at": now,
        "changed_at": now,
        "changed_by": write_context(session).actor.name,
    }
    made = insert(Model).values(**values).on_conflict_do_nothing().returning(Model.id)
    if session.execute(made).first() is None:
        return False
    record(session, "scoring_model.made", ("scoring_model", draft.key), after={"options": options})
    return True


def ensure_ready_made(session: Session, *, now: datetime) -> list[Model]:
    """Make those ready-made models that are not there; return the new ones."""
    there = set(session.scalars(select(Model.key)))
    missing = [draft for draft in READY_MADE if draft.key not in there]
    made = [draft.key for draft in missing if ensure_model(session, draft, now=now)]
    return [get_model(session, key) for key in made]
