"""Keep the cases of a goal and their counts as the touchpoints tell them (增量更新).

What is stored is compared with what is derived anew; only the difference changes the counts. So an
event that comes twice, late or corrected, and a replay of all of them, never count double, and the
counts are those of a full recount at any time.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ARRAY, Uuid, any_, bindparam, delete, select, tuple_
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from guanxi_scoring.asking import ask
from guanxi_scoring.company import company
from guanxi_scoring.models.propensity import COMPANY, Case, Count
from guanxi_scoring.propensity.bayes import Key, Pair, Table, keys_of
from guanxi_scoring.propensity.binning import Feature
from guanxi_scoring.propensity.cases import Derived, derive
from guanxi_scoring.propensity.conditions import Touch
from guanxi_scoring.propensity.goals import Goal
from guanxi_scoring.propensity.history import asking_touches, by_customer, chunks
from guanxi_scoring.propensity.samples import Sample
from guanxi_scoring.propensity.traits import PEOPLE, Traits, lasting_only, traits_of

LIVE: Final = timedelta(days=2)
"""A case that began so lately is one that is seen as it begins: all traits are known of it."""
_COLUMNS: Final = ("customer_id", "at", "due", "team_id", "facts", "traits", "won", "closed_at")
_FOLLOWS: Final = ("due", "facts", "won", "closed_at")
"""What touchpoints may change; team and traits stay as they were first seen."""
_STORED: Final = select(*(getattr(Case, name) for name in _COLUMNS)).where(
    Case.model_id == bindparam("model", type_=Uuid),
    Case.customer_id == any_(bindparam("ids", type_=ARRAY(Uuid))),
)

Row = dict[str, Any]
Place = tuple[UUID, datetime]
Deltas = dict[tuple[UUID, Key], Pair]


@dataclass(frozen=True, slots=True)
class About:
    """What was read about some customers."""

    touches: Mapping[UUID, list[Touch]]
    traits: Mapping[UUID, Traits]
    teams: Mapping[UUID, UUID]
    """Of whom there is somebody in a team who looks after them."""
    active: Sequence[UUID]
    """Who is there and active, by id."""


def about(session: Session, goal: Goal, customer_ids: Collection[UUID], until: datetime) -> About:
    """Read what cases and scores of customers are made of."""
    touches, people = ask(
        session,
        asking_touches(session, customer_ids, until),
        (PEOPLE, {"ids": list(customer_ids)}),
    )
    return About(
        by_customer(touches),
        traits_of(session, goal.attributes, customer_ids, until),
        {row[0]: row[2] for row in people if row[2] is not None},
        [row[0] for row in people if row[1]],
    )


def derived_rows(
    session: Session, goal: Goal, found: About, until: datetime, *, now: datetime
) -> dict[Place, Row]:
    """Return the cases of customers as rows, as if nothing were stored."""
    zone = company(session).zone
    return {
        (customer_id, one.at): _row(customer_id, one, found, now)
        for customer_id, touches in found.touches.items()
        for one in derive(goal, touches, until, zone)
    }


def stored_rows(
    session: Session, model_id: UUID, customer_ids: Collection[UUID]
) -> dict[Place, Row]:
    """Return the cases of customers as they are stored."""
    (rows,) = ask(session, (_STORED, {"model": model_id, "ids": list(customer_ids)}))
    return {(row[0], row[1]): dict(zip(_COLUMNS, row, strict=True)) for row in rows}


def keep_first_seen(derived: Mapping[Place, Row], stored: Mapping[Place, Row]) -> None:
    """Give derived cases the team and the traits with which they were first seen."""
    for place, row in derived.items():
        if place in stored:
            row |= {name: stored[place][name] for name in ("team_id", "traits")}


def reconcile(
    session: Session,
    model_id: UUID,
    derived: Mapping[Place, Row],
    stored: Mapping[Place, Row],
    features: Sequence[Feature] | None,
) -> int:
    """Make what is stored what is derived, and let the counts follow; how many cases changed.

    :param features: of the version in force; None where everything is counted anew afterwards.
    """
    keep_first_seen(derived, stored)
    gone = [place for place in stored if place not in derived]
    changed = [row for place, row in derived.items() if row != stored.get(place)]
    _remove(session, model_id, gone)
    _write(session, model_id, changed)
    if features is not None:
        before = [stored[place] for place in gone]
        before += [
            stored[at] for row in changed if (at := (row["customer_id"], row["at"])) in stored
        ]
        add(session, model_id, deltas(features, before, changed))
    return len(gone) + len(changed)


def deltas(features: Sequence[Feature], before: Iterable[Row], after: Iterable[Row]) -> Deltas:
    """Return by how much counts change when cases go and others come."""
    found: Deltas = {}
    for rows, times in ((before, -1), (after, 1)):
        for row in rows:
            if row["won"] is None:
                continue
            for key in keys_of(features, known(row)):
                for team in {COMPANY, row["team_id"]}:
                    won, lost = found.get((team, key), (0, 0))
                    pair = (won + times, lost) if row["won"] else (won, lost + times)
                    found[team, key] = pair
    return {place: pair for place, pair in found.items() if pair != (0, 0)}


def add(session: Session, model_id: UUID, changes: Deltas) -> None:
    """Change counts; always in the same order, so that two who do it never wait for each other."""
    rows = [
        {"model_id": model_id, "team_id": team, "feature": key[0], "value": key[1],
         "won": pair[0], "lost": pair[1]}
        for (team, key), pair in sorted(changes.items())
    ]  # fmt: skip
    if not rows:
        return
    made = insert(Count)
    session.execute(
        made.on_conflict_do_update(
            index_elements=["model_id", "team_id", "feature", "value"],
            set_={"won": Count.won + made.excluded.won, "lost": Count.lost + made.excluded.lost},
        ),
        rows,
    )


def recount(session: Session, model_id: UUID, features: Sequence[Feature]) -> None:
    """Count all stored cases from scratch, under the bins of a version."""
    session.execute(delete(Count).where(Count.model_id == model_id))
    columns = [getattr(Case, name) for name in _COLUMNS]
    query = select(*columns).where(Case.model_id == model_id, Case.won.is_not(None))
    found: Deltas = {}
    for row in session.execute(query, execution_options={"yield_per": 1_000}):
        told = dict(zip(_COLUMNS, row, strict=True))
        for place, pair in deltas(features, (), (told,)).items():
            won, lost = found.get(place, (0, 0))
            found[place] = (won + pair[0], lost + pair[1])
    add(session, model_id, found)


def tables(
    session: Session, model_id: UUID, teams: Iterable[UUID] | None = None
) -> dict[UUID, Table]:
    """Return the counts as they are now, of the company and of ``teams`` (None: of all)."""
    query = select(Count.team_id, Count.feature, Count.value, Count.won, Count.lost)
    query = query.where(Count.model_id == model_id)
    if teams is not None:
        query = query.where(Count.team_id.in_({COMPANY, *teams}))
    found: dict[UUID, Table] = {}
    for team, feature, value, won, lost in session.execute(query):
        found.setdefault(team, Table()).counts[feature, value] = (won, lost)
    return found


def follow_all(
    session: Session, model_id: UUID, goal: Goal, until: datetime, *, now: datetime
) -> None:
    """Bring the cases of everybody up to date; the counts are left to :func:`recount`."""
    for ids in chunks(session):
        found = about(session, goal, ids, until)
        derived = derived_rows(session, goal, found, until, now=now)
        reconcile(session, model_id, derived, stored_rows(session, model_id, ids), None)


def forget_all(session: Session, model_id: UUID) -> None:
    """Remove all cases of a model."""
    session.execute(delete(Case).where(Case.model_id == model_id))


def samples(
    session: Session, model_id: UUID, goal: Goal, until: datetime, *, now: datetime
) -> list[Sample]:
    """Return all closed cases, in no order, without writing anything."""
    found: list[Sample] = []
    for ids in chunks(session):
        derived = derived_rows(session, goal, about(session, goal, ids, until), until, now=now)
        keep_first_seen(derived, stored_rows(session, model_id, ids))
        found += [sample(row) for row in derived.values() if row["won"] is not None]
    return found


def sample(row: Row) -> Sample:
    """Return a closed case as learners see it."""
    return Sample(row["customer_id"], row["at"], row["due"], known(row), row["won"], row["team_id"])


def known(row: Row) -> dict[str, Any]:
    """Return facts and traits together."""
    return {**row["facts"], **row["traits"]}


def _row(customer_id: UUID, one: Derived, found: About, now: datetime) -> Row:
    traits = found.traits.get(customer_id, {})
    return {
        "customer_id": customer_id,
        "at": one.at,
        "due": one.due,
        "team_id": found.teams.get(customer_id, COMPANY),
        "facts": one.facts,
        "traits": traits if now - one.at <= LIVE else lasting_only(traits),
        "won": one.won,
        "closed_at": one.closed_at,
    }


def _remove(session: Session, model_id: UUID, places: Sequence[Place]) -> None:
    if places:
        session.execute(
            delete(Case).where(
                Case.model_id == model_id, tuple_(Case.customer_id, Case.at).in_(places)
            )
        )


def _write(session: Session, model_id: UUID, rows: Sequence[Row]) -> None:
    if rows:
        made = insert(Case)
        session.execute(
            made.on_conflict_do_update(
                index_elements=["model_id", "customer_id", "at"],
                set_={name: made.excluded[name] for name in _FOLLOWS},
            ),
            [{"model_id": model_id, **row} for row in rows],
        )
