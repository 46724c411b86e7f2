"""What everybody did as arrays, from the engine that is asked for; ``behaviour`` says what."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from guanxi_scoring.company import company
from guanxi_scoring.features.engines import opened

if TYPE_CHECKING:
    from guanxi_scoring.features.columns import Columns


def behave(
    session: Session,
    *,
    as_of: datetime,
    engine: str = "",
    location: str = "",
    kinds: Sequence[str] = (),
    channels: Sequence[str] = (),
    outcomes: Sequence[str] = (),
) -> "Columns":
    """Return what each customer with a touchpoint before ``as_of`` did, in the order of ids.

    :raises CannotFit: the engine is not there, or its lake.
    """
    from guanxi_scoring.features.behaviour import behaviour  # noqa: PLC0415 -- heavy
    from guanxi_scoring.features.columns import order_of  # noqa: PLC0415 -- heavy

    now = company(session)
    with opened(session, as_of=as_of, engine=engine, location=location) as found:
        expression = behaviour(
            found.tables,
            as_of=as_of,
            zone=now.zone,
            currency=now.currency,
            kinds=kinds,
            channels=channels,
            outcomes=outcomes,
        )
        columns = found.fetch(expression)
    order = order_of(columns["customer_id"])
    return {name: values[order] for name, values in columns.items()}
