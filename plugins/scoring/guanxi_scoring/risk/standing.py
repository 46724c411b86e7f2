"""Where customers stand: coefficient, class, points, rating, appetite; worked out and kept.

One row per customer of whom something is known. It is worked out anew when something is recorded,
when scores are made, and when something runs out (``due_on``). Each change of the coefficient is
kept, and an event tells which attributes changed.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, and_, delete, or_, select, text, true
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from guanxi.sdk import Customer, CustomerChanged, append_alike, attributes_of, new_id, write_context
from guanxi_scoring.asking import ask
from guanxi_scoring.company import company
from guanxi_scoring.models import (
    AppetiteAnswers,
    CardScore,
    Mitigation,
    Rating,
    RiskChange,
    RiskStanding,
)
from guanxi_scoring.risk.appetite_classes import CLASSES as APPETITES
from guanxi_scoring.risk.coefficient import class_of, inherent, is_enough, mitigated
from guanxi_scoring.risk.counting import (
    CountingRating,
    counting_answers,
    counting_ratings,
    open_mitigations,
)
from guanxi_scoring.risk.factors import (
    Weights,
    earliest,
    factor_keys,
    factors_of,
    weights_of,
)
from guanxi_scoring.risk.facts import facts_of
from guanxi_scoring.risk.scores import counting_card

ATTRIBUTES: Final[Mapping[str, tuple[str, ...]]] = {
    "points": ("scoring.risk_score",),
    "coefficient": ("scoring.risk_coefficient",),
    "risk_class": ("scoring.risk_class",),
    "appetite": ("scoring.risk_appetite",),
    "grade": ("scoring.rating",),
    "level": ("scoring.rating_level",),
}
"""What the columns of a standing are called in the catalogue."""
_DAY: Final = timedelta(days=1)
_TABLES: Final = (CardScore, Rating, AppetiteAnswers, Mitigation, RiskStanding)
_ROWS_OF: Final = "EXISTS (SELECT FROM {} t WHERE t.customer_id = n.id)"
_KNOWN: Final = text(
    "SELECT n.id FROM unnest(CAST(:ids AS uuid[])) AS n (id) WHERE "  # noqa: S608 -- constants
    + " OR ".join(_ROWS_OF.format(table.__tablename__) for table in _TABLES)
)
"""Of whom something is known."""


@dataclass(frozen=True, slots=True)
class _Known:
    """What is known of a batch of customers on a day."""

    today: date
    settings: Mapping[str, Any]
    weights: Weights
    scores: Mapping[UUID, CardScore]
    ratings: Mapping[UUID, CountingRating]
    answers: Mapping[UUID, AppetiteAnswers]
    mitigations: Mapping[UUID, list[Mitigation]]


def refresh(session: Session, ids: Sequence[UUID] | None) -> int:
    """Work out anew where customers stand; how many changed.

    :param ids: of these; None: of everybody of whom something is known.
    """
    session.flush()
    settings, now = company(session).settings, write_context(session).now
    if ids is not None and not _needs_nothing(settings):
        ids = [one[0] for one in ask(session, (_KNOWN, {"ids": list(ids)}))[0]]
        if not ids:
            return 0
    today, weights = company(session).day(now), None
    keys = [*factor_keys(session, settings), *_appetite_key(session, settings)]
    known = attributes_of(session)
    wanted = [known[key] for key in dict.fromkeys(keys)]
    card = counting_card(session)
    among = _anything_known(settings)
    if ids is not None:
        among = and_(among, Customer.id.in_(ids))
    changed = 0
    for batch in facts_of(session, wanted, now, among):
        weights = weights or weights_of(session, settings)
        people = [row[0] for row in batch]
        facts = _Known(
            today, settings, weights,
            _scores(session, card[0].id if card else None, people),
            counting_ratings(session, people, today),
            counting_answers(session, people, today),
            open_mitigations(session, people, today),
        )  # fmt: skip
        rows = {customer_id: _standing(customer_id, values, facts) for customer_id, values in batch}
        changed += _store(session, rows)
    return changed


def refresh_due(session: Session) -> int:
    """Work out anew where those stand of whom something ran out or began; how many there were."""
    today = company(session).day(write_context(session).now)
    due = session.scalars(
        select(RiskStanding.customer_id).where(RiskStanding.due_on <= today).limit(5000)
    ).all()
    if due:
        refresh(session, due)
    return len(due)


def _needs_nothing(settings: Mapping[str, Any]) -> bool:
    """Whether somebody of whom no table of risk knows anything may have a standing."""
    return not settings["risk_needs_default"] or bool(settings["risk_appetite_attribute"])


def _anything_known(settings: Mapping[str, Any]) -> ColumnElement[bool]:
    if _needs_nothing(settings):
        return true()
    return or_(*(Customer.id.in_(select(table.customer_id)) for table in _TABLES))


def _appetite_key(session: Session, settings: Mapping[str, Any]) -> tuple[str, ...]:
    key = settings["risk_appetite_attribute"]
    return (key,) if key in attributes_of(session) else ()


def _scores(session: Session, card: UUID | None, ids: Sequence[UUID]) -> Mapping[UUID, CardScore]:
    if card is None:
        return {}
    found = session.scalars(
        select(CardScore).where(CardScore.model_id == card, CardScore.customer_id.in_(ids))
    )
    return {one.customer_id: one for one in found}


def _standing(customer_id: UUID, facts: Mapping[str, Any], known: _Known) -> dict[str, Any] | None:
    """Return the row of a customer; None where nothing is known of them."""
    score, rating = known.scores.get(customer_id), known.ratings.get(customer_id)
    answers = known.answers.get(customer_id)
    waiting = known.mitigations.get(customer_id, [])
    appetite = _appetite(facts, answers, known.settings)
    factors = factors_of(facts, known.weights, score, rating)
    points = score.points if score is not None else None
    if not is_enough(factors, known.settings):
        factors = []
    if not factors and appetite is None and points is None and not waiting:
        return None
    working = [one for one in waiting if one.valid_from <= known.today]
    before = inherent(factors) if factors else None
    after = None if before is None else mitigated(before, (one.share for one in working))
    return {
        "customer_id": customer_id,
        "coefficient": after,
        "inherent": before,
        "risk_class": class_of(after, known.settings),
        "factors": [one.stored for one in sorted(factors, key=lambda f: -f.part)],
        "mitigations": [_told(one) for one in working],
        "points": points,
        "appetite": appetite,
        "grade": rating.rating.grade if rating else None,
        "level": rating.level if rating else None,
        "due_on": _due(known.today, rating, answers, waiting),
    }


def _appetite(
    facts: Mapping[str, Any], answers: AppetiteAnswers | None, settings: Mapping[str, Any]
) -> str | None:
    key = settings["risk_appetite_attribute"]
    if not key:
        return answers.appetite if answers is not None else None
    word = str(facts.get(key) or "").strip().casefold()
    names = {
        name.casefold(): one
        for one, title in APPETITES.items()
        for name in (one, title.en, title.zh)
    }
    return names.get(word)


def _due(
    today: date,
    rating: CountingRating | None,
    answers: AppetiteAnswers | None,
    mitigations: Sequence[Mitigation],
) -> date | None:
    ends = [one.valid_until + _DAY for one in mitigations if one.valid_until is not None]
    begins = [one.valid_from for one in mitigations if one.valid_from > today]
    found: date | None = earliest(
        rating.rating.valid_until + _DAY if rating else None,
        answers.valid_until + _DAY if answers else None,
        *ends,
        *begins,
    )
    return found


def _told(one: Mitigation) -> dict[str, Any]:
    return {
        "id": str(one.id),
        "kind": one.kind,
        "share": str(one.share),
        "until": one.valid_until.isoformat() if one.valid_until else None,
    }


def _store(session: Session, rows: Mapping[UUID, dict[str, Any] | None]) -> int:
    now = write_context(session).now
    table = RiskStanding.__table__
    old = {
        row["customer_id"]: dict(row)
        for row in session.execute(select(table).where(table.c.customer_id.in_(rows))).mappings()
    }
    new = {key: row for key, row in rows.items() if row is not None}
    gone = [key for key in old if key not in new]
    written = [row for key, row in new.items() if _differs(row, old.get(key))]
    if gone:
        session.execute(delete(RiskStanding).where(RiskStanding.customer_id.in_(gone)))
    if written:
        statement = insert(RiskStanding)
        update = {
            name: statement.excluded[name]
            for name in (*written[0], "computed_at")
            if name != "customer_id"
        }
        statement = statement.on_conflict_do_update(index_elements=["customer_id"], set_=update)
        session.execute(statement, [{**row, "computed_at": now} for row in written])
    _keep(session, old, [*written, *(_empty(key) for key in gone)])
    _announce(session, old, new)
    return len(gone) + len(written)


def _differs(row: Mapping[str, Any], old: Mapping[str, Any] | None) -> bool:
    return old is None or any(row[name] != old[name] for name in row)


def _empty(customer_id: UUID) -> dict[str, Any]:
    return {
        "customer_id": customer_id, "coefficient": None, "inherent": None,
        "risk_class": "unknown", "factors": [], "mitigations": [],
    }  # fmt: skip


def _keep(session: Session, old: Mapping[UUID, Any], rows: Sequence[Mapping[str, Any]]) -> None:
    """Keep how coefficients changed."""
    now = write_context(session).now
    kept = ("customer_id", "coefficient", "inherent", "risk_class", "factors", "mitigations")
    changes = [
        {"id": new_id(), "at": now, **{name: row[name] for name in kept}}
        for row in rows
        if _coefficient(row) != _coefficient(old.get(row["customer_id"]))
    ]
    if changes:
        session.execute(insert(RiskChange), changes)


def _coefficient(row: Mapping[str, Any] | None) -> tuple[Decimal | None, Decimal | None, str]:
    if row is None:
        return (None, None, "unknown")
    return (row["coefficient"], row["inherent"], row["risk_class"])


def _announce(session: Session, old: Mapping[UUID, Any], new: Mapping[UUID, Any]) -> None:
    """Tell the log which attributes of whom changed."""
    alike: dict[tuple[str, ...], list[UUID]] = {}
    for key in {*old, *new}:
        fields = tuple(_changed(old.get(key), new.get(key)))
        if fields:
            alike.setdefault(fields, []).append(key)
    for fields, ids in alike.items():
        append_alike(session, CustomerChanged(customer_id=ids[0], fields=fields), ids)


def _changed(old: Mapping[str, Any] | None, new: Mapping[str, Any] | None) -> Iterator[str]:
    for name, keys in ATTRIBUTES.items():
        unknown = "unknown" if name == "risk_class" else None
        before = old[name] if old is not None else unknown
        after = new[name] if new is not None else unknown
        if before != after:
            yield from keys
