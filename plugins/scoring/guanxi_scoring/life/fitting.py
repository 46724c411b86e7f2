"""Fit a model: a new version, in force unless it is worse than the one that is.

The fit computes while nothing is locked but an advisory lock of the model's fits, so whoever
writes customers, touchpoints or options need not wait. What cannot be fitted, and a fit that
breaks, are versions too: ``failed``, with a sentence; the one in force stays.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from math import isfinite
from time import perf_counter
from typing import Any, Final, cast

import structlog
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from guanxi.sdk import Conflict, Invalid, Refused, Unavailable, record, write_context
from guanxi_scoring.company import company
from guanxi_scoring.life import locking
from guanxi_scoring.life.contract import CannotFit, Engine, Fit, FitRequest, Kind, Sentence
from guanxi_scoring.life.finding import current_version, get_model
from guanxi_scoring.life.kinds import kind_of
from guanxi_scoring.life.options import WORSE_ERRORS, checked, instant_of
from guanxi_scoring.life.ordering import require_active
from guanxi_scoring.models import Model, Version
from guanxi_scoring.texts import N_

log = structlog.get_logger(__name__)

_BROKE: Final = N_(
    "The fit broke off (%(error)s). The version in force stays; the log of the worker says where. "
    "Fit it again, and report it if it happens again."
)
_TOLD_AS_IT_IS: Final = (Unavailable, Refused, Invalid, Conflict)


@dataclass(frozen=True, slots=True)
class _Learnt:
    """What came of a fit: the fit, or the sentence that says why there is none."""

    fit: Fit | None
    problem: dict[str, Any] | None
    took_ms: int


def request_for(
    session: Session, model: Model, *, engine: str = "", location: str = "", now: datetime
) -> FitRequest:
    """Return with what a model is fitted now, as its options say.

    :param engine: empty: the one of the settings; so also ``location``.
    :raises Invalid: the options do not fit any more.
    """
    options = checked(kind_of(model.kind).options, model.options, now=now)
    chosen = cast(Engine, engine or company(session).settings["engine"])
    return FitRequest(instant_of(options, now), options["seed"], chosen, location)


def fit_version(
    session: Session,
    model: Model,
    request: FitRequest,
    cause: str,
    *,
    now: datetime,
    asked_by: str = "",
) -> Version:
    """Fit a model and store the new version with what came of it; see ``Version.state``.

    :param cause: ``first``, ``schedule``, ``asked`` or ``drift``.
    :raises Conflict: it is being fitted already.
    :raises Refused: the model is in the archive.
    """
    require_active(model)
    if not locking.own_fit(session, model.key):
        told = N_("The model %(key)s is being fitted already. Wait until that is done.")
        raise Conflict(told, key=model.key)
    kind, options = kind_of(model.kind), dict(model.options)
    learnt = _learn(session, kind, model, request)
    model = get_model(session, model.key, lock=True)
    require_active(model)
    version = _version(session, model, request, options, learnt)
    version.cause, version.trained_at = cause, now
    version.asked_by = asked_by or write_context(session).actor.name
    _decide(session, kind, model, version, now=now)
    return version


def put_in_force(
    session: Session, model: Model, version: Version, *, by: str, now: datetime
) -> None:
    """Let a version be the one in force; the one that was is superseded.

    The alarm of the model was about the other one, so it is over.
    """
    old = current_version(session, model)
    if old is not None and old is not version:
        old.state = "superseded"
        session.flush()
    version.state, version.enabled_at, version.enabled_by = "current", now, by
    model.alarm = None
    session.flush()


def stored(value: Any) -> Any:
    """Return a value as JSON has it: no figure is None, whatever NumPy made is plain."""
    if isinstance(value, Mapping):
        return {str(name): stored(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [stored(one) for one in value]
    plain = value.item() if hasattr(value, "item") else value
    return None if isinstance(plain, float) and not isfinite(plain) else plain


def _learn(session: Session, kind: Kind, model: Model, request: FitRequest) -> _Learnt:
    began, fit, problem = perf_counter(), None, None
    try:
        with session.begin_nested():
            fit = kind.fit(session, model, request)
    except CannotFit as error:
        problem = error.told
    except _TOLD_AS_IT_IS as error:
        problem = {"message": error.message, "values": dict(error.params)}
    except Exception as error:
        log.exception("scoring.fit_broke", model=model.key)
        problem = {"message": _BROKE, "values": {"error": type(error).__name__}}
    return _Learnt(fit, problem, round((perf_counter() - began) * 1000))


def _version(
    session: Session, model: Model, request: FitRequest, options: Mapping[str, Any], learnt: _Learnt
) -> Version:
    fit = learnt.fit or Fit(0, "", {}, {})
    last = session.scalar(select(func.max(Version.number)).where(Version.model_id == model.id))
    return Version(
        model_id=model.id,
        number=(last or 0) + 1,
        state="failed",
        engine=request.engine,
        seed=request.seed,
        as_of=request.as_of,
        window_from=fit.window_from,
        window_until=fit.window_until,
        sample=fit.sample,
        fingerprint=fit.fingerprint,
        parameters=stored(fit.parameters),
        standard_errors=stored(fit.standard_errors),
        fit=stored({**fit.fit, "options": options}),
        metrics=stored(fit.metrics),
        pictures=stored({name: picture.stored for name, picture in fit.pictures.items()}),
        warnings=stored([sentence.told for sentence in fit.warnings]),
        problem=learnt.problem,
        took_ms=learnt.took_ms,
    )


def _decide(session: Session, kind: Kind, model: Model, version: Version, *, now: datetime) -> None:
    """Store a version in the state that it deserves."""
    old = current_version(session, model)
    if version.problem is None:
        least = float(model.options.get("worse_errors", WORSE_ERRORS))
        worse = kind.worse(version.metrics, old.metrics, least) if old is not None else None
        version.state = "kept_back"
        version.problem = worse.told if isinstance(worse, Sentence) else None
    session.add(version)
    session.flush()
    if version.problem is None:
        put_in_force(session, model, version, by=version.asked_by, now=now)
    record(
        session,
        "scoring_model.fitted",
        ("scoring_model", model.key),
        after={"number": version.number, "state": version.state, "cause": version.cause},
    )
