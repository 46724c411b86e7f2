"""Which touchpoints a condition counts, and of when: the rows of fields below the comparison."""

from guanxi_segmentation.pages.builder import words
from guanxi_segmentation.pages.builder.fields import Control, Fields
from guanxi_segmentation.pages.builder.lengths import unit_options
from guanxi_segmentation.pages.builder.offers import Offers
from guanxi_segmentation.pages.builder.tree import Leaf
from guanxi_segmentation.texts import _


class TouchpointControls:
    """The rows of a condition on touchpoints."""

    def __init__(self, leaf: Leaf, offers: Offers) -> None:
        self.leaf = leaf
        self.offers = offers
        self.fields = Fields(leaf)

    def rows(self) -> list[list[Control]]:
        """Return what they are like, when they took place, and what else can be said of them."""
        return [self._which(), self._when(), self._which_more()]

    def _which(self) -> list[Control]:
        return [
            self.fields.checks("kind", _("Kind"), self.offers.kinds, _("any kind")),
            self.fields.checks("channel", _("Channel"), self.offers.channels, _("any channel")),
        ]

    def _which_more(self) -> list[Control]:
        directions = words.options(words.DIRECTIONS)
        return [
            self.fields.checks("direction", _("Direction"), directions, _("any direction")),
            self.fields.checks("outcome", _("Outcome"), self.offers.outcomes, _("any outcome")),
            self.fields.bound("amount_from", _("Amount from"), ("gte", "gt")),
            self.fields.bound("amount_to", _("Amount up to"), ("lte", "lt")),
            Control("text", "currency", _("Currency"), self.leaf.text("currency")),
            Control("lines", "source", _("Sources, one a line"), self.leaf.text("source")),
            Control("lines", "product", _("Products, one a line"), self.leaf.text("product")),
        ]

    def _when(self) -> list[Control]:
        chosen = self.leaf.text("window", "any")
        when = Control(
            "select", "window", _("When"), chosen, options=words.options(words.WINDOWS),
            redraws=True,
        )  # fmt: skip
        if chosen == "last":
            return [when, self.fields.length("last", unit_options())]
        if chosen == "between":
            return [
                when,
                self.fields.day("from", _("From the day")),
                self.fields.day("to", _("Before the day")),
            ]
        return [when, *self._calendar()] if chosen == "calendar" else [when]

    def _calendar(self) -> list[Control]:
        zone = self.leaf.text("zone")
        kept = [Control("hidden", "zone", "", zone)] if zone else []
        back = words.periods_back(self.leaf.text("offset", "0"))
        return [
            self.fields.select("offset", _("Which"), back, default="0"),
            self.fields.select("unit", _("Unit"), words.options(words.PERIODS), default="month"),
            self.fields.number(
                "count", _("and how many from there"), default="1", shows_label=True
            ),
            *kept,
        ]
