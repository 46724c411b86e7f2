"""What a programme gives for a referral: how much to whom, for which purchase, after how long."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from guanxi.sdk import Invalid, NotFound, record
from guanxi_loyalty.models import Programme, ReferralTerms, Unit
from guanxi_loyalty.texts import N_
from guanxi_loyalty.versions import require_version

MOST = 10**9


@dataclass(frozen=True, slots=True, kw_only=True)
class TermsDraft:
    """Terms to be put in force; see :class:`ReferralTerms`. ``most``: None for no limit."""

    referrer_points: int
    referred_points: int
    unit: str = "points"
    min_order: int = 0
    window_days: int = 14
    most: int | None = None
    active: bool = True


def set_terms(
    session: Session,
    programme: Programme,
    draft: TermsDraft,
    *,
    now: datetime,
    by: str,
    expected_version: int | None = None,
) -> None:
    """Put terms in force, for purchases and rewards from now on.

    :param expected_version: the version that the person saw; 0: none yet.

    :raises Invalid: a number below zero or absurdly large.
    :raises NotFound: there is no such unit.
    :raises PreconditionFailed: somebody changed them since.
    """
    numbers = {"referrer_points", "referred_points", "min_order", "window_days"}
    for name in numbers:
        if not 0 <= getattr(draft, name) <= MOST:
            raise Invalid(N_("This number does not do."), fields={name: []})
    if draft.most is not None and draft.most <= 0:
        raise Invalid(N_("This number does not do."), fields={"most": []})
    unit_id = session.scalar(
        select(Unit.id).where(Unit.programme_id == programme.id, Unit.key == draft.unit)
    )
    if unit_id is None:
        raise NotFound(N_("There is no unit %(unit)s."), unit=draft.unit)
    values = {name: getattr(draft, name) for name in draft.__slots__ if name != "unit"}
    known = select(ReferralTerms.version).where(ReferralTerms.programme_id == programme.id)
    version = session.scalar(known.with_for_update()) or 0
    require_version(version, expected_version)
    values |= {"unit_id": unit_id, "changed_at": now, "changed_by": by, "version": version + 1}
    session.execute(
        insert(ReferralTerms)
        .values(programme_id=programme.id, **values)
        .on_conflict_do_update(index_elements=["programme_id"], set_=values)
    )
    subject = ("loyalty_programme", programme.key)
    after = {name: values[name] for name in (*sorted(numbers), "most", "active")}
    record(session, "loyalty.referral_terms_set", subject, after=after)


def terms_of(session: Session, programme: Programme) -> ReferralTerms | None:
    """Return the terms in force; None where referrals are not rewarded."""
    found = session.get(ReferralTerms, programme.id, populate_existing=True)
    return found if found is not None and found.active else None
