"""Answers as staff read them: the list of a survey, one answer, its correction, its files."""

from typing import Any
from uuid import UUID

from flask import Response, flash, redirect, render_template, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from guanxi.sdk import Conflict, Customer, Invalid, Refused, current, web
from guanxi_surveys.answering.amending import amend, amendments_of, values_now
from guanxi_surveys.answering.definitions import Published, by_id, published
from guanxi_surveys.answering.reading import find_answer, list_answers, upload_in_sight
from guanxi_surveys.answering.sight import next_of, place, sight
from guanxi_surveys.answering.titles import title_of
from guanxi_surveys.answering.walking import path
from guanxi_surveys.models import Answer
from guanxi_surveys.pages.blueprint import MANAGE, VIEW, pages
from guanxi_surveys.pages.channels import CHANNELS, STATES, said
from guanxi_surveys.pages.drawing import Drawer
from guanxi_surveys.pages.fields import read_form
from guanxi_surveys.pages.panel import scores
from guanxi_surveys.questionnaire import display
from guanxi_surveys.questionnaire.model import COMMENT
from guanxi_surveys.texts import _

PAGE = 50


@pages.get("/<uuid:survey_id>/answers", permission=VIEW)
def survey_answers(survey_id: UUID) -> str:
    """The finished answers of a survey that the reader may see, the last first."""
    session = current.session()
    asked = by_id(session, survey_id)
    wanted = request.args.get("state", "finished")
    state = wanted if wanted in STATES else "finished"
    after = place(request.args.get("after"))
    found = list_answers(session, asked.id, sight(), limit=PAGE + 1, after=after, state=state)
    shown, more = found[:PAGE], len(found) > PAGE
    names = _names(session, shown)
    return render_template(
        "surveys/answers.html",
        survey=asked,
        title=title_of(asked, web.language()),
        rows=[_row(one, names) for one in shown],
        states=[{"value": key, "text": said(STATES, key)} for key in STATES],
        state=state,
        next_url=url_for(
            "surveys.survey_answers", survey_id=asked.id, state=state, after=next_of(shown[-1])
        )
        if more
        else None,
        first_url=url_for("surveys.survey_answers", survey_id=asked.id, state=state)
        if after
        else None,
    )


@pages.get("/answers/<uuid:answer_id>", permission=VIEW)
def show_answer(answer_id: UUID) -> str:
    """What was said, in words, with corrections."""
    session = current.session()
    return _draw(session, find_answer(session, answer_id, sight()))


@pages.get("/answers/<uuid:answer_id>/amend", permission=MANAGE)
def amend_form(answer_id: UUID) -> str:
    """The questions as they were asked, to be corrected."""
    session = current.session()
    found = find_answer(session, answer_id, sight())
    return _draw_form(session, found, values_now(session, found), {}, "")


@pages.post("/answers/<uuid:answer_id>/amend", permission=MANAGE)
def amend_send(answer_id: UUID) -> AnyResponse | tuple[str, int]:
    """Correct an answer; it stays as it was given, the correction stands beside it."""
    session = current.tx()
    found = find_answer(session, answer_id, sight(), lock=True)
    version = published(session, found.version_id)
    before = values_now(session, found)
    typed = read_form(version.questionnaire.questions, request.form, request.files, before)
    try:
        reason = request.form.get("reason", "")
        amend(session, found, typed.values, reason=reason, now=current.now())
    except (Invalid, Refused, Conflict) as error:
        web.drop_transaction()
        fields: Any = error.fields if isinstance(error, Invalid) else {}
        again = current.session()
        shown = find_answer(again, answer_id, sight())
        values = {**before, **{k: v for k, v in typed.values.items() if v is not None}}
        return _draw_form(again, shown, values, fields, _(error.message, **error.params)), 422
    flash(_("Corrected. The answer as it was given stays beside it."), "success")
    return redirect(url_for("surveys.show_answer", answer_id=answer_id))


@pages.get("/uploads/<uuid:upload_id>", permission=VIEW)
def upload(upload_id: UUID) -> Response:
    """A file that somebody answered with, to be saved and never to be run here."""
    found = upload_in_sight(current.session(), upload_id, sight())
    answer = Response(found.content, mimetype=found.kind)
    answer.headers.set("Content-Disposition", "attachment", filename=found.name)
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer


