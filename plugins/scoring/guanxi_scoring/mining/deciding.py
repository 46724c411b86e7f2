"""What staff or the customer say of an inferred preference; a rejection holds for good."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from guanxi.sdk import (
    Invalid,
    NotFound,
    PreconditionFailed,
    append,
    customers,
    record,
    write_context,
)
from guanxi_scoring.mining.events import PreferenceDecided
from guanxi_scoring.models import Preference
from guanxi_scoring.texts import N_

DECISIONS: Final = ("confirmed", "rejected")
SAID_BY: Final = ("staff", "customer")
_LONGEST: Final = 500


def preferences_of(session: Session, customer_id: UUID) -> Sequence[Preference]:
    """Return what a customer seems to prefer and what was said of it, the surest first."""
    return session.scalars(
        select(Preference)
        .where(Preference.customer_id == customer_id)
        .order_by(
            Preference.dimension,
            (Preference.confidence - Preference.usual).desc(),
            Preference.value,
        )
    ).all()


def decide_preference(
    session: Session,
    customer_id: UUID,
    about: tuple[str, str],
    decision: str,
    *,
    said_by: str = "staff",
    reason: str = "",
    now: datetime,
    version: int | None = None,
) -> Preference:
    """Confirm or reject a preference.

    :param about: dimension and value.
    :raises Invalid: the decision, or who said it, is none of those there are.
    :raises NotFound: nothing like that was inferred.
    :raises PreconditionFailed: somebody else decided meanwhile.
    """
    if decision not in DECISIONS:
        raise Invalid(N_("Confirm it, or reject it."), fields={"decision": []})
    if said_by not in SAID_BY:
        raise Invalid(N_("Say whether staff or the customer says so."), fields={"said_by": []})
    dimension, value = (one.replace("\x00", "") for one in about)
    found = session.get(Preference, (customer_id, dimension, value), with_for_update=True)
    if found is None:
        raise NotFound(N_("Nothing like that is known of this customer now."))
    if version is not None and found.version != version:
        raise PreconditionFailed(
            N_("Somebody changed this since you read it. Read it again and repeat your change.")
        )
    before = {"state": found.state}
    found.state, found.said_by, found.decided_at = decision, said_by, now
    found.decided_by = write_context(session).actor.name
    found.reason = customers.clean_text(reason, _LONGEST) or None
    found.version += 1
    session.flush()
    record(
        session, f"scoring_preference.{decision}", ("customer", customer_id), before=before,
        after={"state": decision, "dimension": dimension, "said_by": said_by},
    )  # fmt: skip
    append(
        session,
        PreferenceDecided(customer_id=customer_id, dimension=dimension, decision=decision),
    )
    return found
