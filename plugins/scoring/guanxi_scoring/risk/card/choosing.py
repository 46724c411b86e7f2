"""Which characteristics a card takes: each cut into bins, those that say something, together."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from guanxi_scoring.life.contract import CannotFit, Sentence
from guanxi_scoring.risk.card import evidence as woe_of
from guanxi_scoring.risk.card.bins import Bins
from guanxi_scoring.risk.card.cases import Column, read, special_of
from guanxi_scoring.risk.card.cutting import cut
from guanxi_scoring.risk.card.weighing import Weights, rightly_signed, weigh
from guanxi_scoring.texts import N_


@dataclass(frozen=True, slots=True)
class Characteristic:
    """A characteristic with its bins and what each says."""

    column: Column
    values: Sequence[Any]
    bins: Bins
    evidence: Sequence[woe_of.Evidence]

    @property
    def iv(self) -> float:
        """How much it says in all (信息值)."""
        return woe_of.information_value(self.evidence)


def chosen_of(
    columns: Sequence[Column], bad: Any, learn: Any, least_iv: float, warnings: list[Sentence]
) -> list[Characteristic]:
    """Return the characteristics that say something; the others get a sentence each.

    :param least_iv: information value below which one says nothing.
    :raises CannotFit: none does, or one says too much.
    """
    taken = (_taken(one, bad, learn, least_iv, warnings) for one in columns)
    found = [one for one in taken if one is not None]
    if not found:
        raise CannotFit(
            N_("Nothing of what was chosen tells good from bad. Choose other characteristics.")
        )
    return found


_EMPTY: Final = N_("%(key)s is left out: it is always empty.")
_SAME: Final = N_("%(key)s is left out: it is always the same.")
_SAYS_LITTLE: Final = N_("%(key)s is left out: its information value is only %(iv)s.")
_SAYS_MUCH: Final = N_(
    "%(key)s says very much (information value %(iv)s). Make sure that it was known before the "
    "outcome."
)


def _taken(
    column: Column, bad: Any, learn: Any, least_iv: float, warnings: list[Sentence]
) -> Characteristic | None:
    """Return a characteristic cut into bins; None where it says nothing, which is told."""
    kind, values = read(column)
    known = [values[place] for place in learn]
    if all(one is None for one in known):
        warnings.append(Sentence(_EMPTY, {"key": column.key}))
        return None
    _require_no_leak(column.key, known, bad[learn])
    bins = cut(known, bad[learn], kind, column.trend, special_of(column, kind))
    if bins is None:
        warnings.append(Sentence(_SAME, {"key": column.key}))
        return None
    found = Characteristic(column, values, bins, _counted(bins, known, bad[learn]))
    if found.iv < least_iv:
        told = {"key": column.key, "iv": round(found.iv, 4)}
        warnings.append(Sentence(_SAYS_LITTLE, told))
        return None
    if found.iv > woe_of.SUSPICIOUS:
        warnings.append(Sentence(_SAYS_MUCH, {"key": column.key, "iv": round(found.iv, 2)}))
    return found


def _require_no_leak(key: str, known: Sequence[Any], bad: Any) -> None:
    """Refuse what splits good from bad without a fault; bins of one kind only say nothing."""
    good = {value for value, is_bad in zip(known, bad, strict=True) if not is_bad}
    lost = {value for value, is_bad in zip(known, bad, strict=True) if is_bad}
    few = len(good) + len(lost) <= len(known) / 10
    numbers = [{one for one in part if isinstance(one, float)} for part in (good, lost)]
    apart = False
    if all(numbers) and numbers[0] | numbers[1] == good | lost:
        apart = max(numbers[0]) < min(numbers[1]) or max(numbers[1]) < min(numbers[0])
    if apart or (few and not good & lost):
        raise CannotFit(
            N_(
                "%(key)s tells good from bad without a fault. That is too good: probably it is "
                "known only after the outcome. Leave it out."
            ),
            key=key,
        )


def _counted(bins: Bins, values: Sequence[Any], bad: Any) -> list[woe_of.Evidence]:
    import numpy as np  # noqa: PLC0415 -- as above

    from guanxi_scoring.risk.card.many import places_of  # noqa: PLC0415 -- heavy

    places, size = places_of(bins.finder(), values), len(bins.bins)
    good, lost = (np.bincount(places[bad == one], minlength=size).tolist() for one in (0, 1))
    total = int(bad.sum())
    return woe_of.evidence(list(zip(good, lost, strict=True)), len(bad) - total, total)


def weighed(
    chosen: list[Characteristic], bad: Any, learn: Any, warnings: list[Sentence]
) -> tuple[list[Characteristic], Weights]:
    """Return the characteristics whose weight has the right sign, and the weights."""
    import numpy as np  # noqa: PLC0415 -- as above

    while True:
        columns = [_woe_of(one, [one.values[place] for place in learn]) for one in chosen]
        weights = weigh(np.array(columns).T, 1 - bad[learn])
        right = rightly_signed(weights)
        if len(right) == len(chosen):
            return chosen, weights
        least = int(np.argmin(weights.coefficients))
        told = {"key": chosen[least].column.key}
        warnings.append(Sentence(N_("%(key)s is left out: the others say it already."), told))
        chosen = [one for place, one in enumerate(chosen) if place != least]


def _woe_of(one: Characteristic, values: Sequence[Any]) -> Any:
    import numpy as np  # noqa: PLC0415 -- as above

    from guanxi_scoring.risk.card.many import places_of  # noqa: PLC0415 -- heavy

    return np.array([bin_.woe for bin_ in one.evidence])[places_of(one.bins.finder(), values)]
