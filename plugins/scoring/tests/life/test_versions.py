"""The life of a model: fitted, compared, kept back, put in force by hand, rolled back, put away."""

from datetime import timedelta
from typing import Any

import pytest
from plugins.scoring.tests.shop import DAY, Shop
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from guanxi.errors import Conflict, Invalid, NotFound, PreconditionFailed, Refused
from guanxi_scoring.life import locking
from guanxi_scoring.life.changing import archive_model, change_model, restore_model
from guanxi_scoring.life.enabling import enable_version
from guanxi_scoring.life.finding import current_version, get_model, get_version, list_versions
from guanxi_scoring.life.fitting import fit_version, request_for
from guanxi_scoring.life.making import ensure_ready_made
from guanxi_scoring.life.ordering import order_fit, waiting_orders
from guanxi_scoring.models import LifetimeScore, Model, ScoreRound, Version

KEY = "lifetime"


@pytest.fixture
def trading(shop: Shop) -> Shop:
    """A shop with a year of trade and models that nobody has fitted."""
    shop.trade(200)
    with shop.write() as session:
        ensure_ready_made(session, now=shop.now)
    return shop


def fit(shop: Shop, cause: str = "asked", **more: Any) -> tuple[int, str]:
    """Fit the lifetime model; return number and state of the version."""
    at = more.pop("at", shop.now)
    with shop.write(at) as session:
        model = get_model(session, KEY)
        request = request_for(session, model, now=at)
        version = fit_version(session, model, request, cause, now=at, **more)
        return version.number, version.state


def state(shop: Shop) -> dict[int, str]:
    """Return the states of the versions by number."""
    with shop.read() as session:
        found = list_versions(session, get_model(session, KEY))
        return {one.number: one.state for one in sorted(found, key=lambda one: one.number)}


def pretend(shop: Shop, number: int, **metrics: Any) -> None:
    """Let a version have been measured differently."""
    with shop.write() as session:
        version = get_version(session, get_model(session, KEY), number)
        version.metrics = {**version.metrics, **metrics}


def customers_scored(session: Session) -> int:
    """Return how many have a lifetime score."""
    return session.scalar(select(func.count()).select_from(LifetimeScore)) or 0


def test_the_first_version_is_in_force_and_a_second_supersedes_it(trading: Shop) -> None:
    first = fit(trading, "first")
    second = fit(trading)

    assert (first, second) == ((1, "current"), (2, "current"))
    assert state(trading) == {1: "superseded", 2: "current"}


def test_the_same_seed_and_data_give_the_same_parameters_and_scores(trading: Shop) -> None:
    def scores() -> list[tuple[Any, ...]]:
        names = ("customer_id", "p_alive", "expected_purchases_90d", "clv_12m")
        columns = [LifetimeScore.__table__.c[name] for name in names]
        with trading.read() as session:
            return [tuple(row) for row in session.execute(select(*columns).order_by(columns[0]))]

    fit(trading)
    trading.run("score")
    before = scores()
    fit(trading)
    trading.run("score")

    with trading.read() as session:
        model = get_model(session, KEY)
        one, two = (get_version(session, model, number) for number in (1, 2))
        assert (one.seed, one.fingerprint) == (two.seed, two.fingerprint)
        assert (one.parameters, one.metrics) == (two.parameters, two.metrics)
    assert scores() == before
    assert len(before) == 200


def test_one_more_purchase_gives_another_fingerprint(trading: Shop) -> None:
    fit(trading)
    trading.buy(trading.person(), trading.now - DAY)
    fit(trading)

    with trading.read() as session:
        model = get_model(session, KEY)
        one, two = (get_version(session, model, number) for number in (1, 2))
        assert one.fingerprint != two.fingerprint
        assert two.sample == one.sample + 1


def test_a_worse_version_is_kept_back_with_the_reason(trading: Shop) -> None:
    fit(trading)
    pretend(trading, 1, skill=0.99)

    assert fit(trading) == (2, "kept_back")

    assert state(trading) == {1: "current", 2: "kept_back"}
    with trading.read() as session:
        problem = get_version(session, get_model(session, KEY), 2).problem
        assert problem is not None
        assert problem["values"]["old"] == {"share": 0.99}