def _draw(session: Session, answer: Answer) -> str:
    asked = by_id(session, answer.survey_id)
    made = amendments_of(session, answer.id)
    version = published(session, answer.version_id)
    names = _names(session, [answer])
    return render_template(
        "surveys/answer.html",
        survey=asked,
        title=title_of(asked, web.language()),
        row=_row(answer, names),
        answer=answer,
        anonymous=asked.anonymous,
        lines=_lines(version, dict(made[-1].after if made else answer.values)),
        amendments=[
            {
                "at": one.at,
                "actor": one.actor,
                "reason": one.reason,
                "lines": _changed(version, one.before, one.after),
            }
            for one in made
        ],
        number=version.number,
        attributes=answer.attributes,
    )


def _draw_form(
    session: Session, answer: Answer, values: dict[str, Any], errors: Any, sentence: str
) -> str:
    asked = by_id(session, answer.survey_id)
    version = published(session, answer.version_id)
    walked = path(
        version, values, language=answer.language, seed=answer.submission, now=current.now()
    )
    default = version.questionnaire.language
    drawer = Drawer(answer.language, default, values, errors)
    shown = [
        drawer.question(one.question, one)
        for sheet in walked.pages
        for one in sheet.questions
        if one.question.takes_answer and one.type != "file"
    ]
    return render_template(
        "surveys/answer_amend.html",
        title=title_of(asked, web.language()),
        answer=answer,
        questions=shown,
        drawn=",".join(one["field"][1:] for one in shown),
        sentence=sentence,
        reason=request.form.get("reason", ""),
    )


def _lines(version: Published, values: dict[str, Any]) -> list[dict[str, Any]]:
    """Return each answered question with what was said, in the reader's language if it has it."""
    language, default = _language(version), version.questionnaire.language
    drawer = Drawer(language, default, values, {})
    lines = []
    for question in version.questionnaire.questions:
        if question.name in values or question.comment_name in values:
            value = values.get(question.name)
            lines.append({
                "title": drawer.say(question.title) or question.name,
                "text": display(question, value, language, default),
                "comment": str(values.get(question.name + COMMENT) or ""),
                "files": _files(value) if question.type == "file" else [],
            })  # fmt: skip
    known = {one.name for one in version.questionnaire.questions}
    for name, value in values.items():
        if name not in known and not name.endswith(COMMENT):
            lines.append({"title": name, "text": str(value), "comment": "", "files": []})
    return lines


def _changed(
    version: Published, before: dict[str, Any], after: dict[str, Any]
) -> list[dict[str, str]]:
    was = {line["title"]: line["text"] for line in _lines(version, before)}
    now = {line["title"]: line["text"] for line in _lines(version, after)}
    return [
        {"title": title, "before": was.get(title, "–"), "after": now.get(title, "–")}
        for title in dict.fromkeys([*was, *now])
        if was.get(title) != now.get(title)
    ]


def _files(value: Any) -> list[dict[str, str]]:
    return [
        {
            "name": str(one.get("name", "")),
            "url": url_for("surveys.upload", upload_id=str(one["content"]).removeprefix("upload:")),
        }
        for one in (value if isinstance(value, list) else ())
        if isinstance(one, dict) and str(one.get("content", "")).startswith("upload:")
    ]


def _language(version: Published) -> str:
    wanted = web.language()
    same = [one for one in version.languages if one.partition("-")[0] == wanted]
    return same[0] if same else version.questionnaire.language


def _row(answer: Answer, names: dict[UUID, str]) -> dict[str, Any]:
    known = answer.customer_id
    return {
        "id": answer.id,
        "url": url_for("surveys.show_answer", answer_id=answer.id),
        "at": answer.finished_at or answer.begun_at,
        "state": said(STATES, answer.state),
        "channel": said(CHANNELS, answer.channel),
        "scores": scores(answer),
        "low": answer.nps is not None and answer.nps <= 6,
        "customer": names.get(known, "") if known else "",
        "customer_url": url_for("customers.show", customer_id=known) if known else "",
    }


def _names(session: Session, answers: Any) -> dict[UUID, str]:
    ids = {one.customer_id for one in answers if one.customer_id is not None}
    found = session.execute(select(Customer.id, Customer.display_name).where(Customer.id.in_(ids)))
    return {key: name or _("Erased customer") for key, name in found}
