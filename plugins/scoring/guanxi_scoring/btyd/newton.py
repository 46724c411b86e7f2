"""Newton's method for the log-likelihood of positive parameters, on their logarithms.

With exact second derivatives, six to nine evaluations are enough, and the covariance comes free.
Where the function is not concave, directions are turned uphill by the size of their curvature.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from guanxi_scoring.btyd.errors import N_

Array = NDArray[np.float64]
Evaluated = tuple[float, Array, Array]
"""Value, gradient and Hessian in the parameters themselves."""

STEPS: Final = 200
LONGEST: Final = 2.0
"""No logarithm of a parameter moves further in one step."""
EDGE: Final = 13.8
"""A parameter of a million, or a millionth, on the scale of the data is none that was found."""
ENOUGH: Final = 1e-10
"""What a further step would add to the log-likelihood, when it is time to stop."""

CONVERGED: Final = N_("The maximum of the likelihood was found.")
AT_EDGE: Final = N_(
    "Did not converge: %(names)s grew beyond all bounds, so customers differ less than this model"
    " supposes, or there are too few of them. Use a simpler model or a longer time."
)
TOO_LONG: Final = N_("Did not converge: no maximum was found in %(steps)s steps.")
FLAT: Final = N_(
    "Did not converge: the likelihood hardly depends on the parameters, so more data are needed."
)


@dataclass(frozen=True, slots=True)
class Optimum:
    """Where the search ended."""

    params: Mapping[str, float]
    standard_errors: Mapping[str, float]
    covariance: Array | None
    """Of the logarithms of the parameters; None where there is no maximum."""
    value: float
    converged: bool
    message: str
    values: Mapping[str, Any]
    """For the places of ``message``."""
    steps: int


@dataclass(frozen=True, slots=True)
class Point:
    """Logarithms of parameters, and value, gradient and Hessian of the function there."""

    theta: Array
    value: float
    slope: Array
    bend: Array


Function = Callable[[Array], Evaluated]


def maximum(
    evaluate: Function, names: Sequence[str], start: Array, scales: Array | None = None
) -> Optimum:
    """Climb from ``start`` to the maximum.

    :param evaluate: value, gradient and Hessian at given (positive, scaled) parameters.
    :param scales: what a scaled parameter is multiplied with to be told in the caller's unit.
    """
    point, steps = _point(evaluate, np.log(start)), 0
    step = _uphill(point)
    while steps < STEPS and not _there(point, step):
        if (higher := _climbed(evaluate, point, step)) is None:
            break
        point, steps = higher, steps + 1
        step = _uphill(point)
    converged, message, values = _verdict(names, point, _gain(point, step))
    params = np.exp(point.theta) * (1.0 if scales is None else scales)
    covariance = _covariance(point)
    errors = params * (np.nan if covariance is None else np.sqrt(np.diag(covariance)))
    return Optimum(
        params=dict(zip(names, params.tolist(), strict=True)),
        standard_errors=dict(zip(names, errors.tolist(), strict=True)),
        covariance=covariance,
        value=point.value,
        converged=converged,
        message=message,
        values=values,
        steps=steps,
    )


def _gain(point: Point, step: Array) -> float:
    """What the step would add to the value, were the function a parabola."""
    return float(point.slope @ step) / 2


def _there(point: Point, step: Array) -> bool:
    enough = _gain(point, step) <= ENOUGH + 1e-15 * abs(point.value)
    return enough or bool(np.abs(point.theta).max() > EDGE)


def _climbed(evaluate: Function, point: Point, step: Array) -> Point | None:
    """Go along the step, or half of it, and so on, until it goes uphill."""
    rise = float(point.slope @ step)
    part = 1.0
    for _ in range(40):
        found = _point(evaluate, point.theta + part * step)
        if found.value >= point.value + 1e-4 * part * rise - 1e-14 * abs(point.value):
            return found
        part /= 2
    return None


def _point(evaluate: Function, theta: Array) -> Point:
    params = np.exp(theta)
    value, slope, bend = evaluate(params)
    if not (np.isfinite(value) and np.isfinite(slope).all() and np.isfinite(bend).all()):
        return Point(theta, -np.inf, slope, bend)
    slope = params * slope
    return Point(theta, value, slope, params[:, None] * params * bend + np.diag(slope))


def _uphill(point: Point) -> Array:
    """Newton's step; against a curvature that points upwards, its mirror image."""
    curves, axes = np.linalg.eigh(-point.bend)
    size = np.abs(curves)
    steps = (axes.T @ point.slope) / np.maximum(size, 1e-12 * max(size.max(), 1e-300))
    step: Array = axes @ steps
    longest = np.abs(step).max()
    return step * (LONGEST / longest) if longest > LONGEST else step


def _covariance(point: Point) -> Array | None:
    """The inverse of the information: of the logarithms, whatever unit the parameters are in."""
    curves, axes = np.linalg.eigh(-point.bend)
    return (axes / curves) @ axes.T if _peaked(curves) else None


def _peaked(curves: Array) -> bool:
    return bool(curves.min() > 1e-9 * max(curves.max(), 1e-300))


def _verdict(names: Sequence[str], point: Point, gain: float) -> tuple[bool, str, dict[str, Any]]:
    outside = [
        name for name, at in zip(names, point.theta, strict=True) if abs(at) > EDGE - LONGEST
    ]
    if outside:
        return False, AT_EDGE, {"names": ", ".join(outside)}
    if not _peaked(np.linalg.eigh(-point.bend)[0]):
        return False, FLAT, {}
    if gain > max(1e-6, 1e-12 * abs(point.value)):
        return False, TOO_LONG, {"steps": STEPS}
    return True, CONVERGED, {}
