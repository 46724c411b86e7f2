"""The form of a survey: title, who may answer until when, how it looks, what follows."""

import base64
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from flask import flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from guanxi.sdk import Invalid, PreconditionFailed, Refused, current, web
from guanxi_surveys.company import company
from guanxi_surveys.life.changing import change_survey as change
from guanxi_surveys.life.finding import find_survey
from guanxi_surveys.life.options import MOST_LOGO, PROGRESS, SurveyOptions
from guanxi_surveys.models import Survey
from guanxi_surveys.pages.blueprint import MANAGE, pages
from guanxi_surveys.pages.surveys import around
from guanxi_surveys.pages.surveys_words import identity_words
from guanxi_surveys.texts import N_, _

_NUMBERS: Final = ("resume_days", "valid_days", "follow_up_hours")
_FLAGS: Final = ("question_numbers", "follow_up")
_LISTS: Final = ("languages", "attributes")
_PICTURES: Final = (("png", b"\x89PNG"), ("jpeg", b"\xff\xd8\xff"), ("webp", b"RIFF"))


@pages.get("/<key>/options", permission=MANAGE)
def edit_survey(key: str) -> str:
    """The form filled with the survey."""
    session = current.session()
    survey = find_survey(session, key)
    return _draw(session, survey, _stored(survey, company(session).zone), {})


@pages.post("/<key>/options", permission=MANAGE)
def change_survey(key: str) -> Response | tuple[str, int]:
    """Change the survey, unless somebody else did meanwhile."""
    session = current.tx()
    survey = find_survey(session, key)
    try:
        changes = _changes(survey, request.form, company(session).zone)
        change(session, key, changes, expected_version=web.form_version(), now=current.now())
    except (Invalid, PreconditionFailed, Refused) as error:
        errors = _faults(error)
        return _draw(session, survey, dict(request.form), errors), error.status
    flash(_("Saved. It holds at once."), "success")
    return redirect(url_for("surveys.edit_survey", key=key))


def _stored(survey: Survey, zone: str) -> dict[str, Any]:
    options = {**SurveyOptions().load({}), **survey.options}
    reward = options["reward"] or {}
    ends = survey.closes_at
    return {
        "version": survey.version,
        "title_en": survey.title.get("en", ""),
        "title_zh": survey.title.get("zh-cn", ""),
        "identity": survey.identity,
        "closes_at": ends.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%dT%H:%M") if ends else "",
        "answer_limit": survey.answer_limit or "",
        "colour": options["theme"]["colour"],
        "thanks_en": options["thanks"].get("en", ""),
        "thanks_zh": options["thanks"].get("zh-cn", ""),
        "progress": options["progress"],
        "gap_below": "" if options["gap_below"] is None else options["gap_below"],
        "reward_kind": reward.get("kind", ""),
        "reward_amount": reward.get("amount") or "",
        "reward_unit": reward.get("unit") or "",
        **{name: "" if options[name] is None else options[name] for name in _NUMBERS},
        **{name: "on" if options[name] else "" for name in _FLAGS},
        **{name: ", ".join(options[name]) for name in _LISTS},
    }


def _changes(survey: Survey, form: Mapping[str, str], zone: str) -> dict[str, Any]:
    """Return what the form says, as the domain takes it.

    :raises Invalid: a number or a date is none.
    """
    title = {**survey.title, "en": form.get("title_en", ""), "zh-cn": form.get("title_zh", "")}
    return {
        "title": title,
        "identity": form.get("identity", survey.identity),
        "closes_at": _instant(form.get("closes_at", ""), zone),
        "answer_limit": _whole("answer_limit", form.get("answer_limit", "")),
        "options": {
            "theme": {"colour": form.get("colour", ""), "logo": _logo(survey)},
            "thanks": _thanks(survey, form),
            "progress": form.get("progress", "pages"),
            "gap_below": _fraction("gap_below", form.get("gap_below", "")),
            "reward": _reward(form),
            **{name: _whole(name, form.get(name, "")) for name in _NUMBERS},
            **{name: bool(form.get(name)) for name in _FLAGS},
            **{name: _list(form.get(name, "")) for name in _LISTS},
        },
    }


