"""Fit the lifetime model: a trial on the hold-out, then again on everything."""

from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy.orm import Session

from guanxi_scoring.company import company
from guanxi_scoring.life.contract import CannotFit, Fit, FitRequest, Sentence
from guanxi_scoring.lifetime import histories, holdout, spend
from guanxi_scoring.lifetime.families import fitted, nobody_leaves
from guanxi_scoring.lifetime.pictures_of import pictures_of
from guanxi_scoring.lifetime.predicting import Predictor
from guanxi_scoring.lifetime.repeat_days import repeat_days
from guanxi_scoring.lifetime.usual import usual
from guanxi_scoring.models import Model
from guanxi_scoring.texts import N_

if TYPE_CHECKING:
    from guanxi_scoring.btyd.model import Lifetimes
    from guanxi_scoring.lifetime.histories import Histories

LEAST_CUSTOMERS: Final = 50
LEAST_REPEATERS: Final = 20
LEAST_DAYS: Final = 28

_NOBODY_LEAVES: Final = N_(
    "In these data nobody seems to have stopped buying for good, so everybody counts as active. "
    "Purchases and values hold; for who falls silent, look at lapse."
)
_NOBODY_LEFT: Final = N_(
    "Before the hold-out nobody seemed to have stopped buying for good, so it measures a model in "
    "which nobody leaves; the one in force, which knows all days, finds that some do."
)
_NO_BETTER: Final = N_(
    "On the hold-out it tells each customer's purchases no better than the simplest guess, that "
    "each goes on as before. Go by its order of customers rather than by its numbers."
)
_NOBODY: Final = N_(
    "Nobody had bought anything before %(day)s. Import purchases, or choose a later “as of”."
)


def fit(session: Session, model: Model, request: FitRequest) -> Fit:
    """Learn how customers buy, until when, and how much they spend; times are in days.

    :raises CannotFit: there is too little to learn from; the sentence says what to do.
    """
    options, end = model.options, company(session).day(request.as_of)
    where: Any = {"engine": request.engine, "location": request.location}
    first = histories.first_day(session, request.as_of, **where)
    if first is None:
        raise CannotFit(_NOBODY, day={"day": end.isoformat()})
    held = max(1, round((end - first).days * options["holdout_percent"] / 100))
    cut = end - timedelta(days=held)
    summed = histories.summed(session, request.as_of, cut=cut, **where)
    found = histories.of_summary(summed)
    _require_enough(found, (end - first).days)
    parts = holdout.split(summed, first, cut, end)
    rule = f"last_{options['holdout_percent']}_percent"
    trial = holdout.tried(parts, options["family"], rule)
    before = spend.learn(parts.before)
    whole = fitted(trial.chosen.family, found.x, found.t_x, found.t)
    money = spend.learn(found)
    predictor = Predictor(whole, money.spend, options["discount_percent"] / 100)
    repeats = repeat_days(session, request.as_of, first, cut, **where)
    metrics = {**trial.metrics, **holdout.revenue(parts, trial, before.spend)}
    return Fit(
        sample=len(found),
        fingerprint=summed.fingerprint,
        parameters={**whole.params, **(money.spend.parameters if money.spend else {})},
        standard_errors={**whole.standard_errors, **money.errors},
        metrics=metrics,
        window_from=first,
        window_until=end,
        fit={
            "family": trial.chosen.family,
            "why": trial.chosen.why.told,
            "tried": trial.chosen.tried,
            "log_likelihood": whole.log_likelihood,
            "converged": whole.converged,
            "covariance": _covariances(whole, money.spend),
            "nobody_leaves": nobody_leaves(whole),
            "steps": whole.steps,
            "repeaters": int((found.x > 0).sum()),
            "spend": money.fit,
            "usual": usual(found),
            "location": request.location,
        },
        pictures=pictures_of(parts, trial, repeats, predictor, found),
        warnings=[*_of_leaving(whole, trial.chosen.model), *_of_guess(metrics), *money.warnings],
    )


def _covariances(whole: "Lifetimes", money: spend.Spend | None) -> dict[str, Any]:
    """Return the covariances of the logarithms of parameters; None where there is none."""
    known = {"purchases": whole.covariance, "spend": money.model.covariance if money else None}
    return {name: None if one is None else one.tolist() for name, one in known.items()}


def _require_enough(found: "Histories", days: int) -> None:
    customers, repeaters = len(found), int((found.x > 0).sum())
    if customers < LEAST_CUSTOMERS:
        told = N_(
            "Only %(customers)s customers have bought; at least %(least)s are needed. Wait until "
            "there are more, or import older purchases."
        )
        raise CannotFit(told, customers=customers, least=LEAST_CUSTOMERS)
    if repeaters < LEAST_REPEATERS:
        told = N_(
            "Only %(customers)s customers bought on more than one day; at least %(least)s are "
            "needed to see how they come back. Wait for more, or import older purchases."
        )
        raise CannotFit(told, customers=repeaters, least=LEAST_REPEATERS)
    if days < LEAST_DAYS:
        told = N_(
            "All purchases lie within %(days)s; at least %(least)s are needed. Wait, or import "
            "older purchases."
        )
        raise CannotFit(told, days={"days": days}, least={"days": LEAST_DAYS})


def _of_leaving(whole: "Lifetimes", trial: "Lifetimes") -> list[Sentence]:
    if nobody_leaves(whole):
        return [Sentence(_NOBODY_LEAVES)]
    return [Sentence(_NOBODY_LEFT)] if nobody_leaves(trial) else []


def _of_guess(metrics: Mapping[str, Any]) -> list[Sentence]:
    skill = metrics.get("skill")
    return [Sentence(_NO_BETTER)] if skill is not None and skill <= 0 else []
