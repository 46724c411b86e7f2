"""Make a survey: choose a ready kit, look at its questions, give it a name; or begin empty."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from guanxi.sdk import Conflict, Invalid, current, web
from guanxi_surveys.kits import KITS, Kit, find_kit
from guanxi_surveys.life.making import SurveyDraft, copy_survey, free_key, make_from_kit
from guanxi_surveys.life.making import make_survey as make
from guanxi_surveys.pages.blueprint import MANAGE, pages
from guanxi_surveys.pages.surveys_words import identity_words, outline, text_of
from guanxi_surveys.texts import _


@pages.get("/new", permission=MANAGE)
def new_survey() -> str:
    """The ready kits, and the ways to begin without one."""
    kits = [{"key": one.key, "title": text_of(one.title), "about": str(one.about),
             "anonymous": one.identity == "anonymous"} for one in KITS]  # fmt: skip
    return render_template("surveys/new.html", kits=kits)


@pages.get("/new/empty", permission=MANAGE)
def new_empty() -> str:
    """The form of a survey without questions."""
    key = free_key(current.session(), "survey")
    return _draw(None, {"key": key, "title": "", "identity": "named"}, {})


@pages.post("/new/empty", permission=MANAGE)
def make_empty() -> Response | tuple[str, int]:
    """Make a survey without questions."""
    return _make(None)


@pages.get("/new/<kit>", permission=MANAGE)
def new_from_kit(kit: str) -> str:
    """A kit with all its questions, and the form that makes a survey of it."""
    found = find_kit(kit)
    key = free_key(current.session(), found.key)
    return _draw(found, {"key": key, "title": text_of(found.title)}, {})


@pages.post("/new/<kit>", permission=MANAGE)
def make_of_kit(kit: str) -> Response | tuple[str, int]:
    """Make a survey of a kit."""
    return _make(find_kit(kit))


@pages.post("/<key>/copy", permission=MANAGE)
def copy(key: str) -> Response:
    """Make a draft with the questions and options of a survey."""
    made = copy_survey(current.tx(), key, now=current.now())
    flash(_("This is the copy. It is a draft until you publish it."), "success")
    return redirect(url_for("surveys.show_survey", key=made.key))


def _make(kit: Kit | None) -> Response | tuple[str, int]:
    session, form, now = current.tx(), request.form, current.now()
    key, said = form.get("key", "").strip(), form.get("title", "")
    title = {"zh-cn" if web.language() == "zh" else "en": said}
    try:
        if kit is None:
            draft = SurveyDraft(key, title, identity=form.get("identity", "named"))
            made = make(session, draft, now=now)
        else:
            same = said.strip() == text_of(kit.title)
            made = make_from_kit(session, kit.key, key=key, title=None if same else title, now=now)
    except (Invalid, Conflict) as error:
        fields = getattr(error, "fields", None) or {}
        errors = {name: web.sentence(error) for name in fields} or {"key": web.sentence(error)}
        return _draw(kit, dict(form), errors), error.status
    flash(_("The survey is made. Look at its questions, then publish it."), "success")
    return redirect(url_for("surveys.show_survey", key=made.key))


def _draw(kit: Kit | None, values: dict[str, Any], errors: dict[str, str]) -> str:
    return render_template(
        "surveys/new_one.html",
        kit=kit,
        kit_title=text_of(kit.title) if kit else _("Empty survey"),
        kit_identity=identity_words()[kit.identity] if kit else None,
        outline=outline(kit.definition, kit.measures) if kit else [],
        identities=list(identity_words().items()),
        values=values,
        errors=errors,
    )
