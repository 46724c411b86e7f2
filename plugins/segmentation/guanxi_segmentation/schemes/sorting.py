"""Put customers into the classes of all schemes: computed, by rules, or after another scheme.

Two steps of the pipeline: computed classes come before rules are looked at, classes by rules
after. A scheme that cannot be worked out now says why, and leaves everybody where they are.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Final, NamedTuple
from uuid import UUID

from sqlalchemy import (
    CompoundSelect,
    Select,
    Text,
    Uuid,
    any_,
    bindparam,
    case,
    exists,
    func,
    literal,
    select,
    union_all,
)
from sqlalchemy.dialects.postgresql import ARRAY, TIMESTAMP
from sqlalchemy.orm import Session

from guanxi.sdk import Attribute, Customer, Invalid, attributes_of
from guanxi_segmentation.models import Scheme, SchemeClass, Segment, State
from guanxi_segmentation.schemes import tiers
from guanxi_segmentation.schemes.class_segments import segment_key
from guanxi_segmentation.schemes.moving import STAYS, anybody_moves, move, moving
from guanxi_segmentation.schemes.options import TierOptions, check_attributes, tier_options

Few = Sequence[UUID] | None
_LIVING: Final = (Customer.merged_into.is_(None), Customer.erased_at.is_(None))


def sort_computed(
    session: Session, customers: Collection[UUID] | None, *, as_of: datetime, cause: str
) -> bool:
    """Sort by tiers and by schemes that follow tiers; say whether anybody's class changed."""
    return _sort(session, customers, "tiers", as_of=as_of, cause=cause)


def sort_by_rules(
    session: Session, customers: Collection[UUID] | None, *, as_of: datetime, cause: str
) -> bool:
    """Sort by rules and by schemes that follow these; say whether anybody's class changed."""
    return _sort(session, customers, "rules", as_of=as_of, cause=cause)


IDS: Final = bindparam("ids", type_=ARRAY(Uuid))
AS_OF: Final = bindparam("as_of", type_=TIMESTAMP(timezone=True))
_CAUSE: Final = bindparam("cause", type_=Text)
_AMONG: Final = STAYS.c.customer_id == any_(IDS)


class ClassMove(NamedTuple):
    """The statement that sorts some customers by one scheme; ``moving.told`` takes its rows.

    Its parameters are ``ids``, ``as_of`` and ``cause``.
    """

    scheme: str
    names: Mapping[UUID, str]
    statement: CompoundSelect[Any]


@dataclass(frozen=True, slots=True)
class Computed:
    """What :func:`sort_computed` does with some customers, to be put together once.

    :param differ: finds a row if anything is to be done (``ids``, ``as_of``); None: nothing ever.
    :param moves: does it.
    :param keys: the attributes that are looked at.
    """

    differ: CompoundSelect[Any] | None
    moves: Sequence[ClassMove]
    keys: frozenset[str]


def computed(session: Session, offered: Mapping[str, Attribute]) -> Computed | None:
    """Return what sorting some customers would do now; None where only sorting itself can tell."""
    found: list[Select[Any]] = []
    moves: list[ClassMove] = []
    keys: set[str] = set()
    active = {scheme.key: scheme for scheme in _active(session)}
    for scheme in active.values():
        if scheme.kind != "tiers" or scheme.built_at is None:
            continue
        options = tier_options(scheme.options)
        axes = {axis: getattr(options, axis) for axis in tiers.AXES}
        if scheme.cut is None or scheme.problem is not None or not _fits(options, offered):
            return None
        attributes = {axis: offered[key] for axis, key in axes.items()}
        classes, limits = classes_of(session, scheme), read_cut(scheme)
        query = tiers.wanted(scheme, classes, options, attributes, limits, few=IDS, as_of=AS_OF)
        found.append(anybody_moves(scheme, query, _AMONG))
        moves.append(_class_move(scheme, classes, query))
        moves += _following(session, scheme, active)
        keys.update(axes.values())
    differ = union_all(*(select(one.subquery()) for one in found)) if found else None
    return Computed(differ, moves, frozenset(keys))


def _following(
    session: Session, source: Scheme, active: Mapping[str, Scheme]
) -> Iterator[ClassMove]:
    for scheme in active.values():
        if scheme.kind != "mapped" or scheme.options["of"] != source.key or not scheme.built_at:
            continue
        classes = classes_of(session, scheme)
        query = _mapped(session, scheme, source, classes).where(_AMONG)
        yield _class_move(scheme, classes, query)


def _class_move(scheme: Scheme, classes: list[SchemeClass], query: Select[Any]) -> ClassMove:
    names = {one.id: one.key for one in classes}
    statement = moving(scheme, query, _AMONG, as_of=AS_OF, cause=_CAUSE, first=_CAUSE)
    return ClassMove(scheme.key, names, statement)


def _fits(options: TierOptions, offered: Mapping[str, Attribute]) -> bool:
    try:
        check_attributes(options, offered)
    except Invalid:
        return False
    return True


@dataclass(frozen=True, slots=True)
class Asked:
    """Whom to sort (``few`` None: everybody), as of when, why, among which schemes."""

    session: Session
    few: Few
    as_of: datetime
    cause: str
    schemes: Mapping[str, Scheme]


