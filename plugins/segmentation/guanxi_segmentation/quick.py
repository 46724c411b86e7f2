"""One event, one customer or a few: all that is asked of the database goes in one journey.

The way of ``pipeline.refresh_some``, for the ordinary case. Whatever is out of the ordinary (a new
customer, an instant that passed, very many touchpoints) is left to it.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, Final, NamedTuple
from uuid import UUID

from sqlalchemy import Dialect, text
from sqlalchemy.orm import Session

from guanxi.sdk import Ready, fetch_together
from guanxi_segmentation import setup_now
from guanxi_segmentation.membership import inputs, locking
from guanxi_segmentation.membership.book import Book
from guanxi_segmentation.membership.evaluating import PLACES, Evaluation, Loaded
from guanxi_segmentation.membership.inputs import Touched
from guanxi_segmentation.membership.locking import Locked, Stored
from guanxi_segmentation.rules import FactPlan, most_touchpoints
from guanxi_segmentation.schemes import rechecking
from guanxi_segmentation.schemes.moving import told
from guanxi_segmentation.setup_now import Asked, Mark, SetUp

MOST_LOOKS: Final = 5
"""So often what is set up may change while we look; then the slower way takes over."""

Rows = Sequence[tuple[Any, ...]]


class Done(NamedTuple):
    """What was done: ``moves`` of memberships, and whether classes may follow from them."""

    moves: int
    book: Book
    classes_follow: bool


class _Found(NamedTuple):
    """What one journey brought home."""

    locked: Locked
    due: bool
    """Whether the minimum stay of a class is over for somebody."""
    valued: bool
    """Whether scores or values changed."""
    sorts: bool
    """Whether computed classes may change."""
    places: Rows
    facts: Sequence[Rows]


def refresh(
    session: Session,
    customers: Collection[UUID],
    *,
    as_of: datetime,
    cause: str,
    touched: Touched,
) -> Done | None:
    """Work out a few customers after something was touched; None where it is no ordinary case.

    What was written then is right, and the other way writes it again.
    """
    ids = sorted(customers)
    looked = _look(session, ids, as_of, touched)
    if looked is None:
        return None
    setup, asked_for, found = looked
    keys, plan = setup.asking(asked_for)
    most = most_touchpoints(len(ids))
    if found.due or len(found.locked) < len(ids):
        return None
    if found.sorts:
        moves = setup.moves(ids, as_of, cause)
        again = _facts(plan, ids) if keys else []
        found = _sorted(session, setup, found, moves=moves, again=again)
    if keys and plan.is_too_much(found.facts, most):
        return None
    facts = plan.facts(found.facts, setup.around.context) if keys else {}
    loaded = Loaded(found.locked, facts, found.places)
    evaluation = Evaluation(session, setup.book, setup.around.context)
    made = evaluation.run_loaded(loaded, as_of=as_of, cause=cause, keys=keys)
    if made is None:
        return None
    follow = any(move.entry.key in setup.decides for move in made)
    return Done(len(made), setup.book, follow)


def _look(
    session: Session, ids: list[UUID], as_of: datetime, touched: Touched
) -> tuple[SetUp, Touched, _Found] | None:
    """Lock the customers and load what is asked of them; again if the set-up is another."""
    setup = setup_now.remembered(session)
    valued = False
    for _ in range(MOST_LOOKS):
        if setup is None:
            mark = _mark(session, ids)
            setup = setup_now.look(session, mark, None)
        if setup.worth.sorts_blindly:
            return None
        mark, asked_for, found = _journey(session, setup, ids, as_of, touched)
        valued |= found.valued
        if mark == setup.mark:
            return setup, asked_for, found._replace(valued=valued)
        setup = setup_now.look(session, mark, setup)
    return None


def _sorted(
    session: Session, setup: SetUp, found: _Found, *, moves: list[Asked], again: list[Asked]
) -> _Found:
    """Change computed classes, and load again what is asked about the customers."""
    rows = fetch_together(session, [*moves, *again])
    for (move, _), (_, given), changed in zip(setup.worth.moves, moves, rows, strict=False):
        told(session, move.scheme, changed, move.names, given["cause"])
    return found._replace(facts=rows[len(moves) :])


def _facts(plan: FactPlan, ids: list[UUID]) -> list[Asked]:
    return plan.asked(ids, stays=False, most=most_touchpoints(len(ids)))


def _mark(session: Session, ids: list[UUID]) -> Mark:
    open_, _due, mark, _places = _ready(session.get_bind().dialect)
    rows = fetch_together(session, [(open_, locking.opening(ids)), (mark, {})])
    return _marks(rows[1])


def _marks(rows: Rows) -> Mark:
    ((segments, rest),) = rows
    return segments, rest


def _journey(
    session: Session, setup: SetUp, ids: list[UUID], as_of: datetime, touched: Touched
) -> tuple[Mark, Touched, _Found]:
    open_, due, mark, places = _ready(session.get_bind().dialect)
    first = [
        (open_, locking.opening(ids)),
        (mark, {}),
        (due, {"ids": ids, "as_of": as_of}),
    ]
    steps = {
        name: asked
        for name, asked in (
            ("scores", setup.scores(touched, ids, as_of)),
            ("values", setup.values(touched, ids, as_of)),
            ("classes", setup.classes(touched, ids, as_of)),
        )
        if asked is not None
    }
    if steps:
        touched |= inputs.OWN_ATTRIBUTES
    keys, plan = setup.asking(touched)
    facts = _facts(plan, ids) if keys else []
    rows = fetch_together(session, [*first, *steps.values(), (places, {"ids": ids}), *facts])
    done: Mapping[str, Rows] = dict(zip(steps, rows[3 : 3 + len(steps)], strict=True))
    found = _Found(
        locked={row[0]: Stored(*row) for row in rows[0]},
        due=bool(rows[2]),
        valued=bool(done.get("values")) or bool(done.get("scores", [(0,)])[0][0]),
        sorts=bool(done.get("classes")),
        places=rows[3 + len(steps)],
        facts=rows[4 + len(steps) :],
    )
    return _marks(rows[1]), touched, found


@lru_cache(maxsize=8)
def _ready(dialect: Dialect) -> tuple[Ready, Ready, Ready, Ready]:
    statements = (locking.OPEN, rechecking.DUE_AMONG, setup_now.MARK, PLACES)
    open_, due, mark, places = (Ready(text(one), dialect) for one in statements)
    return open_, due, mark, places
