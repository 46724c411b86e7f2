"""Two groups compared: the difference of means with its interval (组间差异); pure functions."""

from dataclasses import dataclass
from decimal import Decimal
from statistics import NormalDist
from typing import Final

LEAST: Final = 30
"""Fewer in a group say nothing: the t distribution leans on the mean being near normal."""
CONFIDENCE: Final = Decimal("0.95")
_RULE: Final = 355
_PLACES: Final = Decimal("0.0001")


@dataclass(frozen=True, slots=True)
class Group:
    """A group: how many, their mean, the variance of the sample, and how skewed they are."""

    number: int = 0
    mean: Decimal = Decimal(0)
    variance: Decimal = Decimal(0)
    skewness: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class Uplift:
    """Treated less control, with the bounds of the interval; None where groups are too small.

    :param too_small: fewer than ``LEAST`` in one of the groups: nothing can be said.
    :param rough: the interval is only rough, for the figures are so skewed that the mean of so
        small a group is not near normal.
    """

    treated: Group
    control: Group
    difference: Decimal | None
    low: Decimal | None
    high: Decimal | None
    too_small: bool
    rough: bool


def compare(treated: Group, control: Group) -> Uplift:
    """Return the difference of the means with its 95 % interval.

    d = m1 - m2, d -+ t(0.975, v) sqrt(s1^2/n1 + s2^2/n2), with the degrees of freedom
    v = (s1^2/n1 + s2^2/n2)^2 / ((s1^2/n1)^2/(n1 - 1) + (s2^2/n2)^2/(n2 - 1)): Welch (1947), The
    generalization of "Student's" problem when several different population variances are
    involved, Biometrika 34, 28-35. Rough where a group has fewer than 355 times the square of
    its skewness (Kohavi et al. 2014, Seven rules of thumb for web site experimenters, rule 7).
    """
    if min(treated.number, control.number) < LEAST:
        return Uplift(treated, control, None, None, None, too_small=True, rough=False)
    difference = treated.mean - control.mean
    margin = _margin(treated, control)
    rough = any(one.number < _RULE * one.skewness**2 for one in (treated, control))
    return Uplift(
        treated,
        control,
        difference.quantize(_PLACES),
        (difference - margin).quantize(_PLACES),
        (difference + margin).quantize(_PLACES),
        too_small=False,
        rough=rough,
    )


def t_quantile(freedom: Decimal) -> Decimal:
    """Return the 0.975 quantile of Student's t for at least ``LEAST - 1`` degrees of freedom.

    By the expansion of Abramowitz and Stegun (1964), Handbook of mathematical functions, 26.7.5,
    to the third power of 1/v: right to four decimals from 29 degrees on.
    """
    z = Decimal(NormalDist().inv_cdf(float((1 + CONFIDENCE) / 2)))
    first = (z**3 + z) / 4
    second = (5 * z**5 + 16 * z**3 + 3 * z) / 96
    third = (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384
    return z + first / freedom + second / freedom**2 + third / freedom**3


def _margin(one: Group, other: Group) -> Decimal:
    a, b = one.variance / one.number, other.variance / other.number
    if not a + b:
        return Decimal(0)
    freedom = (a + b) ** 2 / (a**2 / (one.number - 1) + b**2 / (other.number - 1))
    return t_quantile(freedom) * (a + b).sqrt()