def test_versions_of_different_hold_outs_are_not_compared(trading: Shop) -> None:
    fit(trading)
    pretend(trading, 1, skill=0.99)
    with trading.write() as session:
        change_model(session, KEY, {"options": {"holdout_percent": 40}}, now=trading.now)

    assert fit(trading) == (2, "current")


def test_a_version_that_was_kept_back_can_be_put_in_force_by_hand(trading: Shop) -> None:
    fit(trading)
    trading.run("score")
    pretend(trading, 1, skill=0.99)
    fit(trading)

    with trading.write() as session:
        enable_version(session, KEY, 2, now=trading.now)
    trading.run("score")

    assert state(trading) == {1: "superseded", 2: "current"}
    with trading.read() as session:
        version = current_version(session, get_model(session, KEY))
        assert version is not None
        assert (version.enabled_by, version.enabled_at) == ("shop", trading.now)
        assert set(session.scalars(select(LifetimeScore.model_version))) == {2}


def test_rolling_back_scores_everybody_with_the_old_version_again(trading: Shop) -> None:
    fit(trading)
    fit(trading)
    trading.run("score")

    with trading.write() as session:
        enable_version(session, KEY, 1, now=trading.now)
    trading.run("score")

    assert state(trading) == {1: "current", 2: "superseded"}
    with trading.read() as session:
        assert set(session.scalars(select(LifetimeScore.model_version))) == {1}


def test_a_version_that_failed_cannot_be_put_in_force(shop: Shop) -> None:
    with shop.write() as session:
        ensure_ready_made(session, now=shop.now)
    fit(shop)

    with shop.write() as session, pytest.raises(Refused, match="could not be fitted"):
        enable_version(session, KEY, 1, now=shop.now)


def test_what_cannot_be_fitted_leaves_the_one_in_force(trading: Shop) -> None:
    fit(trading)
    long_ago = "2020-01-01T00:00:00Z"
    with trading.write() as session:
        change_model(session, KEY, {"options": {"as_of": long_ago}}, now=trading.now)

    assert fit(trading) == (2, "failed")

    assert state(trading) == {1: "current", 2: "failed"}
    with trading.read() as session:
        problem = get_version(session, get_model(session, KEY), 2).problem
        assert problem is not None
        assert problem["message"].startswith("Nobody had bought anything before")


def test_a_fit_that_breaks_is_told_and_leaves_the_one_in_force(trading: Shop) -> None:
    """An option that an older release stored, say: the fit looks for a family that is not there."""
    fit(trading)
    with trading.write() as session:
        model = get_model(session, KEY)
        request = request_for(session, model, now=trading.now)
        broken = {**model.options, "family": "no_such"}
        session.execute(update(Model).where(Model.key == KEY).values(options=broken))
        session.refresh(model)
        version = fit_version(session, model, request, "asked", now=trading.now)

        assert version.state == "failed"
        assert version.problem is not None
        assert version.problem["values"] == {"error": "KeyError"}
    assert state(trading) == {1: "current", 2: "failed"}


def test_two_fits_of_one_model_at_once_are_refused(trading: Shop) -> None:
    with trading.write() as other:
        assert locking.own_fit(other, KEY)

        with pytest.raises(Conflict, match="being fitted already"):
            fit(trading)


def test_options_can_be_changed_while_a_fit_computes(trading: Shop) -> None:
    """The fit holds no row of the model while it computes."""
    with trading.write() as fitting:
        assert locking.own_fit(fitting, KEY)
        get_model(fitting, KEY)

        with trading.write() as session:
            session.execute(select(func.set_config("lock_timeout", "2s", True)))
            changed = change_model(session, KEY, {"refit_days": 3}, now=trading.now)

            assert changed.version == 2


