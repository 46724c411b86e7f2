"""Tiers by attributes that whoever asks may not see: not to be chosen, tried or read off.

How many customers are above a threshold, and the threshold that a share comes to, tell how the
values of an attribute are spread.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from guanxi.sdk import Invalid, attributes_of, current
from guanxi_segmentation.models import Scheme
from guanxi_segmentation.schemes.options import tier_options
from guanxi_segmentation.schemes.tiers import AXES
from guanxi_segmentation.sight import visible_attributes
from guanxi_segmentation.texts import N_


def require_options_in_sight(
    session: Session, options: Mapping[str, Any], scheme: Scheme | None = None
) -> None:
    """Refuse tiers by an attribute that whoever asks may not see: sizes would tell of it.

    :param scheme: the scheme as it stands; options that it has already may stay.
    :raises Invalid: with the option that names it, or that is wrong in itself.
    """
    stored = scheme.options if scheme is not None else {}
    wanted, seen = tier_options({**stored, **options}), visible_attributes(session)
    if scheme is not None and wanted == tier_options(stored):
        return
    for name in AXES:
        key = getattr(wanted, name)
        if key not in seen:
            message = N_("There is no attribute for this that you may see: %(value)s.")
            raise Invalid(message, value=key, fields={name: [message % {"value": key}]})


def hidden_axes(session: Session, scheme: Scheme) -> frozenset[str]:
    """Return the axes of tiers whose attribute whoever asks may not see; none where nobody asks."""
    if scheme.kind != "tiers" or current.principal_or_none() is None:
        return frozenset()
    known, seen = attributes_of(session), visible_attributes(session)
    of = {axis: scheme.options.get(axis, "") for axis in AXES}
    return frozenset(axis for axis, key in of.items() if key in known and key not in seen)
