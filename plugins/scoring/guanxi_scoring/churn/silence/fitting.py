"""Fit the model of silence: first without the last days, to test it on them; then with all."""

import hashlib
import json
from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final

from sqlalchemy.orm import Session

from guanxi_scoring.churn.silence import design, hazard, holdout, periods
from guanxi_scoring.churn.silence.options import Chosen, chosen
from guanxi_scoring.company import company
from guanxi_scoring.life.contract import CannotFit, Fit, FitRequest, Sentence
from guanxi_scoring.models import Model
from guanxi_scoring.texts import N_

LEAST_CUSTOMERS: Final = 50
LEAST_EVENTS: Final = 50
"""Fewer returns after a gap do not say when customers come back."""
LEAST_AUC: Final = 0.6
"""Below it is hardly better than a coin."""
PARTS_OF_TIME: Final = 3
"""Silence may last for at most such a part of the time that is known."""


def fit(session: Session, model: Model, request: FitRequest) -> Fit:
    """Return what was learnt from what happened before ``request.as_of``.

    :raises CannotFit: too few customers or returns, or too short a time.
    """
    if request.engine != "postgres":
        raise CannotFit(
            N_("This model counts in the database of Guanxi. Fit it with the engine postgres.")
        )
    options = chosen(model.options, company(session).zone)
    known = periods.span(session, options, request.as_of)
    ahead = _periods_ahead(known, options)
    rows = periods.counted(session, options, request.as_of, ahead)
    tested = periods.tested(session, options, request.as_of, ahead)
    early = [row for row in rows if not row.late]
    if sum(int(row.events) for row in early) < LEAST_EVENTS or not tested:
        raise CannotFit(
            N_(
                "Customers came back only %(found)s times before the last %(days)s days; "
                "%(needed)s times are needed. Wait, or choose a shorter silence."
            ),
            found=sum(int(row.events) for row in early),
            days=ahead * options.length,
            needed=LEAST_EVENTS,
        )
    test = _fitted(early)[0]
    final, state, trials, events = _fitted(rows)
    told = _tested(test, tested, ahead)
    fitted = hazard.hazards(final.told, state)
    return Fit(
        sample=known.customers,
        fingerprint=_fingerprint(rows, options, ahead),
        parameters={
            **final.told,
            "means": _means(tested),
            "periods": ahead,
            "period_days": options.length,
            "silence_days": ahead * options.length,
            "usual_gap_days": known.usual,
            "signs": options.signs,
        },
        standard_errors=final.errors,
        metrics=told["metrics"],
        window_from=known.first,
        window_until=known.last + timedelta(days=1),
        fit={
            "log_likelihood": final.log_likelihood,
            "converged": final.converged,
            "person_periods": int(trials.sum()),
            "returns": int(events.sum()),
        },
        pictures={
            **told["pictures"],
            "silence_hazard": holdout.hazard_picture(state, trials, events, fitted),
        },
        warnings=_warnings(final, told["metrics"]),
    )


def _periods_ahead(known: periods.Span, options: Chosen) -> int:
    """Return after how many periods it is silence: as chosen, or found from the gaps."""
    if known.customers < LEAST_CUSTOMERS:
        raise CannotFit(
            N_(
                "Only %(found)s customers gave a sign of life; %(needed)s are needed. Record more "
                "touchpoints, or import past ones."
            ),
            found=known.customers,
            needed=LEAST_CUSTOMERS,
        )
    if known.usual is None:
        raise CannotFit(
            N_("No customer came twice, so nothing says when they come back. Import past ones.")
        )
    most = known.days // PARTS_OF_TIME // options.length
    if options.silence_days is None:
        wanted = min(-(-known.usual // options.length), most)
    else:
        wanted = -(-options.silence_days // options.length)
    if wanted < 1 or wanted > most:
        raise CannotFit(
            N_(
                "Touchpoints reach back %(days)s days; silence can last a third of that at most, "
                "and one period at least. Choose a shorter silence or period, or import past ones."
            ),
            days=known.days,
        )
    return wanted


def _fitted(rows: Sequence[Any]) -> tuple[hazard.Hazard, Any, Any, Any]:
    import numpy as np  # noqa: PLC0415 -- only who fits needs it

    state = design.from_cells(rows, periods.PARTS)
    trials = np.array([int(row.trials) for row in rows], dtype=float)
    events = np.array([int(row.events) for row in rows], dtype=float)
    if events.sum() in (0, trials.sum()):
        raise CannotFit(
            N_("All customers are alike: each came in every period. There is nothing to learn.")
        )
    return hazard.fit(state, trials, events), state, trials, events


def _tested(found: hazard.Hazard, tested: Sequence[Any], ahead: int) -> dict[str, Any]:
    p, customers, silent = predicted(found.told, tested, ahead)
    return {
        "metrics": holdout.measures(p, customers, silent),
        "pictures": holdout.pictures(p, customers, silent),
    }


def predicted(parameters: Any, tested: Sequence[Any], ahead: int) -> tuple[Any, Any, Any]:
    """Return probability, customers and those who fell silent, by cell."""
    import numpy as np  # noqa: PLC0415 -- as above

    state = design.from_cells(tested, periods.PARTS)
    customers = np.array([int(row.customers) for row in tested], dtype=float)
    silent = np.array([int(row.silent_ones) for row in tested], dtype=float)
    return hazard.staying_silent(parameters, state, ahead), customers, silent


def _means(tested: Sequence[Any]) -> dict[str, float]:
    """Return the mean of each number over customers: against it reasons are told."""
    import numpy as np  # noqa: PLC0415 -- as above

    x = design.matrix(design.from_cells(tested, periods.PARTS))
    weights = np.array([int(row.customers) for row in tested], dtype=float)
    means = (x * weights[:, None]).sum(axis=0) / weights.sum()
    return {name: float(one) for name, one in zip(design.NAMES, means, strict=True)}


def _fingerprint(rows: Sequence[Any], options: Chosen, ahead: int) -> str:
    told = [[int(one) for one in row] for row in rows]
    text = json.dumps([told, options.length, options.signs, options.zone, ahead])
    return hashlib.sha256(text.encode()).hexdigest()


def _warnings(found: hazard.Hazard, metrics: dict[str, Any]) -> list[Sentence]:
    told = []
    if not found.converged:
        told.append(Sentence(N_("The fit did not converge; its numbers are not final.")))
    if metrics["auc"] is None:
        told.append(
            Sentence(N_("In the hold-out all customers fared alike, so the order is not tested."))
        )
    elif metrics["auc"] < LEAST_AUC:
        told.append(Sentence(N_("The order of customers is hardly better than guessing.")))
    return told
