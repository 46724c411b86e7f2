"""Why a customer's risk of lapsing is as it is.

By the lifetime model it is what is left of ``p_alive``, so its reasons are those. By the model of
silence each thing it looked at adds to the log-odds of a sign of life; what counts is how far it
is from that of the mean customer.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from guanxi.sdk import Text
from guanxi_scoring.churn.policy import policy_of
from guanxi_scoring.churn.silence import design
from guanxi_scoring.explaining.registry import Explained
from guanxi_scoring.life.contract import Reason, Sentence
from guanxi_scoring.life.finding import find_model, get_version
from guanxi_scoring.models import LifetimeScore, Rhythm, SilenceScore, Version
from guanxi_scoring.texts import N_

TITLE: Final = Text("Risk of lapsing", "流失风险")
_LIFETIME: Final = "lifetime"
_SILENCE: Final = "silence"
_LEAST: Final = 0.05
"""Less in log-odds is no reason."""
_BROKEN: Final = 9.0
_UNKNOWN: Final = Sentence(N_("There is no sign of life yet, so there is nothing to learn from."))
_MORE: Final = N_("Speaks for silence: %(what)s")
_LESS: Final = N_("Speaks against silence: %(what)s")
_BREAK: Final = N_("Rhythm broken: away since %(last)s, was expected by %(due)s.")


def explain(session: Session, customer_id: UUID) -> Sequence[Explained]:
    """Return the risk with its reasons; nothing where neither model is used."""
    rhythm = _rhythm_reasons(session, customer_id)
    model, row = find_model(session, _SILENCE), session.get(SilenceScore, customer_id)
    bought = session.get(LifetimeScore, customer_id) is not None
    if bought and (row is None or policy_of(session).risk_from == _LIFETIME):
        return _by_lifetime(session, customer_id, rhythm)
    if row is None:
        known = model is not None or find_model(session, _LIFETIME) is not None
        return [Explained("churn_risk", TITLE, None, unknown=_UNKNOWN)] if known else ()
    if model is None:
        return ()
    version = get_version(session, model, row.model_version)
    return [
        Explained(
            "churn_risk",
            TITLE,
            row.p,
            "probability",
            model=model.key,
            version=row.model_version,
            as_of=row.as_of,
            reasons=[*rhythm, *silence_reasons(row, version)],
        )
    ]


def silence_reasons(row: SilenceScore, version: Version) -> list[Reason]:
    """Return what moves the probability of silence away from that of the mean customer."""
    parts = contributions(row, version.parameters)
    said = _sentences(row, version.parameters)
    return [
        Reason(
            Sentence(_LESS if odds > 0 else _MORE, {"what": _within(said[name])}),
            abs(odds),
        )
        for name, odds in parts.items()
        if abs(odds) >= _LEAST
    ]


def contributions(row: SilenceScore, known: Mapping[str, Any]) -> dict[str, float]:
    """Return what each thing adds to the log-odds of a sign of life in the next period."""
    state = design.from_counts(
        [(row.silent, row.active, row.tenure, row.lately, float(row.bought))]
    )
    x = design.matrix(state)[0]
    found: dict[str, float] = dict.fromkeys(("silent", "active", "tenure", "lately", "bought"), 0.0)
    for name, value in zip(design.NAMES, x, strict=True):
        part = "silent" if name.startswith("silent") else name
        found[part] += known["coefficients"][name] * (float(value) - known["means"][name])
    return found


def _sentences(row: SilenceScore, known: Mapping[str, Any]) -> dict[str, Sentence]:
    length = known["period_days"]
    bought = (
        N_("The last time they came they bought.")
        if row.bought
        else N_("The last time they came they bought nothing.")
    )
    return {
        "silent": Sentence(
            N_("The last sign of life was on %(day)s."), {"day": {"day": row.last_on.isoformat()}}
        ),
        "active": Sentence(
            N_("Came in %(active)s different periods of %(length)s."),
            {"active": row.active, "length": {"days": length}},
        ),
        "tenure": Sentence(
            N_("Has been known for %(days)s."), {"days": {"days": row.tenure * length}}
        ),
        "lately": Sentence(
            N_("Counting what is longer ago less, came %(lately)s times of late."),
            {"lately": round(row.lately, 1)},
        ),
        "bought": Sentence(bought),
    }


def _by_lifetime(
    session: Session, customer_id: UUID, rhythm: Sequence[Reason]
) -> Sequence[Explained]:
    from guanxi_scoring.explaining import lifetime  # noqa: PLC0415 -- only who reads them

    known = {one.key: one for one in lifetime.explain(session, customer_id)}
    alive = known.get("p_alive")
    if alive is None or not isinstance(alive.value, float):
        return ()
    return [
        Explained(
            "churn_risk",
            TITLE,
            1 - alive.value,
            "probability",
            model=alive.model,
            version=alive.version,
            as_of=alive.as_of,
            reasons=[*rhythm, *map(_turned, alive.reasons)],
        )
    ]


def _turned(reason: Reason) -> Reason:
    """Return a reason for being active as one for being gone: what it would be is the rest."""
    values = dict(reason.sentence.values)
    other = values.get("other")
    if isinstance(other, Mapping) and "share" in other:
        values["other"] = {"share": 1 - other["share"]}
    return Reason(Sentence(reason.sentence.message, values), reason.weight)


def _rhythm_reasons(session: Session, customer_id: UUID) -> list[Reason]:
    row = session.execute(
        select(Rhythm.last_on, Rhythm.due_on).where(
            Rhythm.customer_id == customer_id, Rhythm.warned_at.is_not(None)
        )
    ).one_or_none()
    if row is None or row.due_on is None:
        return []
    values = {
        "last": {"day": row.last_on.isoformat()},
        "due": {"day": row.due_on.isoformat()},
    }
    return [Reason(Sentence(_BREAK, values), _BROKEN)]


def _within(sentence: Sentence) -> dict[str, Any]:
    return {"sentence": sentence.message, "values": dict(sentence.values)}
