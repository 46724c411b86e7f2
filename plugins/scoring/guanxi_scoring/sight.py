"""What whoever asks may see of models: figures of all customers, and what is of credit risk."""

from collections.abc import Iterable
from typing import Final

from guanxi.sdk import Forbidden, NotFound, current
from guanxi_scoring.models import Model
from guanxi_scoring.texts import N_

RISK_KINDS: Final = frozenset({"risk", "scorecard"})
"""Kinds of model that only who may see ratings may look at."""


def sees_all() -> bool:
    """Say whether the row rule of whoever asks lets them see every customer."""
    return current.principal().scope == "all"


def scope() -> str:
    """Return whose customers whoever asks sees: ``all``, or the id of the person."""
    person = current.principal()
    return "all" if sees_all() else str(person.user_id)


def may(permission: str) -> bool:
    """Say whether whoever looks may do this; nobody at all, as in a job, hides nothing."""
    person = current.principal_or_none()
    return person is None or person.may(permission)


def may_see(model: Model) -> bool:
    """Say whether whoever looks may see a model."""
    return may("scoring.risk") if model.kind in RISK_KINDS else may("scoring.view")


def seen(models: Iterable[Model]) -> list[Model]:
    """Return those of the models that whoever looks may see."""
    return [one for one in models if may_see(one)]


def require_sight(model: Model) -> Model:
    """Return a model that whoever asks may see.

    :raises NotFound: they may not, so for them it is not there.
    """
    if not may_see(model):
        raise NotFound(N_("There is no such model."))
    return model


def require_all() -> None:
    """Make sure that whoever asks may see every customer.

    What a model learnt, and how good it is, is told of all customers or not at all.

    :raises Forbidden: their row rule lets them see only some.
    """
    if not sees_all():
        raise Forbidden(N_("The figures of models are of all customers, whom you may not all see."))
