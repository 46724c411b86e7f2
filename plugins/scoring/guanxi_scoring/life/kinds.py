"""The kinds of model that there are, each in a function that imports it when it is asked for.

A part of the plugin adds its kind here, as a function and by its key in ``_KINDS``::

    def _churn() -> Kind:
        from guanxi_scoring.churn.kind import CHURN  # noqa: PLC0415 -- only who fits needs it

        return CHURN

Listing the keys imports nothing; ``kind_of`` imports one kind, and a kind its heavy libraries
only when it fits.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from guanxi.sdk import NotFound
from guanxi_scoring.life.contract import Kind
from guanxi_scoring.texts import N_


def _lifetime() -> Kind:
    from guanxi_scoring.lifetime.kind import LIFETIME  # noqa: PLC0415 -- only who fits needs it

    return LIFETIME


def _silence() -> Kind:
    from guanxi_scoring.churn.silence.kind import SILENCE  # noqa: PLC0415 -- only who fits needs it

    return SILENCE


def _products() -> Kind:
    from guanxi_scoring.products.kind import PRODUCTS  # noqa: PLC0415 -- only who fits needs it

    return PRODUCTS


def _propensity() -> Kind:
    from guanxi_scoring.propensity.kind import PROPENSITY  # noqa: PLC0415 -- only who fits needs it

    return PROPENSITY


def _scorecard() -> Kind:
    from guanxi_scoring.risk.kind import SCORECARD  # noqa: PLC0415 -- only who fits needs it

    return SCORECARD


_KINDS: Final[Mapping[str, Callable[[], Kind]]] = MappingProxyType(
    {
        "lifetime": _lifetime,
        "silence": _silence,
        "products": _products,
        "propensity": _propensity,
        "scorecard": _scorecard,
    }
)
"""``Model.kind`` to the function that brings it, in the order in which they are shown."""


def kinds() -> tuple[str, ...]:
    """Return the keys of all kinds."""
    return tuple(_KINDS)


def kind_of(key: str) -> Kind:
    """Return a kind by its key.

    :raises NotFound: there is none of that name.
    """
    if key not in _KINDS:
        raise NotFound(N_("There is no kind of model called “%(key)s”."), key=key)
    return _KINDS[key]()
