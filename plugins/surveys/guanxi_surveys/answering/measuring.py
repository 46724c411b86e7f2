"""What an answer measures: NPS, CSAT, CES and the gap between expected and experienced.

NPS: Reichheld (2003), "The One Number You Need to Grow", the answer on the scale of 0 to 10.
Others are shares of their scale, ``(value - least) / (most - least)``; a scale that is written the
other way round (7 very hard, 1 very easy as ``[7, 1]``) turns by itself. The gap (期望差距) is
experienced less expected, Parasuraman, Zeithaml and Berry (1988), SERVQUAL.
"""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from statistics import fmean
from typing import Any


@dataclass(frozen=True, slots=True)
class Measured:
    """See the columns of these names in :class:`~guanxi_surveys.models.Answer`."""

    nps: int | None = None
    csat: float | None = None
    ces: float | None = None
    gap: float | None = None

    def as_dict(self) -> dict[str, Any]:
        """Return it as plain values."""
        return asdict(self)


def measure(measures: Mapping[str, Mapping[str, Any]], values: Mapping[str, Any]) -> Measured:
    """Return what ``values`` measure.

    :param measures: of the version, see :class:`~guanxi_surveys.models.Version`.
    """
    return Measured(
        _nps(measures, values),
        _mean(_shares(measures, values, "csat")),
        _mean(_shares(measures, values, "ces")),
        _gap(measures, values),
    )


def _nps(measures: Mapping[str, Mapping[str, Any]], values: Mapping[str, Any]) -> int | None:
    for name, how in measures.items():
        if how.get("measure") == "nps":
            for value in _answers(values, name):
                number = _number(value)
                if number is not None and number == int(number) and 0 <= number <= 10:
                    return int(number)
    return None


def _gap(measures: Mapping[str, Mapping[str, Any]], values: Mapping[str, Any]) -> float | None:
    pairs: dict[str, dict[str, list[float]]] = {}
    for kind in ("expected", "experienced"):
        for pair, share in _paired(measures, values, kind):
            pairs.setdefault(pair, {}).setdefault(kind, []).append(share)
    gaps = [
        fmean(one["experienced"]) - fmean(one["expected"])
        for one in pairs.values()
        if len(one) == 2
    ]
    return _mean(gaps)


def _paired(
    measures: Mapping[str, Mapping[str, Any]], values: Mapping[str, Any], kind: str
) -> Iterator[tuple[str, float]]:
    for name, how in measures.items():
        if how.get("measure") == kind:
            for share in _shares_of(values, name, how):
                yield str(how.get("pair", "")), share


def _shares(
    measures: Mapping[str, Mapping[str, Any]], values: Mapping[str, Any], kind: str
) -> list[float]:
    return [
        share
        for name, how in measures.items()
        if how.get("measure") == kind
        for share in _shares_of(values, name, how)
    ]


def _shares_of(values: Mapping[str, Any], name: str, how: Mapping[str, Any]) -> Iterator[float]:
    for value in _answers(values, name):
        share = _share(value, how)
        if share is not None:
            yield share


def _share(value: Any, how: Mapping[str, Any]) -> float | None:
    number, scale = _number(value), how.get("scale")
    if number is None or not scale:
        good = how.get("good")
        return None if not good else float(value in good)
    least, most = map(float, scale)
    if least == most:
        return None
    return min(max((number - least) / (most - least), 0.0), 1.0)


def _answers(values: Mapping[str, Any], name: str) -> list[Any]:
    """Return the answer to a question; of a matrix those of all its rows, or of one: ``q.row``."""
    found = values.get(name)
    if found is None and "." in name:
        question, _, row = name.partition(".")
        inside = values.get(question)
        found = inside.get(row) if isinstance(inside, Mapping) else None
    if isinstance(found, Mapping):
        return [one for one in found.values() if not isinstance(one, Mapping | list)]
    return [] if found is None or isinstance(found, list) else [found]


def _number(value: Any) -> float | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return float(value)
    if isinstance(value, str):
        try:
            return float(value) if len(value) < 20 else None
        except ValueError:
            return None
    return None


def _mean(values: list[float]) -> float | None:
    return fmean(values) if values else None