def _sort(
    session: Session,
    customers: Collection[UUID] | None,
    kind: str,
    *,
    as_of: datetime,
    cause: str,
) -> bool:
    if customers is not None and not customers:
        return False
    few = None if customers is None else list(customers)
    active = {scheme.key: scheme for scheme in _active(session)}
    asked = Asked(session, few, as_of, cause, active)
    moved = {s.key: _sort_one(asked, s) for s in active.values() if s.kind == kind}
    followers = [s for s in active.values() if s.kind == "mapped" and s.options["of"] in moved]
    after = [
        _sort_one(asked, one) for one in followers if few is None or moved[one.options["of"]] > 0
    ]
    return sum(moved.values()) + sum(after) > 0


def _active(session: Session) -> Sequence[Scheme]:
    query = select(Scheme).where(Scheme.state == "active").order_by(Scheme.created_at, Scheme.key)
    return session.scalars(query).all()


def _sort_one(asked: Asked, scheme: Scheme) -> int:
    """Sort by one scheme; what was never built waits for the first refresh of everybody."""
    session, first = asked.session, scheme.built_at is None
    if first and asked.few is not None:
        return 0
    classes = classes_of(session, scheme)
    query = _WANTED[scheme.kind](asked, scheme, classes)
    if query is None:
        return 0
    moved = move(
        session,
        scheme,
        query,
        few=asked.few,
        as_of=asked.as_of,
        cause="built" if first else asked.cause,
        names={one.id: one.key for one in classes},
    )
    if asked.few is None:
        scheme.built_at = asked.as_of
        session.flush()
    return moved


def classes_of(session: Session, scheme: Scheme) -> list[SchemeClass]:
    """Return the classes in use, the best first; the last is the default."""
    return list(
        session.scalars(
            select(SchemeClass)
            .where(SchemeClass.scheme_id == scheme.id, SchemeClass.archived.is_(False))
            .order_by(SchemeClass.position)
        )
    )


def _by_tiers(asked: Asked, scheme: Scheme, classes: list[SchemeClass]) -> Select[Any] | None:
    session, few = asked.session, asked.few
    options, offered = tier_options(scheme.options), attributes_of(session)
    try:
        check_attributes(options, offered)
    except Invalid as error:
        _has_problem(scheme, {"message": error.message, "params": dict(error.params)})
        return None
    _has_problem(scheme, None)
    attributes = {axis: offered[getattr(options, axis)] for axis in tiers.AXES}
    if few is None or scheme.cut is None:
        limits = tiers.thresholds(session, options, attributes)
        scheme.cut = {axis: None if v is None else str(v) for axis, v in limits.items()}
        scheme.cut["at"] = asked.as_of.isoformat()
    limits = read_cut(scheme)
    return tiers.wanted(scheme, classes, options, attributes, limits, few=few, as_of=asked.as_of)


def read_cut(scheme: Scheme) -> tiers.Thresholds:
    """Return the thresholds in force; None on an axis where nobody can be above."""
    cut = scheme.cut or {}
    return {axis: None if cut.get(axis) is None else Decimal(cut[axis]) for axis in tiers.AXES}


def _by_rules(asked: Asked, scheme: Scheme, classes: list[SchemeClass]) -> Select[Any] | None:
    session, few = asked.session, asked.few
    keys = {one.id: segment_key(scheme.key, one.key) for one in classes[:-1]}
    segments = session.scalars(select(Segment).where(Segment.key.in_(keys.values()))).all()
    if any(one.evaluated_at is None or one.building is not None for one in segments):
        return None
    troubled = [one.problem for one in segments if one.problem is not None]
    _has_problem(scheme, troubled[0] if troubled else None)
    fits = [(State.hidden.contains([key]), literal(one, Uuid)) for one, key in keys.items()]
    default = literal(classes[-1].id, Uuid)
    chosen = case(*fits, else_=default) if fits else default
    query = (
        select(Customer.id.label("customer_id"), chosen.label("class_id"))
        .outerjoin(State, State.customer_id == Customer.id)
        .where(*_LIVING)
    )
    return query if few is None else query.where(Customer.id.in_(few))


def _by_mapping(asked: Asked, scheme: Scheme, classes: list[SchemeClass]) -> Select[Any] | None:
    session, few = asked.session, asked.few
    source = asked.schemes[scheme.options["of"]]
    if source.built_at is None:
        return None
    query = _mapped(session, scheme, source, classes)
    return query if few is None else query.where(STAYS.c.customer_id.in_(few))


def _mapped(
    session: Session, scheme: Scheme, source: Scheme, classes: list[SchemeClass]
) -> Select[Any]:
    own = {one.key: one.id for one in classes}
    becomes = {
        one.id: own[scheme.options["map"][one.key]]
        for one in classes_of(session, source)
        if scheme.options["map"].get(one.key) in own
    }
    default = literal(classes[-1].id, Uuid)
    chosen = case(becomes, value=STAYS.c.class_id, else_=default) if becomes else default
    query = select(STAYS.c.customer_id, func.coalesce(chosen, default).label("class_id"))
    query = query.where(STAYS.c.scheme_id == source.id, STAYS.c.left_at.is_(None))
    return query.where(exists().where(Customer.id == STAYS.c.customer_id, *_LIVING))


def _has_problem(scheme: Scheme, problem: dict[str, Any] | None) -> None:
    if scheme.problem != problem:
        scheme.problem = problem


_WANTED: Final = {"tiers": _by_tiers, "rules": _by_rules, "mapped": _by_mapping}
