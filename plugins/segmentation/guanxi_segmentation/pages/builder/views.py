"""The tree as the page draws it: for each part its controls, what is wrong, what can be done."""

from collections.abc import Mapping
from dataclasses import dataclass

from guanxi_segmentation.pages.builder.controls import LeafControls
from guanxi_segmentation.pages.builder.fields import Control
from guanxi_segmentation.pages.builder.moving import can
from guanxi_segmentation.pages.builder.offers import Offers
from guanxi_segmentation.pages.builder.tree import Group, Leaf, Part, Place, name_of


@dataclass(frozen=True, slots=True)
class PartView:
    """A condition or a group as it is drawn."""

    name: str
    number: int
    depth: int
    is_group: bool
    what: str
    controls: list[Control]
    details: list[list[Control]]
    """Further rows of controls below the first."""
    parts: "list[PartView]"
    can: Mapping[str, bool]
    lack: str
    error: str
    focused: bool
    match: str = "all"
    held: str = ""
    held_unit: str = "D"


def draw(
    root: Group,
    offers: Offers,
    *,
    lacks: Mapping[Place, str] | None = None,
    errors: Mapping[Place, str] | None = None,
    focus: Place | None = None,
) -> PartView:
    """Return the whole tree as it is drawn.

    :param lacks: what has to be filled in yet; :param errors: what is wrong.
    :param focus: the part that was just added or moved.
    """
    return _Drawing(root, offers, lacks or {}, errors or {}, focus).part(root, (), 0)


class _Drawing:
    def __init__(
        self,
        root: Group,
        offers: Offers,
        lacks: Mapping[Place, str],
        errors: Mapping[Place, str],
        focus: Place | None,
    ) -> None:
        self.root = root
        self.offers = offers
        self.lacks = lacks
        self.errors = errors
        self.focus = focus

    def part(self, part: Part, place: Place, number: int) -> PartView:
        group = part if isinstance(part, Group) else None
        leaf = LeafControls(part, self.offers) if isinstance(part, Leaf) else None
        return PartView(
            name=name_of(place),
            number=number,
            depth=len(place),
            is_group=group is not None,
            what=part.what if isinstance(part, Leaf) else "",
            controls=leaf.first() if leaf else [],
            details=leaf.details() if leaf else [],
            parts=[self.part(p, (*place, i), i + 1) for i, p in enumerate(group.parts)]
            if group
            else [],
            can=can(self.root, place) if place else {},
            lack=self.lacks.get(place, ""),
            error=self.errors.get(place, ""),
            focused=self.focus == place,
            match=group.match if group else "",
            held=group.held if group else "",
            held_unit=group.held_unit if group else "D",
        )
