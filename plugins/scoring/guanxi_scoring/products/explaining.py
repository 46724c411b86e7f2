"""Why the next product of a customer is recommended."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from guanxi.sdk import Text
from guanxi_scoring.explaining.registry import Explained
from guanxi_scoring.life.contract import Reason, Sentence
from guanxi_scoring.models import Model, NextProduct
from guanxi_scoring.products.standing import at_work, descriptions
from guanxi_scoring.texts import N_

TITLE = Text("Next product", "下一推荐产品")
BOUGHT_WITH = N_("Bought with “%(product)s”, which the customer has.")
SELLS = {
    "country": N_("One of the best sellers in the customer's country; nothing closer is known."),
    "popular": N_("One of the best sellers; nothing closer is known."),
}


def explain(session: Session, customer_id: UUID) -> Sequence[Explained]:
    """Return the product that stands first, with what speaks for it."""
    row = session.scalar(
        select(NextProduct).where(NextProduct.customer_id == customer_id, NextProduct.rank == 1)
    )
    if row is None:
        return _unknown(session)
    names = descriptions(session, [row.product, *row.because])
    named = names[row.product]
    told = row.product if named == row.product else f"{row.product} · {named}"
    model = session.get_one(Model, row.model_id)
    return [
        Explained(
            "next_product",
            TITLE,
            Text(told, told),
            "words",
            model=model.key,
            version=row.number,
            as_of=row.as_of,
            reasons=reasons(row.source, [names[one] for one in row.because]),
        )
    ]


def reasons(source: str, because: Sequence[str]) -> list[Reason]:
    """Return the sentences of what speaks for a product, the strongest first."""
    if source in SELLS:
        return [Reason(Sentence(SELLS[source]), 1.0)]
    return [
        Reason(Sentence(BOUGHT_WITH, {"product": name}), 1.0 / place)
        for place, name in enumerate(because, 1)
    ]


def _unknown(session: Session) -> list[Explained]:
    if at_work(session) is None:
        return []
    told = Sentence(N_("Nothing was bought yet; best sellers stand on the page of products."))
    return [Explained("next_product", TITLE, None, "words", unknown=told)]
