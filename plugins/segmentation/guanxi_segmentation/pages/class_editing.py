"""One class of a scheme: its titles, its rule (in the builder of segments), how it is treated."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from flask import flash, make_response, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from guanxi.sdk import Conflict, Invalid, NotFound, PreconditionFailed, Refused, current, web
from guanxi_segmentation.models import Scheme, SchemeClass
from guanxi_segmentation.pages.blueprint import MANAGE, pages
from guanxi_segmentation.pages.builder.checked import checked_rule
from guanxi_segmentation.pages.builder.filling import fill_tree
from guanxi_segmentation.pages.builder.offers import Offers, titled
from guanxi_segmentation.pages.builder.reading import read_tree
from guanxi_segmentation.pages.builder.tree import Group, Leaf, Place
from guanxi_segmentation.pages.builder.views import draw
from guanxi_segmentation.pages.editing import act_on
from guanxi_segmentation.pages.scheme_form import NOBODY
from guanxi_segmentation.pages.segment_form import builder_values, empty_tree
from guanxi_segmentation.pages.treated import channel_options
from guanxi_segmentation.schemes import domain
from guanxi_segmentation.schemes.drafts import ClassDraft, drafts_of, free_key
from guanxi_segmentation.schemes.sorting import classes_of
from guanxi_segmentation.schemes.treatments import FIELDS, get_class, treatment_of
from guanxi_segmentation.texts import _

Answer = str | tuple[str, int] | Response
_REFUSALS: Final = (Invalid, Conflict, NotFound, PreconditionFailed, Refused)
_TEXTS: Final = ("title_en", "title_zh", "key")


@dataclass(slots=True)
class ClassForm:
    """What is typed about a class. ``tree`` is None where it has no rule."""

    scheme: Scheme
    texts: dict[str, str]
    treatment: dict[str, Any]
    tree: Group | None
    version: str
    member: SchemeClass | None = None
    errors: dict[str, str] = field(default_factory=dict)
    at: dict[Place, str] = field(default_factory=dict)


@pages.get("/schemes/<key>/new-class", permission=MANAGE)
def new_class(key: str) -> str:
    """The form of one more class, before the last one."""
    scheme = _by_rules(current.session(), key)
    treatment = dict.fromkeys(FIELDS)
    version = str(scheme.version)
    return _draw(ClassForm(scheme, dict.fromkeys(_TEXTS, ""), treatment, empty_tree(), version))


@pages.post("/schemes/<key>/new-class", permission=MANAGE)
def create_class(key: str) -> Answer:
    """Add the class before the last one."""
    session = current.tx()
    form = _sent(_by_rules(session, key), None)
    rule = _rule(form)
    if form.at:
        return _draw(form), 422
    *ruled, last = drafts_of(classes_of(session, form.scheme))
    texts = form.texts
    taken = [one.key for one in (*ruled, last)]
    key = texts["key"] or free_key(texts["title_en"] or texts["title_zh"], taken)
    made = ClassDraft(key, texts["title_en"], texts["title_zh"], rule, _plain(form))
    return _store(form, [*ruled, made, last])


@pages.get("/schemes/<key>/classes/<class_key>", permission=MANAGE)
def edit_class(key: str, class_key: str) -> str:
    """The form filled with the class."""
    session = current.session()
    scheme = domain.get_scheme(session, key)
    return _draw(_form_of(session, scheme, get_class(session, scheme, class_key)))


@pages.post("/schemes/<key>/classes/<class_key>", permission=MANAGE)
def change_class(key: str, class_key: str) -> Answer:
    """Change titles and rule of the class, and how its customers are treated."""
    session = current.tx()
    scheme = domain.get_scheme(session, key)
    form = _sent(scheme, get_class(session, scheme, class_key))
    rule = _rule(form)
    if form.at:
        return _draw(form), 422
    drafts = [
        _changed(one, form, rule) if one.key == class_key else one
        for one in drafts_of(classes_of(session, scheme))
    ]
    return _store(form, drafts)


@pages.post("/schemes/<key>/classes/<class_key>/move", permission=MANAGE)
def move_class(key: str, class_key: str) -> Response:
    """Let the rule of the class be asked before the one above it, or after the one below."""
    session = current.tx()
    drafts = drafts_of(classes_of(session, _by_rules(session, key)))
    *ruled, last = drafts
    place = next((n for n, one in enumerate(ruled) if one.key == class_key), None)
    if place is not None:
        other = place + (1 if request.form.get("to") == "down" else -1)
        if 0 <= other < len(ruled):
            ruled[place], ruled[other] = ruled[other], ruled[place]
            domain.change_scheme(session, key, {"classes": [*ruled, last]}, now=current.now())
            flash(_("Moved. Customers are being sorted again."), "success")
    there = f"class-{class_key}"
    return redirect(url_for("segmentation.show_scheme", key=key, _anchor=there))


@pages.post("/schemes/<key>/classes/<class_key>/remove", permission=MANAGE)
def remove_class(key: str, class_key: str) -> Response:
    """Take a class away; its customers are sorted anew, its history stays."""
    session = current.tx()
    scheme = _by_rules(session, key)
    drafts = drafts_of(classes_of(session, scheme))
    kept = [one for one in drafts if one.key != class_key]
    if class_key == drafts[-1].key:
        raise Conflict(_("The last class takes whoever fits no other; it cannot be removed."))
    domain.change_scheme(session, key, {"classes": kept}, now=current.now())
    flash(_("The class was removed. Its customers are being sorted again."), "success")
    return redirect(url_for("segmentation.show_scheme", key=key))


@pages.post("/schemes/<key>/class-conditions", permission=MANAGE)
def draw_class_builder(key: str) -> Answer:
    """The conditions after a button of theirs was used; the whole page without a script."""
    session = current.session()
    scheme, class_key = domain.get_scheme(session, key), request.form.get("class_key", "")
    offers = Offers(session)
    tree = read_tree(request.form.items(multi=True))
    focus, said = act_on(tree)
    if "HX-Request" not in request.headers:
        form = _sent(scheme, get_class(session, scheme, class_key) if class_key else None)
        form.tree = tree
        return _draw(form)
    fragment = render_template(
        "segmentation/_conditions.html",
        part=draw(tree, offers, focus=focus),
        said=said,
        draw_url=url_for("segmentation.draw_class_builder", key=key),
        **builder_values(offers),
    )
    response: Response = make_response(fragment)
    response.headers["HX-Trigger-After-Settle"] = "rule-changed"
    return response


def _by_rules(session: Session, key: str) -> Scheme:
    scheme = domain.get_scheme(session, key)
    if scheme.kind != "rules":
        raise Conflict(_("Only schemes by rules have classes that can be added or moved."))
    return scheme


def _form_of(session: Session, scheme: Scheme, member: SchemeClass) -> ClassForm:
    found = treatment_of(session, member)
    offers = Offers(session)
    rule = member.rule
    return ClassForm(
        scheme,
        {"title_en": member.title_en, "title_zh": member.title_zh, "key": member.key},
        {name: getattr(found, name) if found else None for name in FIELDS},
        _tree(rule, offers),
        str(scheme.version),
        member,
    )


def _tree(rule: Mapping[str, Any] | None, offers: Offers) -> Group | None:
    """Return the conditions as they are edited; those of a class that takes nobody yet are open."""
    if rule is None:
        return None
    return empty_tree() if rule == NOBODY else fill_tree(rule, offers.attributes, offers.zone)


def _is_open(tree: Group) -> bool:
    """Say whether nobody chose yet what the one condition is about."""
    return all(isinstance(one, Leaf) and not one.what for one in tree.parts)


def _sent(scheme: Scheme, member: SchemeClass | None) -> ClassForm:
    sent = request.form
    has_rule = member is None or member.rule is not None
    return ClassForm(
        scheme,
        {name: sent.get(name, "").strip() for name in _TEXTS},
        {name: sent.get(name, "").strip() for name in FIELDS},
        read_tree(sent.items(multi=True)) if has_rule else None,
        sent.get("version", ""),
        member,
    )


def _rule(form: ClassForm) -> Mapping[str, Any] | None:
    if form.tree is None:
        return None
    stored = form.member.rule if form.member else None
    if stored == NOBODY and _is_open(form.tree):
        return NOBODY
    return checked_rule(form.tree, Offers(current.session()), form.at, stored)


def _changed(one: ClassDraft, form: ClassForm, rule: Mapping[str, Any] | None) -> ClassDraft:
    titles = {name: form.texts[name] for name in ("title_en", "title_zh")}
    return replace(one, **titles, rule=rule, treatment=_plain(form))


def _plain(form: ClassForm) -> dict[str, Any]:
    """Return the treatment as the domain takes it: None for what is empty, days as a number."""
    found: dict[str, Any] = {name: value or None for name, value in form.treatment.items()}
    days = found["cadence_days"]
    if days is not None and days.isascii() and days.isdecimal() and len(days) < 9:
        found["cadence_days"] = int(days)
    return found


def _store(form: ClassForm, drafts: Sequence[ClassDraft]) -> Answer:
    session, key = current.tx(), form.scheme.key
    try:
        domain.change_scheme(
            session,
            key,
            {"classes": drafts},
            expected_version=web.form_version(),
            now=current.now(),
        )
    except _REFUSALS as error:
        names = error.fields if isinstance(error, Invalid) else {}
        name = next((one for one in names if one in (*_TEXTS, *FIELDS)), "form")
        form.errors[name] = web.sentence(error)
        return _draw(form), error.status
    flash(_("Saved. It holds for all customers of the class at once."), "success")
    return redirect(url_for("segmentation.show_scheme", key=key))


def _draw(form: ClassForm) -> str:
    session, language = current.session(), web.language()
    offers = Offers(session)
    return render_template(
        "segmentation/class_edit.html",
        form=form,
        scheme_title=titled(form.scheme, language),
        title=titled(form.member, language) if form.member else None,
        part=draw(form.tree, offers, errors=form.at) if form.tree is not None else None,
        channels=channel_options(session, form.treatment["preferred_channel"]),
        problems={f"field-{name}": text for name, text in form.errors.items()},
        is_last=form.member is not None and form.member.rule is None,
        **builder_values(offers),
    )