def _thanks(survey: Survey, form: Mapping[str, str]) -> dict[str, str]:
    said = {"en": form.get("thanks_en", ""), "zh-cn": form.get("thanks_zh", "")}
    kept = {**survey.options.get("thanks", {}), **said}
    return {language: text.strip() for language, text in kept.items() if text.strip()}


def _reward(form: Mapping[str, str]) -> dict[str, Any] | None:
    kind, amount, unit = (form.get(f"reward_{name}", "").strip() for name in
                          ("kind", "amount", "unit"))  # fmt: skip
    if not kind:
        return None
    return {"kind": kind, "amount": amount or None, "unit": unit or None}


def _logo(survey: Survey) -> str:
    """Return the logo that was sent, none where it is to go, else the one that is there."""
    if request.form.get("logo_off"):
        return ""
    file = request.files.get("logo")
    if file is None or not file.filename:
        return str(survey.options.get("theme", {}).get("logo", ""))
    content = file.stream.read(MOST_LOGO + 1)
    kind = next((name for name, begins in _PICTURES if content.startswith(begins)), "png")
    return f"data:image/{kind};base64,{base64.b64encode(content).decode()}"


def _instant(text: str, zone: str) -> datetime | None:
    if not text.strip():
        return None
    try:
        return datetime.fromisoformat(text.strip()).replace(tzinfo=ZoneInfo(zone))
    except ValueError:
        raise _unfit("closes_at", N_("Choose a day and time.")) from None


def _whole(name: str, text: str) -> int | None:
    text = text.strip()
    if not text:
        return None
    if not (text.isascii() and text.isdecimal() and len(text) < 10):
        raise _unfit(name, N_("Write a whole number above zero, or nothing."))
    return int(text)


def _fraction(name: str, text: str) -> float | None:
    try:
        return float(text) if text.strip() else None
    except ValueError:
        raise _unfit(name, N_("Write a number from -1 to 0, or nothing.")) from None


def _list(text: str) -> list[str]:
    return [part.strip() for part in text.replace("，", ",").split(",") if part.strip()]


def _unfit(name: str, told: str) -> Invalid:
    return Invalid(told, fields={name: [_(told)]})


def _faults(error: Invalid | PreconditionFailed | Refused) -> dict[str, str]:
    """Return what is wrong, by the field of the form that it is about."""
    found = getattr(error, "fields", None) or {}
    named = {"options.theme": "colour", "options.reward": "reward_kind", "title": "title_en",
             "options.thanks": "thanks_en"}  # fmt: skip
    faults = {
        named.get(name, name.removeprefix("options.")): " ".join(_said(said)) or web.sentence(error)
        for name, said in found.items()
    }
    return faults or {"title_en": web.sentence(error)}


def _said(said: Any) -> list[str]:
    if isinstance(said, Mapping):
        return [word for inner in said.values() for word in _said(inner)]
    return [str(one) for one in said] if isinstance(said, list) else [str(said)]


def _draw(session: Session, survey: Survey, values: dict[str, Any], errors: dict[str, str]) -> str:
    options = SurveyOptions().fields
    about = {name: (str(one.metadata.get("title", "")), str(one.metadata.get("help", "")) or None)
             for name, one in options.items()}  # fmt: skip
    return render_template(
        "surveys/options.html",
        **around(survey, "edit_survey"),
        values=values,
        errors=errors,
        about=about,
        progress=[(key, str(text)) for key, text in PROGRESS.items()],
        identities=list(identity_words().items()),
        settled=survey.first_answer_at is not None,
        logo=survey.options.get("theme", {}).get("logo"),
        zone=company(session).zone,
    )
