"""What the form of a segment holds beside its conditions, and how it is checked and drawn."""

from dataclasses import dataclass, field
from typing import Any

from flask import render_template, request

from guanxi.sdk import Invalid, web
from guanxi_segmentation.models import Segment
from guanxi_segmentation.pages.builder import words
from guanxi_segmentation.pages.builder.checked import told
from guanxi_segmentation.pages.builder.lengths import unit_options
from guanxi_segmentation.pages.builder.offers import Offers
from guanxi_segmentation.pages.builder.reading import read_tree
from guanxi_segmentation.pages.builder.tree import Group, Leaf, Place, name_of
from guanxi_segmentation.pages.builder.views import draw
from guanxi_segmentation.pages.builder.writing import Written
from guanxi_segmentation.rules import InvalidRule

TEXTS = ("title_en", "title_zh", "key", "description")


@dataclass(slots=True)
class SegmentForm:
    """The form as it is drawn: what was typed, the tree (None: a list by hand), what is wrong."""

    texts: dict[str, str]
    tree: Group | None
    announce: bool = True
    announce_build: bool = False
    version: str = ""
    segment: Segment | None = None
    errors: dict[str, str] = field(default_factory=dict)
    at: dict[Place, str] = field(default_factory=dict)
    """What is wrong with a condition, by its place."""

    def complain(self, error: Invalid | Any, offers: Offers, written: Written | None) -> None:
        """Note what is wrong where it is wrong."""
        if isinstance(error, InvalidRule) and written is not None:
            self.at[written.place_of(error.place)] = told(error, offers)
            return
        names = error.fields if isinstance(error, Invalid) else {}
        name = next((one for one in names if one in TEXTS), "form")
        self.errors[name] = web.sentence(error)


def new_form(tree: Group | None, **texts: str) -> SegmentForm:
    """Return a form for a segment to be made."""
    return SegmentForm({name: texts.get(name, "") for name in TEXTS}, tree)


def form_of(segment: Segment, tree: Group | None) -> SegmentForm:
    """Return a form filled with what a segment is now."""
    texts = {name: getattr(segment, name) or "" for name in TEXTS}
    version = str(segment.version)
    return SegmentForm(texts, tree, segment.announce, version=version, segment=segment)


def sent_form(segment: Segment | None) -> SegmentForm:
    """Return the form as it was sent."""
    sent = request.form
    by_hand = segment.kind == "static" if segment else sent.get("by") == "hand"
    return SegmentForm(
        {name: sent.get(name, "").strip() for name in TEXTS},
        None if by_hand else read_tree(sent.items(multi=True)),
        announce="announce" in sent,
        announce_build="announce_build" in sent,
        version=sent.get("version", ""),
        segment=segment,
    )


def draw_form(form: SegmentForm, offers: Offers) -> str:
    """Draw the whole page."""
    is_new = form.segment is None
    return render_template(
        "segmentation/edit.html",
        form=form,
        part=draw(form.tree, offers, errors=form.at) if form.tree is not None else None,
        problems=problems(form),
        language=offers.language,
        is_new=is_new,
        **builder_values(offers),
    )


def problems(form: SegmentForm) -> dict[str, str]:
    """Return all that is wrong, by the id of the field, for the head of the page."""
    found = {f"field-{name}": text for name, text in form.errors.items()}
    return found | {name_of(place).replace(".", "-"): text for place, text in form.at.items()}


def builder_values(offers: Offers) -> dict[str, Any]:
    """Return what drawing conditions needs."""
    return {
        "subjects": offers.subjects,
        "matches": words.options(words.MATCHES),
        "units": unit_options(),
    }


def empty_tree() -> Group:
    """Return a tree with one condition to be filled in."""
    return Group("all", [Leaf()])
