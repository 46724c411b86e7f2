"""After an event: what is stored of a few is what a round over everybody stores of them."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import pytest
from plugins.scoring.tests.shop import DAY, Shop
from sqlalchemy import Table, select, text

from guanxi_scoring import reacting
from guanxi_scoring.churn.rhythm.refreshing import rebuild, refresh
from guanxi_scoring.features import summaries
from guanxi_scoring.insight import potential
from guanxi_scoring.life import locking, reaction
from guanxi_scoring.life.changing import change_model
from guanxi_scoring.life.finding import current_version, get_model, list_models
from guanxi_scoring.life.fitting import fit_version, request_for
from guanxi_scoring.life.making import ensure_ready_made
from guanxi_scoring.life.scoring import score_everybody
from guanxi_scoring.mining import preferences
from guanxi_scoring.models import (
    LifetimeScore,
    Potential,
    PurchaseSummary,
    Rhythm,
    SilenceScore,
    Version,
)
from guanxi_scoring.models.propensity import Case, Propensity
from guanxi_scoring.propensity.managing import GoalDraft, create_goal

STORED: tuple[Table, ...] = tuple(
    one.__table__
    for one in (PurchaseSummary, LifetimeScore, Potential, Rhythm, SilenceScore, Propensity, Case)
)
WHEN = {"scored_at", "taken_at"}
BOUGHT_AGAIN = 25
"""More than are asked about with kept plans."""


@pytest.fixture
def trading(shop: Shop) -> Shop:
    """A shop in whose year every model that needs no products is fitted, and everybody scored."""
    shop.buyers = shop.trade(250)  # type: ignore[attr-defined]
    with shop.write() as session:
        ensure_ready_made(session, now=shop.now)
        options = {"question": "buy", "learner": "boosting", "min_each": 5, "within_days": 60}
        draft = GoalDraft("again", "Again", "", options)
        create_goal(session, draft, may=lambda _: True, now=shop.now)
        for model in list_models(session):
            request = request_for(session, model, now=shop.now)
            fit_version(session, model, request, "first", now=shop.now)
        rebuild(session, now=shop.now)
    everybody(shop)
    return shop


def everybody(shop: Shop) -> None:
    """Bring all that is stored up to date by rounds over everybody."""
    with shop.write() as session:
        summaries.rebuild(session, now=shop.now)
        refresh(session, None, now=shop.now)
        for model in list_models(session):
            version = current_version(session, model)
            if version is not None:
                score_everybody(session, model, version, now=shop.now)
        potential.refresh(session)
        preferences.infer_everybody(session, shop.now)


def stored(shop: Shop) -> Mapping[str, set[tuple[Any, ...]]]:
    """Return the rows of all tables, but for when they were written."""
    found = {}
    with shop.read() as session:
        for table in STORED:
            columns = [one for one in table.columns if one.name not in WHEN]
            found[table.name] = {
                tuple(map(_told, row)) for row in session.execute(select(*columns))
            }
    return found


def _told(value: Any) -> str:
    """Return a value as text; of figures ten digits, as the last ones are NumPy's own."""
    if isinstance(value, float):
        return f"{value:.10g}"
    if isinstance(value, dict):
        return str({name: _told(one) for name, one in value.items()})
    return str(list(map(_told, value))) if isinstance(value, list) else str(value)


def react(shop: Shop, customers: list[UUID]) -> None:
    """Let all steps look at some customers, as after their purchases."""
    with shop.write() as session, reaction.open_for(session, len(customers)):
        for step in reacting.STEPS:
            step(session, customers, shop.now)


@pytest.mark.parametrize("at_once", [1, BOUGHT_AGAIN])
def test_what_is_stored_of_some_is_what_a_round_over_everybody_stores(
    trading: Shop, at_once: int
) -> None:
    again = trading.buyers[:BOUGHT_AGAIN]  # type: ignore[attr-defined]
    with trading.write() as session:
        session.execute(
            text(
                "UPDATE touchpoints SET occurred_at = :at, amount = amount + 7 WHERE id IN (SELECT "
                "DISTINCT ON (customer_id) id FROM touchpoints WHERE customer_id = ANY(:ids))"
            ),
            {"at": trading.now - DAY / 2, "ids": list(again)},
        )

    before = stored(trading)
    for begin in range(0, len(again), at_once):
        react(trading, again[begin : begin + at_once])
    few = stored(trading)
    everybody(trading)

    assert few == stored(trading)
    assert {name for name in few if few[name] != before[name]} == set(few)


def test_a_new_version_scores_from_the_next_event_on(trading: Shop) -> None:
    ann = trading.buyers[0]  # type: ignore[attr-defined]
    react(trading, [ann])
    with trading.write() as session:
        change_model(session, "lifetime", {"options": {"family": "pareto_nbd"}}, now=trading.now)
        model = get_model(session, "lifetime")
        request = request_for(session, model, now=trading.now)
        second = fit_version(session, model, request, "asked", now=trading.now)
        second.state = "current"
        assert second.number == 2

    react(trading, [ann])

    with trading.read() as session:
        assert session.get_one(LifetimeScore, ann).model_version == 2


def test_another_fit_under_the_same_number_is_not_taken_for_the_one_that_was_kept(
    trading: Shop,
) -> None:
    """As after a backup was put back: version 1 is there again, but learnt something else."""
    with trading.write() as session:
        (first,) = [one for one in reaction.in_force(session) if one.model.key == "lifetime"]
        version = session.get_one(Version, (first.model.id, 1))
        version.trained_at += DAY
        version.parameters = {**version.parameters, "r": 0.125}

    with trading.read() as session:
        found = reaction.of_key(session, "lifetime")

    assert found is not None
    assert found.version.parameters["r"] == 0.125


def test_the_versions_are_asked_for_once_in_a_reaction(trading: Shop) -> None:
    with trading.write() as session:
        with reaction.open_for(session, 1):
            inside = reaction.in_force(session)
            assert reaction.in_force(session) is inside
        assert reaction.in_force(session) is not inside


def test_who_scores_everybody_waits_for_a_reaction(trading: Shop) -> None:
    with trading.write() as ours, reaction.open_for(ours, 1), trading.write() as other:
        for key in ("lifetime", "silence", "propensity_again", locking.RHYTHMS):
            assert not _is_free(other, key)
    with trading.write() as other:
        assert _is_free(other, "lifetime")


def _is_free(session: Any, key: str) -> bool:
    """Whether one could have the scores of a model for oneself now."""
    statement = str(locking._ALONE).replace("pg_advisory", "pg_try_advisory")
    values = {"first": locking._SCORES, "key": key}
    return bool(session.execute(text(statement), values).scalar_one())
