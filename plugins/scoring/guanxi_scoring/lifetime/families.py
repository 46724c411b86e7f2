"""The families of models of purchases, fitted, and the one that is chosen of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import log
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from guanxi_scoring.life.contract import CannotFit, Sentence
from guanxi_scoring.lifetime.options import AUTO, FAMILIES
from guanxi_scoring.texts import N_

if TYPE_CHECKING:
    from guanxi_scoring.btyd.dropout import BetaGeo
    from guanxi_scoring.btyd.model import Lifetimes
    from guanxi_scoring.btyd.pareto import ParetoNBD
    from guanxi_scoring.lifetime.histories import Whole

NAMES: Final[Mapping[str, str]] = MappingProxyType(
    {"bg_nbd": "BG/NBD", "mbg_nbd": "MBG/NBD", "pareto_nbd": "Pareto/NBD"}
)

_OF_LEAVING: Final = frozenset({"a", "b", "s", "beta"})
_AS_GOOD: Final = 2.0
"""A difference of BIC that is worth no more than a bare mention (Raftery 1995)."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """The family that is used, why, and how each that was tried did.

    :param tried: by family ``log_likelihood``, ``bic``, ``converged``, and ``nobody_leaves``: the
        likelihood is the greater the fewer leave, so the model is the limit at which nobody does.
    """

    family: str
    model: "Lifetimes"
    why: Sentence
    tried: Mapping[str, Mapping[str, Any]]


def empty_model(family: str) -> "BetaGeo | ParetoNBD":
    """Return a model of a family without parameters.

    :raises KeyError: there is no such family.
    """
    from guanxi_scoring.btyd.dropout import BetaGeo, ModifiedBetaGeo  # noqa: PLC0415 -- heavy
    from guanxi_scoring.btyd.pareto import ParetoNBD  # noqa: PLC0415 -- heavy

    made: Mapping[str, type[BetaGeo | ParetoNBD]] = {
        "bg_nbd": BetaGeo,
        "mbg_nbd": ModifiedBetaGeo,
        "pareto_nbd": ParetoNBD,
    }
    return made[family]()


def fitted(family: str, x: "Whole", t_x: "Whole", t: "Whole") -> "Lifetimes":
    """Return a family fitted to histories, maybe at the limit where nobody leaves.

    :raises CannotFit: nothing can be learnt from them, or the search found no maximum.
    """
    from guanxi_scoring import btyd  # noqa: PLC0415 -- heavy

    try:
        found = empty_model(family).fit(x, t_x, t)
    except (btyd.CannotFit, btyd.BadHistory) as error:
        raise CannotFit(error.message, **error.values) from error
    if not found.converged and not nobody_leaves(found):
        told = N_(
            "The search for the parameters of %(family)s found no best ones, so there would be no "
            "honest score. Choose another family, or wait for more purchases."
        )
        raise CannotFit(told, family=NAMES[family])
    return found


def nobody_leaves(model: "Lifetimes") -> bool:
    """Say whether only parameters of leaving have no best values: the fewer leave, the better.

    What is left is then the negative binomial model of buying (Ehrenberg 1959), with a chance to
    leave that is next to nothing: right as far as the data go, and P(alive) says little.
    """
    grown = str(model.message_values.get("names", "")).replace(",", " ").split()
    return bool(grown) and not model.converged and set(grown) <= _OF_LEAVING


def choose(wanted: str, x: "Whole", t_x: "Whole", t: "Whole") -> Chosen:
    """Fit the family that is wanted, or each, and take the one with the least BIC.

    BIC = k log n - 2 log L (Schwarz 1978); all describe the same histories. Of those that are as
    good, the simplest is taken: the first of ``FAMILIES``.

    :raises CannotFit: none can be fitted.
    """
    families = FAMILIES if wanted == AUTO else (wanted,)
    models: dict[str, Lifetimes] = {}
    problems: list[CannotFit] = []
    for family in families:
        try:
            models[family] = fitted(family, x, t_x, t)
        except CannotFit as error:
            problems.append(error)
    if not models:
        raise problems[0]
    tried = {
        family: {
            "log_likelihood": model.log_likelihood,
            "bic": len(model.NAMES) * log(len(x)) - 2 * model.log_likelihood,
            "converged": model.converged,
            "nobody_leaves": nobody_leaves(model),
        }
        for family, model in models.items()
    }
    least = min(one["bic"] for one in tried.values())
    best = next(family for family in models if tried[family]["bic"] <= least + _AS_GOOD)
    return Chosen(best, models[best], _why(wanted, best, tried), tried)


def _why(wanted: str, best: str, tried: Mapping[str, Mapping[str, Any]]) -> Sentence:
    if wanted != AUTO:
        return Sentence(N_("%(family)s, as the options say."), {"family": NAMES[best]})
    others = [NAMES[one] for one in tried if one != best]
    if not others:
        return Sentence(N_("%(family)s: no other family could be fitted."), {"family": NAMES[best]})
    close = any(tried[one]["bic"] <= tried[best]["bic"] + _AS_GOOD for one in tried if one != best)
    better = N_(
        "%(family)s, as it describes the time before the hold-out better than %(others)s (BIC)."
    )
    as_well = N_(
        "%(family)s, the simplest of those that describe the time before the hold-out equally "
        "well; tried were also %(others)s (BIC)."
    )
    values = {"family": NAMES[best], "others": ", ".join(others)}
    return Sentence(as_well if close else better, values)
