"""How many customers the rule in a form fits, and some of them; what is wrong, where it is wrong.

For a class it counts who would be in it: a class above it that fits, too, takes them first.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import render_template, request

from guanxi.sdk import Conflict, Invalid, current, web
from guanxi_segmentation.membership.previewing import Preview, preview
from guanxi_segmentation.pages.blueprint import MANAGE, pages
from guanxi_segmentation.pages.builder.checked import told
from guanxi_segmentation.pages.builder.offers import Offers
from guanxi_segmentation.pages.builder.reading import read_tree
from guanxi_segmentation.pages.builder.tree import Group, Place, name_of, walk
from guanxi_segmentation.pages.builder.writing import Written, write_rule
from guanxi_segmentation.rules import InvalidRule, parse
from guanxi_segmentation.schemes.class_rules import checked_class_rule, require_no_circle_of
from guanxi_segmentation.schemes.class_segments import segment_key
from guanxi_segmentation.schemes.domain import get_scheme
from guanxi_segmentation.schemes.drafts import ClassDraft
from guanxi_segmentation.schemes.sorting import classes_of
from guanxi_segmentation.sentences import in_words

Check = Callable[[Mapping[str, Any]], None]
"""Refuses the document of a rule for a reason of its own."""


@dataclass(slots=True)
class Tried:
    """A rule that was tried: whom it fits and what it says, or what is wrong where."""

    found: Preview | None = None
    sentence: str = ""
    errors: dict[Place, str] = field(default_factory=dict)


@pages.post("/segments/preview", permission=MANAGE)
def show_preview() -> str:
    """How many customers the rule of a segment fits now, and ten of them."""
    return _draw(Offers(current.session(), request.form.get("own_key", "")))


@pages.post("/schemes/<key>/class-preview", permission=MANAGE)
def show_class_preview(key: str) -> str:
    """How many customers would be in a class now, and ten of them."""
    session = current.session()
    scheme, own = get_scheme(session, key), request.form.get("class_key", "")

    def check(document: Mapping[str, Any]) -> None:
        stored = checked_class_rule(session, scheme, ClassDraft(own, "", rule=document))
        require_no_circle_of(session, scheme, stored)

    ruled = [one.key for one in classes_of(session, scheme) if one.rule is not None]
    above = ruled[: ruled.index(own)] if own in ruled else ruled
    unless = [segment_key(scheme.key, one) for one in above]
    return _draw(Offers(session), unless, check)


def _draw(offers: Offers, unless: Collection[str] = (), check: Check | None = None) -> str:
    tree = read_tree(request.form.items(multi=True))
    written = write_rule(tree, offers.attributes, offers.zone)
    tried = Tried() if written.lacks else _try(written, offers, unless, check)
    return render_template(
        "segmentation/_preview.html",
        found=tried.found,
        sentence=tried.sentence,
        notes=_notes(tree, written, tried),
        lacks=len(written.lacks),
        wrong=bool(tried.errors),
    )


def _try(written: Written, offers: Offers, unless: Collection[str], check: Check | None) -> Tried:
    session, tried = current.session(), Tried()
    try:
        tried.sentence = in_words(session, parse(written.document, offers.attributes))
        if check is not None:
            check(written.document)
        tried.found = preview(session, written.document, now=current.now(), unless=unless)
    except InvalidRule as error:
        tried.errors[written.place_of(error.place)] = told(error, offers)
    except (Invalid, Conflict) as error:
        tried.errors[()] = web.sentence(error)
    return tried


def _notes(tree: Group, written: Written, tried: Tried) -> list[dict[str, str]]:
    """Return what is said at each part of the tree."""
    return [
        {
            "id": name_of(place).replace(".", "-"),
            "error": tried.errors.get(place, ""),
            "lack": written.lacks.get(place, ""),
        }
        for place, _part in walk(tree)
    ]
