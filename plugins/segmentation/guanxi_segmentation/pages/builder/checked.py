"""The rule that a form describes, once it is one."""

from collections.abc import Mapping
from typing import Any

from guanxi_segmentation.pages.builder.comparing import same
from guanxi_segmentation.pages.builder.offers import Offers
from guanxi_segmentation.pages.builder.tree import Group, Place
from guanxi_segmentation.pages.builder.writing import write_rule
from guanxi_segmentation.rules import InvalidRule, parse
from guanxi_segmentation.rules.checking import UnknownAttribute
from guanxi_segmentation.texts import _


def checked_rule(
    tree: Group | None,
    offers: Offers,
    at: dict[Place, str],
    stored: Mapping[str, Any] | None = None,
) -> Mapping[str, Any] | None:
    """Return the document of the rule; None, after noting why, where it is none yet.

    :param at: gets what is wrong with a condition, by its place.
    :param stored: the rule as it stands: left as it is it may ask for what the person may not see.
    """
    if tree is None:
        return None
    written = write_rule(tree, offers.attributes, offers.zone)
    at.update(written.lacks)
    if written.lacks:
        return None
    if stored is not None and same(written.document, stored):
        return stored
    try:
        parse(written.document, offers.attributes)
    except InvalidRule as error:
        at[written.place_of(error.place)] = told(error, offers)
        return None
    return written.document


def told(error: InvalidRule, offers: Offers) -> str:
    """Return what is wrong with a condition without the path in the document."""
    if isinstance(error, UnknownAttribute) and error.key in offers.hidden:
        return _("You may not see what this condition is about, so it is not counted here.")
    params = {**error.params, "place": ""}
    return _(error.message, **params).lstrip(":： ").strip().capitalize()
