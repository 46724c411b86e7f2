"""Data that papers were written about, from the package of a peer that ships them."""

import importlib.util
import warnings
from pathlib import Path
from types import ModuleType
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


class Customers(NamedTuple):
    """Histories, with mean spend or weights where there are any."""

    x: Array
    recency: Array
    T: Array
    more: Array


def cdnow() -> Customers:
    """2,357 customers of CDNOW, in weeks, with their mean repeat spend in US dollars."""
    return _read("cdnow_customers_summary_with_transactions.csv", skip=1)


def donations() -> Customers:
    """11,104 donors over 6 years, aggregated with weights."""
    return _read("donations.csv", skip=0)


def peer() -> ModuleType:
    """The package ``lifetimes``, which warns of other packages when it is imported."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import lifetimes  # noqa: PLC0415 -- slow, and only here

    return lifetimes


def _read(name: str, skip: int) -> Customers:
    found = importlib.util.find_spec("lifetimes")
    assert found is not None
    assert found.origin is not None
    file = Path(found.origin).parent / "datasets" / name
    table = np.loadtxt(file, delimiter=",", skiprows=1)
    return Customers(*table.T[skip : skip + 4])
