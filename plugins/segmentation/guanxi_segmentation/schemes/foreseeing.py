"""What would become of the classes of a scheme if it were saved now; nothing is stored.

Within the sight of whoever asks; thresholds by share are those of all customers in any case.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from psycopg.errors import QueryCanceled
from sqlalchemy import Select, case, func, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from guanxi.sdk import Customer, Invalid, attributes_of, customers, new_id
from guanxi_segmentation.membership.hidden import begins_now
from guanxi_segmentation.membership.previewing import looking
from guanxi_segmentation.models import Scheme, SchemeClass
from guanxi_segmentation.rules import Context, matches, read
from guanxi_segmentation.schemes import tiers
from guanxi_segmentation.schemes.class_rules import checked_class_rule, require_no_circle_of
from guanxi_segmentation.schemes.domain import checked_options, get_scheme
from guanxi_segmentation.schemes.drafts import TIERS, ClassDraft, checked_classes, drafts_of
from guanxi_segmentation.schemes.options import check_attributes, tier_options
from guanxi_segmentation.schemes.sizes import sizes
from guanxi_segmentation.schemes.sorting import classes_of
from guanxi_segmentation.texts import N_

SECONDS: Final = 3.0
"""The database gives up counting by rules after so long."""


@dataclass(frozen=True, slots=True)
class Foreseen:
    """Customers by the place of the class, None where counting took too long.

    :param limits: of tiers, the thresholds by ``present`` and ``potential``.
    :param held_from_now: a "has been so for at least" counts from when the scheme is saved.
    """

    counts: Sequence[int] | None
    limits: Mapping[str, Decimal | None] = field(default_factory=dict)
    held_from_now: bool = False


@dataclass(frozen=True, slots=True)
class Trial:
    """A scheme to be tried.

    :param scheme: as it stands, so that hysteresis and minimum stay count; None for a new one.
    :param options: what differs from its options, or from the usual ones.
    :param classes: None for those that it has.
    """

    kind: str
    scheme: Scheme | None = None
    options: Mapping[str, Any] = field(default_factory=dict)
    classes: Sequence[ClassDraft] | None = None

    @property
    def given(self) -> Mapping[str, Any]:
        """All options that would be saved."""
        return {**(self.scheme.options if self.scheme else {}), **self.options}


def foresee(session: Session, trial: Trial, *, as_of: datetime) -> Foreseen:
    """Return what the classes would be, if the trial were saved now.

    :raises Invalid: the options, the classes or their rules do not do.
    :raises Conflict: a rule leads back to the classes of the scheme.
    """
    if trial.scheme is not None and trial.scheme.kind != trial.kind:
        raise Invalid(N_("The kind of a scheme cannot be changed."), fields={"kind": [trial.kind]})
    return _HOW[trial.kind](session, trial, as_of)


def _by_tiers(session: Session, trial: Trial, as_of: datetime) -> Foreseen:
    options, offered = tier_options(trial.given), attributes_of(session)
    check_attributes(options, offered)
    attributes = {axis: offered[getattr(options, axis)] for axis in tiers.AXES}
    if trial.scheme:
        scheme, classes = trial.scheme, classes_of(session, trial.scheme)
    else:
        scheme, classes = Scheme(id=new_id()), [SchemeClass(id=new_id()) for _ in range(TIERS)]
    limits = tiers.thresholds(session, options, attributes)
    found = tiers.wanted(scheme, classes, options, attributes, limits, few=None, as_of=as_of)
    wanted = found.subquery("foreseen")
    counted = (
        select(wanted.c.class_id, func.count())
        .where(customers.in_sight(session, wanted.c.customer_id))
        .group_by(wanted.c.class_id)
    )
    by_class: dict[UUID, int] = {row[0]: row[1] for row in session.execute(counted)}
    return Foreseen([by_class.get(one.id, 0) for one in classes], limits)


def _by_mapping(session: Session, trial: Trial, _as_of: datetime) -> Foreseen:
    """Count the classes of the scheme that it follows, through the mapping."""
    keys = [one.key for one in _classes(session, trial)]
    options = checked_options(session, trial.kind, trial.given, keys)
    counts = dict.fromkeys(keys, 0)
    for size in sizes(session, get_scheme(session, options["of"])):
        counts[options["map"][size.member.key]] += size.customers
    return Foreseen(list(counts.values()))


def _by_rules(session: Session, trial: Trial, as_of: datetime) -> Foreseen:
    """Ask the rules in their order; who fits none is in the last class."""
    classes = _classes(session, trial)
    checked_options(session, trial.kind, trial.given, [one.key for one in classes])
    scheme = trial.scheme or Scheme(key="")
    documents = [checked_class_rule(session, scheme, one) for one in classes[:-1]]
    for document in documents:
        require_no_circle_of(session, scheme, document)
    rules = {str(place): read(one) for place, one in enumerate(documents)}
    found = matches(rules, as_of=as_of, context=Context.of(session)).subquery("found")
    fits = [(found.c.segments.contains([key]), int(key)) for key in rules]
    place = case(*fits, else_=len(rules)).label("place")
    counted = (
        select(place, func.count(Customer.id))
        .join_from(Customer, found, found.c.customer_id == Customer.id)
        .group_by(place)
    )
    by_place = _counted(session, counted)
    counts = None if by_place is None else [by_place.get(n, 0) for n in range(len(classes))]
    return Foreseen(counts, held_from_now=begins_now(session, rules.values()))


def _counted(session: Session, query: Select[Any]) -> dict[int, int] | None:
    try:
        with looking(session, SECONDS) as reading:
            return {row[0]: row[1] for row in reading.execute(query)}
    except DBAPIError as error:
        if not isinstance(error.orig, QueryCanceled):
            raise
        return None


def _classes(session: Session, trial: Trial) -> list[ClassDraft]:
    given = trial.classes
    if given is None:
        given = drafts_of(classes_of(session, trial.scheme)) if trial.scheme else ()
    return checked_classes(trial.kind, given)


_HOW: Final = {"tiers": _by_tiers, "mapped": _by_mapping, "rules": _by_rules}