def test_a_fit_that_is_asked_for_twice_waits_once(trading: Shop) -> None:
    with trading.write() as session:
        model = get_model(session, KEY)
        asked = [order_fit(session, model, "asked", now=trading.now) for _ in range(2)]

        assert asked == [True, False]
        assert [one.asked_by for one in waiting_orders(session)] == ["shop"]


def test_the_job_fits_what_waits_and_then_everybody_is_scored(trading: Shop) -> None:
    with trading.write() as session:
        order_fit(session, get_model(session, KEY), "asked", now=trading.now)

    told = trading.run("fit")
    scored = trading.run("score")

    assert told == {"model": KEY, "number": 1, "state": "current"}
    assert scored == {"model": KEY, "customers": 200}
    with trading.read() as session:
        assert waiting_orders(session) == []


def test_a_model_is_fitted_again_when_its_days_are_over(trading: Shop) -> None:
    with trading.write() as session:
        change_model(session, KEY, {"refit_days": 30}, now=trading.now)
    fit(trading)

    early = trading.run("refit", trading.now + timedelta(days=29))["models"]
    late = trading.run("refit", trading.now + timedelta(days=30))["models"]

    assert (KEY in early, KEY in late) == (False, True)
    with trading.read() as session:
        assert [one.cause for one in waiting_orders(session) if one.model_id == _id(session)] == [
            "schedule"
        ]


def _id(session: Session) -> Any:
    return get_model(session, KEY).id


def test_an_archived_model_has_no_scores_and_is_not_fitted(trading: Shop) -> None:
    fit(trading)
    trading.run("score")
    with trading.write() as session:
        archive_model(session, KEY, now=trading.now)

    with trading.read() as session:
        assert customers_scored(session) == 0
        assert session.scalars(select(ScoreRound)).all() == []
    with pytest.raises(Refused, match="archive"):
        fit(trading)


def test_a_restored_model_scores_everybody_with_the_version_it_had(trading: Shop) -> None:
    fit(trading)
    trading.run("score")
    with trading.write() as session:
        archive_model(session, KEY, now=trading.now)
    with trading.write() as session:
        restore_model(session, KEY, now=trading.now)
    trading.run("score")

    with trading.read() as session:
        assert customers_scored(session) == 200
        assert state(trading) == {1: "current"}


def test_a_change_needs_the_version_that_was_read(trading: Shop) -> None:
    with trading.write() as session:
        change_model(session, KEY, {"title_en": "Value"}, expected_version=1, now=trading.now)

    with trading.write() as session, pytest.raises(PreconditionFailed):
        change_model(session, KEY, {"title_en": "Other"}, expected_version=1, now=trading.now)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"options": {"as_of": "yesterday"}}, "options.as_of"),
        ({"options": {"as_of": "2026-01-01T00:00:00"}}, "options.as_of"),
        ({"options": {"as_of": "2100-01-01T00:00:00Z"}}, "options.as_of"),
        ({"options": {"family": "guess"}}, "options.family"),
        ({"options": {"holdout_percent": 0}}, "options.holdout_percent"),
        ({"options": {"colour": "red"}}, "options.colour"),
        ({"options": {"seed": -1}}, "options.seed"),
        ({"refit_days": 0}, "refit_days"),
        ({"title_en": "  "}, "title_en"),
        ({"title_zh": "很" * 121}, "title_zh"),
    ],
)
def test_what_does_not_fit_is_refused_by_name(
    trading: Shop, changes: dict[str, Any], field: str
) -> None:
    with trading.write() as session, pytest.raises(Invalid) as refused:
        change_model(session, KEY, changes, now=trading.now)

    assert list(refused.value.fields) == [field]


def test_a_model_or_version_that_is_not_there_is_not_found(trading: Shop) -> None:
    with trading.read() as session:
        with pytest.raises(NotFound):
            get_model(session, "nothing")
        with pytest.raises(NotFound):
            get_version(session, get_model(session, KEY), 2**40)


def test_there_is_one_version_in_force_at_most(trading: Shop) -> None:
    for _ in range(3):
        fit(trading)

    with trading.read() as session:
        current = select(func.count()).where(Version.state == "current")
        assert session.scalar(current) == 1
