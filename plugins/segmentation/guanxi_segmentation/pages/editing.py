"""Make and change segments: the form with the builder, redrawn and counted while one edits."""

from typing import Any

from flask import Response, flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from guanxi.sdk import Conflict, Invalid, NotFound, PreconditionFailed, Refused, current, web
from guanxi_segmentation.membership import segments
from guanxi_segmentation.membership.drafts import SegmentDraft
from guanxi_segmentation.models import Segment
from guanxi_segmentation.pages.blueprint import MANAGE, pages
from guanxi_segmentation.pages.builder.checked import checked_rule
from guanxi_segmentation.pages.builder.comparing import same
from guanxi_segmentation.pages.builder.filling import fill_tree
from guanxi_segmentation.pages.builder.moving import act
from guanxi_segmentation.pages.builder.offers import Offers
from guanxi_segmentation.pages.builder.reading import read_tree
from guanxi_segmentation.pages.builder.tree import Place, place_from
from guanxi_segmentation.pages.builder.views import draw
from guanxi_segmentation.pages.builder.writing import write_rule
from guanxi_segmentation.pages.segment_form import (
    SegmentForm,
    builder_values,
    draw_form,
    empty_tree,
    form_of,
    new_form,
    sent_form,
)
from guanxi_segmentation.ready import READY, TRADES, ready
from guanxi_segmentation.texts import _

_REFUSALS = (Invalid, Conflict, PreconditionFailed, Refused)
Answer = str | tuple[str, int] | BaseResponse


@pages.get("/segments/ready", permission=MANAGE)
def choose_ready() -> str:
    """Usual segments to start from."""
    groups = [(title, [one for one in READY if one.trade == key]) for key, title in TRADES.items()]
    return render_template("segmentation/ready.html", groups=groups, language=web.language())


@pages.get("/segments/new", permission=MANAGE)
def new_segment() -> str:
    """The empty form, or one filled from a template; ``by=hand`` is for a list."""
    offers = Offers(current.session())
    template = ready(request.args.get("ready", ""))
    if request.args.get("by") == "hand":
        return draw_form(new_form(None), offers)
    if template is None:
        return draw_form(new_form(empty_tree()), offers)
    form = new_form(
        fill_tree(template.rule, offers.attributes, offers.zone),
        title_en=template.title.en,
        title_zh=template.title.zh,
        description=template.purpose.in_language(offers.language),
    )
    return draw_form(form, offers)


@pages.post("/segments/new", permission=MANAGE)
def create_segment() -> Answer:
    """Make the segment."""
    offers = Offers(current.session())
    form = sent_form(None)
    rule = checked_rule(form.tree, offers, form.at)
    if form.at:
        return draw_form(form, offers), 422
    draft = SegmentDraft(
        title_en=form.texts["title_en"],
        title_zh=form.texts["title_zh"],
        key=form.texts["key"] or None,
        description=form.texts["description"] or None,
        rule=rule,
        announce=form.announce,
        announce_build=form.announce_build,
    )
    try:
        segment = segments.create(current.tx(), draft, now=current.now())
    except _REFUSALS as error:
        return _again(form, offers, error)
    if form.tree is None:
        flash(_("The list is there. Add its customers now."), "success")
        return redirect(url_for("segmentation.list_pins", key=segment.key))
    flash(_("The segment is being built. Its members appear in a moment."), "success")
    return redirect(url_for("segmentation.show_segment", key=segment.key))


@pages.get("/segments/<key>/edit", permission=MANAGE)
def edit_segment(key: str) -> str:
    """The form filled with the segment."""
    segment = segments.get(current.session(), key)
    offers = Offers(current.session(), key)
    tree = fill_tree(segment.rule, offers.attributes, offers.zone) if segment.rule else None
    return draw_form(form_of(segment, tree), offers)


@pages.post("/segments/<key>/edit", permission=MANAGE)
def change_segment(key: str) -> Answer:
    """Change the segment, unless somebody else did meanwhile."""
    segment = segments.get(current.session(), key)
    offers = Offers(current.session(), key)
    form = sent_form(segment)
    rule = checked_rule(form.tree, offers, form.at, segment.rule)
    if form.at:
        return draw_form(form, offers), 422
    try:
        _store(segment, form, rule)
    except _REFUSALS as error:
        return _again(form, offers, error)
    flash(_("Saved."), "success")
    return redirect(url_for("segmentation.show_segment", key=key))


def _store(segment: Segment, form: SegmentForm, rule: Any) -> None:
    changes: dict[str, Any] = {
        "title_en": form.texts["title_en"],
        "title_zh": form.texts["title_zh"],
        "description": form.texts["description"] or None,
        "announce": form.announce,
    }
    if rule is not None and not same(rule, segment.rule):
        changes["rule"] = rule
    segments.change(
        current.tx(),
        segment.key,
        changes,
        expected_version=web.form_version(),
        announce_build=form.announce_build,
        now=current.now(),
    )


def _again(form: SegmentForm, offers: Offers, error: Any) -> tuple[str, int]:
    written = write_rule(form.tree, offers.attributes, offers.zone) if form.tree else None
    form.complain(error, offers, written)
    return draw_form(form, offers), error.status


@pages.post("/segments/builder", permission=MANAGE)
def draw_builder() -> Answer:
    """The conditions after a button of theirs was used; the whole page without a script."""
    offers = Offers(current.session(), request.form.get("own_key", ""))
    tree = read_tree(request.form.items(multi=True))
    focus, said = act_on(tree)
    if "HX-Request" not in request.headers:
        form = sent_form(_own_segment())
        form.tree = tree
        return draw_form(form, offers)
    fragment = render_template(
        "segmentation/_conditions.html",
        part=draw(tree, offers, focus=focus),
        said=said,
        **builder_values(offers),
    )
    response: Response = make_response(fragment)
    response.headers["HX-Trigger-After-Settle"] = "rule-changed"
    return response


def _own_segment() -> Segment | None:
    key = request.form.get("own_key", "")
    try:
        return segments.get(current.session(), key) if key else None
    except NotFound:
        return None


def act_on(tree: Any) -> tuple[Place | None, str]:
    """Do what the button asks for; return what to look at, and what to say about it."""
    action, _sep, name = request.form.get("act", "").partition(":")
    if not action:
        return None, ""
    try:
        place = act(tree, action, place_from(name))
    except LookupError:
        return None, ""
    words = {"add": _("Added."), "add_group": _("Added."), "copy": _("Copied.")}
    words["remove"] = _("Removed.")
    return place, words.get(action, _("Moved."))
