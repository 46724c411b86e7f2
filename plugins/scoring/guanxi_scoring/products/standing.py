"""Which model of products is at work, and what it says of customers: stored, or found at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from guanxi_scoring.asking import ask
from guanxi_scoring.life import locking, reaction
from guanxi_scoring.life.scoring import options_of
from guanxi_scoring.models import Model, Neighbour, NextProduct, Product, ScoreRound, Version
from guanxi_scoring.products import recommending
from guanxi_scoring.products.recommending import Recommended

_LEARNT: Final = text("SELECT model_id, number FROM scoring_product_neighbours LIMIT 1")


@dataclass(frozen=True, slots=True)
class AtWork:
    """The model whose neighbours are stored, with the version and its options."""

    model: Model
    version: Version
    options: Mapping[str, Any]
    as_of: datetime
    """Availability and best sellers are of this instant."""


def at_work(session: Session) -> AtWork | None:
    """Return the model of products that is at work; None: nothing is learnt yet."""
    learnt = select(Neighbour.model_id, Neighbour.number).limit(1).subquery("learnt")
    found = session.execute(
        select(Model, Version)
        .join(Version, Version.model_id == Model.id)
        .join(
            learnt,
            (Version.model_id == learnt.c.model_id) & (Version.number == learnt.c.number),
        )
    ).first()
    if found is None:
        return None
    model, version = found
    done = session.get(ScoreRound, model.id)
    known = done.as_of if done is not None else version.as_of
    return AtWork(model, version, options_of(version), known)


def refresh(session: Session, customers: Sequence[UUID], now: datetime) -> None:
    """Work out anew what to offer customers of whom something has come in."""
    (learnt,) = ask(session, (_LEARNT, {}))
    if not learnt:
        return
    found = reaction.numbered(session, *learnt[0])
    reaction.share(session, found.model.key)
    version = found.version
    recommending.store(
        session, customers, now, options_of(version),
        model_id=found.model.id, number=version.number,
    )  # fmt: skip


def refresh_everybody(session: Session, now: datetime) -> int:
    """Work out anew what to offer everybody, such as after products were marked; how many."""
    found = at_work(session)
    if found is None:
        return 0
    locking.own_scores(session, found.model.key)
    everybody = recommending.buyers(session, now)
    store(session, found, everybody, now)
    return len(everybody)


def store(session: Session, found: AtWork, customers: Sequence[UUID], now: datetime) -> None:
    """Store what to offer customers, by the model at work."""
    recommending.store(
        session,
        customers,
        now,
        found.options,
        model_id=found.model.id,
        number=found.version.number,
    )


def next_products(session: Session, customer_id: UUID, now: datetime) -> list[Recommended]:
    """Return what to offer a customer; who has bought nothing is offered what sells best."""
    rows = session.scalars(
        select(NextProduct).where(NextProduct.customer_id == customer_id).order_by(NextProduct.rank)
    ).all()
    if rows:
        return [Recommended(r.rank, r.product, r.score, r.source, r.because) for r in rows]
    found = at_work(session)
    if found is None:
        return []
    return recommending.rank(session, customer_id, now, found.options)


def descriptions(session: Session, products: Sequence[str]) -> dict[str, str]:
    """Return what products are called; the code itself where nobody said."""
    rows = session.execute(
        select(Product.product, Product.description).where(Product.product.in_(products))
    )
    return {**{one: one for one in products}, **{code: name or code for code, name in rows}}
