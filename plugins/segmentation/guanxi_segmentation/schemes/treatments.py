"""How a class is treated (差异化策略): changed for all its customers at once, with history.

Customers carry no copy of it: attributes read the treatment of the class that they are in.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from guanxi.sdk import (
    Channel,
    Invalid,
    NotFound,
    announce_change,
    new_id,
    record,
    run_job,
    write_context,
)
from guanxi_segmentation.company import PLUGIN
from guanxi_segmentation.models import Scheme, SchemeClass, Treatment
from guanxi_segmentation.schemes.drafts import KEY, ClassDraft
from guanxi_segmentation.texts import N_

TEXTS: Final = ("service_level", "offer_band", "preferred_channel", "looked_after_by")
FIELDS: Final = (*TEXTS, "cadence_days")
LONGEST: Final = 120
LONGEST_CADENCE: Final = 3660


def set_treatment(
    session: Session,
    scheme: Scheme,
    member: SchemeClass,
    values: Mapping[str, Any],
    *,
    now: datetime,
) -> Treatment:
    """Treat all customers of a class like this from now on; what is not named stays.

    :param values: ``service_level``, ``offer_band``, ``cadence_days``, ``preferred_channel`` (the
        key of a channel), ``looked_after_by``; None for nothing in particular. A channel that was
        put away since may stay.
    :raises Invalid: an unknown name, or a value that does not do.
    """
    found = treatment_of(session, member)
    wanted = _checked(session, values, found)
    before = {name: getattr(found, name) if found else None for name in FIELDS}
    after = {**before, **wanted}
    if found is not None and after == before:
        return found
    made = Treatment(
        id=new_id(),
        class_id=member.id,
        from_at=now,
        until_at=None,
        actor_name=write_context(session).actor.name,
        **after,
    )
    if found is not None:
        _end(session, found, now)
    session.add(made)
    session.flush()
    subject = ("scheme", f"{scheme.key}/{member.key}")
    record(session, "segmentation.treatment_changed", subject, before=before, after=after)
    announce_change(session)
    if found is not None:
        run_job(session, PLUGIN, "rebuild")
    return made


def at_hand(session: Session, classes: Iterable[ClassDraft]) -> list[ClassDraft]:
    """Return ready-made classes without the preferred channels that the company does not offer."""
    offered = set(session.scalars(select(Channel.key).where(Channel.archived.is_(False))))

    def treated(one: ClassDraft) -> dict[str, Any]:
        fits = one.treatment.get("preferred_channel") in {None, *offered}
        return {k: v for k, v in one.treatment.items() if fits or k != "preferred_channel"}

    return [replace(one, treatment=treated(one)) for one in classes]


def treatment_of(session: Session, member: SchemeClass) -> Treatment | None:
    """Return how a class is treated now; None where nobody said."""
    return session.scalars(
        select(Treatment).where(Treatment.class_id == member.id, Treatment.until_at.is_(None))
    ).one_or_none()


def treatments_of(session: Session, classes: Iterable[SchemeClass]) -> Mapping[UUID, Treatment]:
    """Return how several classes are treated now, by the id of the class; with one statement."""
    ids = [one.id for one in classes]
    found = session.scalars(
        select(Treatment).where(Treatment.class_id.in_(ids), Treatment.until_at.is_(None))
    )
    return {one.class_id: one for one in found}


def treatment_history(session: Session, member: SchemeClass) -> Sequence[Treatment]:
    """Return all treatments that a class had, the latest first."""
    return session.scalars(
        select(Treatment)
        .where(Treatment.class_id == member.id)
        .order_by(Treatment.from_at.desc(), Treatment.id.desc())
    ).all()


def treatment_at(session: Session, member: SchemeClass, at: datetime) -> Treatment | None:
    """Return how a class was treated at an instant."""
    return session.scalars(
        select(Treatment)
        .where(
            Treatment.class_id == member.id,
            Treatment.from_at <= at,
            Treatment.until_at.is_(None) | (Treatment.until_at > at),
        )
        .order_by(Treatment.from_at.desc())
        .limit(1)
    ).one_or_none()


def get_class(session: Session, scheme: Scheme, key: str, *, archived: bool = False) -> SchemeClass:
    """Return a class in use.

    :param archived: also one that nobody is sorted into any more.
    :raises NotFound: the scheme has none of that key.
    """
    query = select(SchemeClass).where(SchemeClass.scheme_id == scheme.id, SchemeClass.key == key)
    if not archived:
        query = query.where(SchemeClass.archived.is_(False))
    found = session.scalars(query).one_or_none() if KEY.fullmatch(key) else None
    if found is None:
        raise NotFound(N_("There is no class %(key)s in this scheme."), key=key[:80])
    return found


def _end(session: Session, found: Treatment, now: datetime) -> None:
    """End a treatment; one that began at this very instant never was."""
    if found.from_at >= now:
        session.delete(found)
    else:
        found.until_at = now
    session.flush()


def _checked(
    session: Session, values: Mapping[str, Any], found: Treatment | None
) -> dict[str, Any]:
    unknown = sorted(values.keys() - set(FIELDS))
    if unknown:
        raise Invalid(N_("A treatment cannot hold %(name)s."), name=unknown[0][:80])
    wanted: dict[str, Any] = {
        name: _days(value) if name == "cadence_days" else _text(name, value)
        for name, value in values.items()
    }
    channel = wanted.get("preferred_channel")
    if channel is not None and (found is None or channel != found.preferred_channel):
        _require_channel(session, channel)
    return wanted


def _require_channel(session: Session, key: str) -> None:
    """Refuse a channel that is not in the vocabulary, or in its archive."""
    known = {one.key: one.archived for one in session.scalars(select(Channel))}
    if known.get(key, True):
        raise Invalid(
            N_("There is no channel %(value)s. Choose one of: %(channels)s."),
            value=key[:80],
            channels=", ".join(sorted(one for one, archived in known.items() if not archived)),
            fields={"preferred_channel": [key[:80]]},
        )


def _text(name: str, value: Any) -> str | None:
    if value is None:
        return None
    text = " ".join(value.split()) if isinstance(value, str) else "\0"
    if len(text) > LONGEST or not text.isprintable():
        raise Invalid(
            N_("Write one line of at most %(most)s characters."),
            most=LONGEST,
            fields={name: [str(value)[:80]]},
        )
    return text or None


def _days(value: Any) -> int | None:
    if value is None:
        return None
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= LONGEST_CADENCE:
        raise Invalid(
            N_("Write whole days, from 1 to %(most)s."),
            most=LONGEST_CADENCE,
            fields={"cadence_days": [str(value)[:80]]},
        )
    return value
