"""The model of spend (Gamma-Gamma): what a future purchase of a customer costs.

It learns from repeat days on which something was paid. It assumes that how much somebody spends
does not hang together with how often they buy; where it does, a warning says so.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from guanxi_scoring.life.contract import Sentence
from guanxi_scoring.texts import N_

if TYPE_CHECKING:
    from guanxi_scoring.btyd.gamma_gamma import GammaGamma
    from guanxi_scoring.lifetime.histories import Histories, Real, Whole


_CORRELATED: Final = N_(
    "How much customers spend hangs together with how often they buy (r = %(r)s). The model "
    "assumes that it does not, so values may be too high for some and too low for others."
)
_RETURNED: Final = N_(
    "%(customers)s customers gave back as much as they bought, or more. They were left out of the "
    "model of spend; look at them, as the returns may be of purchases that were never imported."
)
_FREE: Final = N_(
    "%(customers)s customers came back, but paid nothing in the company's currency then. They "
    "were left out of the model of spend."
)
_UNKNOWN: Final = N_("There is no model of spend, so values are unknown: %(why)s")


@dataclass(frozen=True, slots=True)
class Learnt:
    """The model, how the fit went, and what everybody who uses it should read."""

    spend: "Spend | None"
    fit: Mapping[str, Any]
    warnings: Sequence[Sentence]
    errors: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Spend:
    """Gamma-Gamma (Fader, Hardie & Lee 2005, "RFM and CLV"; Fader & Hardie 2013)."""

    model: "GammaGamma"

    @classmethod
    def stored(cls, parameters: Mapping[str, Any], covariance: Any = None) -> "Spend | None":
        """Return the model as a version stores it; None where it has none.

        :param covariance: of the logarithms of its parameters, where it is stored.
        """
        from guanxi_scoring.btyd.gamma_gamma import GammaGamma  # noqa: PLC0415 -- heavy

        names = GammaGamma.NAMES
        if any(parameters.get(name) is None for name in names):
            return None
        found = {name: parameters[name] for name in names}
        return cls(GammaGamma.from_params(found, covariance))

    @property
    def parameters(self) -> Mapping[str, float]:
        """What a version stores."""
        return self.model.params

    def expected(self, days: "Whole", mean: "Real") -> "Real":
        """Return the expected spend of a future purchase; of who never paid again, everybody's."""
        import numpy as np  # noqa: PLC0415 -- heavy

        paid = days > 0
        found = self.model.conditional_expected_spend(
            np.where(paid, days, 0), np.where(paid, mean, 0.0)
        )
        result: Real = np.atleast_1d(found)
        return result


def learn(found: "Histories") -> Learnt:
    """Fit the model of spend to who paid on repeat days; without one the value is unknown."""
    from guanxi_scoring import btyd  # noqa: PLC0415 -- heavy
    from guanxi_scoring.btyd.gamma_gamma import GammaGamma  # noqa: PLC0415 -- heavy

    returned = (found.kept <= 0) & (found.paid_days > 0)
    use = (found.paid_days > 0) & ~returned
    days, mean = found.paid_days[use], found.spend[use]
    told = {"customers": int(use.sum()), "excluded": int(((found.x > 0) & ~use).sum())}
    warnings = _excluded(found, returned)
    try:
        model = GammaGamma().fit(days, mean)
    except (btyd.CannotFit, btyd.BadHistory) as error:
        return Learnt(None, told, [*warnings, _no_value(error.message, error.values)])
    if not model.converged:
        return Learnt(None, told, [*warnings, _no_value(model.message, model.message_values)])
    more = {"log_likelihood": model.log_likelihood, "correlation": model.correlation}
    if model.correlated:
        warnings = [*warnings, Sentence(_CORRELATED, {"r": round(model.correlation, 2)})]
    return Learnt(Spend(model), {**told, **more}, warnings, model.standard_errors)


def _excluded(found: "Histories", returned: Any) -> list[Sentence]:
    """Say how many customers the model of spend leaves out, and why."""
    gone = int(returned.sum())
    free = int(((found.x > 0) & (found.paid_days == 0) & ~returned).sum())
    told = [(_RETURNED, gone), (_FREE, free)]
    return [Sentence(message, {"customers": count}) for message, count in told if count]


def _no_value(message: str, values: Mapping[str, Any]) -> Sentence:
    return Sentence(_UNKNOWN, {"why": {"sentence": message, "values": dict(values)}})
