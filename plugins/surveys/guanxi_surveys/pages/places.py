"""Where somebody is in a survey, and how that is drawn. Nothing here records anything."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID, uuid4

from flask import Response, make_response, render_template, request
from sqlalchemy import select
from sqlalchemy.orm import Session

from guanxi.sdk import Invalid, NotFound, current, settings_of
from guanxi_surveys.answering.beginning import Way
from guanxi_surveys.answering.definitions import Asked, Published, published
from guanxi_surveys.answering.definitions import current as current_version
from guanxi_surveys.answering.outcomes import AlreadyAnswered
from guanxi_surveys.answering.saving import merge
from guanxi_surveys.answering.sizes import bounded
from guanxi_surveys.answering.spending import is_spent
from guanxi_surveys.answering.walking import path
from guanxi_surveys.life.opening import check_open
from guanxi_surveys.models import Answer
from guanxi_surveys.pages.fields import Typed, read_form
from guanxi_surveys.pages.first_pages import first_page
from guanxi_surveys.pages.frames import choose, frame, languages_of, speaking, thanks_of
from guanxi_surveys.pages.sheets import DrawnPage
from guanxi_surveys.pages.visits import COOKIE, Visit
from guanxi_surveys.questionnaire import Walk, clean
from guanxi_surveys.questionnaire.rating import steps_of
from guanxi_surveys.texts import N_, _

_NOTHING = N_("This survey asks nothing.")


class SentBack(Exception):
    """A page is drawn again with what was typed; the transaction leaves no trace."""

    def __init__(
        self,
        submission: UUID,
        page: int,
        errors: Mapping[str, Sequence[str]],
        values: Mapping[str, Any],
        sentence: str = "",
    ) -> None:
        super().__init__("sent back")
        self.submission, self.page, self.errors = submission, page, errors
        self.values, self.sentence = values, sentence


class Place:
    """Where somebody is.

    :param session: for reading when drawing, of the transaction when taking.
    """

    def __init__(self, visit: Visit, session: Session, asked: Asked) -> None:
        self.visit, self.session, self.asked = visit, session, asked
        self.now = current.now()

    def draw(self) -> Response:
        """Draw the page that is asked for."""
        self.require_open()
        submission = self._known_submission()
        answer = self.there(submission) if submission else None
        if answer is not None and answer.state == "finished":
            return self.thank(self.version(answer), answer)
        if answer is not None and answer.state != "begun":
            submission, answer = self.visit.submission, None
        version = self.version(answer)
        language = self.language(version, answer)
        if submission is None and self._is_plain():
            return self._first(version, language)
        values = dict(answer.values) if answer else self._prefilled(version)
        page = answer.page if answer else 0
        if request.method == "POST":
            page = posted_page()
            values = merge(values, _drawable(self.typed(version, values).values))
        return self.show(
            version, submission or uuid4(), language, values, page=page, later=answer is not None
        )

    def _is_plain(self) -> bool:
        """Say whether everybody who opens this sees the same."""
        plain = request.method == "GET" and not request.args.get("value")
        return plain and self.visit.resumable

    def _first(self, version: Published, language: str) -> Response:
        def draw(submission: UUID) -> str:
            drawn = self.show(version, submission, language, {}, page=0, later=False)
            return drawn.get_data(as_text=True)

        around = repr((self.asked.title, self.asked.options, self.asked.identity))
        company = settings_of(self.session, "core")["company"]
        key = (language, self.visit.address, company, around)
        return make_response(first_page(key, version, draw))

    def draw_again(self, back: SentBack) -> Response:
        """Draw a page with what is wrong on it."""
        answer = self.there(back.submission)
        version = self.version(answer)
        language = self.language(version, answer)
        values = merge(answer.values if answer else {}, _drawable(back.values))
        return self.show(
            version, back.submission, language, values, page=back.page, errors=back.errors,
            sentence=back.sentence, later=answer is not None, status=422,
        )  # fmt: skip

    def show(
        self,
        version: Published,
        submission: UUID,
        language: str,
        values: Mapping[str, Any],
        *,
        page: int,
        later: bool,
        errors: Mapping[str, Sequence[str]] | None = None,
        sentence: str = "",
        status: int = 200,
    ) -> Response:
        """Draw a page; ``page`` is its place on the path."""
        walked = path(version, values, language=language, seed=submission, now=self.now, page=page)
        if not walked.pages:
            raise NotFound(_NOTHING)
        at = min(page, len(walked.pages) - 1)
        with speaking(language):
            drawn = DrawnPage(
                self.asked, version, language, walked, at=at, values=values, errors=errors or {}
            )
            html = render_template(
                "surveys/answer/page.html",
                frame=frame(self.session, self.asked, version, language),
                page=drawn.page(),
                faults=drawn.faults(sentence),
                address=self.visit.address,
                submission=submission,
                csrf=self.visit.csrf,
                banner=self.visit.banner,
                methods=self._methods(),
                anonymous=self.asked.anonymous,
                later=self._later(submission) if later else "",
            )
        return make_response(html, status)

    def thank(
        self, version: Published, answer: Answer | None, thanks: str | None = None,
        language: str = "",
    ) -> Response:  # fmt: skip
        """Draw the end."""
        language = language or (answer.language if answer else "en")
        own = version.questionnaire.thanks or version.questionnaire.thanks_if
        with speaking(language):
            if thanks is None and answer is not None and own:
                thanks = self._walk_of(version, answer).thanks
            html = render_template(
                "surveys/answer/thanks.html",
                frame=frame(self.session, self.asked, version, language),
                thanks=(clean(thanks, blocks=True) if own and thanks else "")
                or thanks_of(self.asked, language),
                banner=self.visit.banner if self.visit.trial else "",
                back=self.visit.back,
            )
        response = make_response(html)
        if self.visit.resumable:
            response.delete_cookie(COOKIE, path=self.visit.address)
        return response

    def require_open(self) -> None:
        """Refuse what takes no answers now, or was answered by this invitation.

        :raises SurveyClosed: it takes none.
        :raises AlreadyAnswered: it was.
        """
        if not self.visit.trial:
            check_open(self.session, self.asked, now=self.now)
        invited = self.visit.invitation_id
        if self.asked.anonymous and invited and is_spent(self.session, self.asked.id, invited):
            raise AlreadyAnswered

    def there(self, submission: UUID) -> Answer | None:
        """Return the answer with a submission, if it came by this very way."""
        found = self.session.scalars(
            select(Answer).where(
                Answer.submission == submission,
                Answer.survey_id == self.asked.id,
                Answer.trial == self.visit.trial,
            )
        ).one_or_none()
        if found is None or self.asked.anonymous or self.visit.submission:
            return found
        return found if found.customer_id == self.visit.way.get("customer_id") else None

    def version(self, answer: Answer | None) -> Published:
        """Return the version that was begun, or the one that is out now."""
        if answer is not None:
            return published(self.session, answer.version_id)
        return current_version(self.session, self.asked)

    def language(self, version: Published, answer: Answer | None) -> str:
        """Return the language to speak: chosen just now, before, or the browser's."""
        go = request.form.get("go", "")
        wanted = go[5:] if go.startswith("lang:") else None
        wanted = wanted or request.args.get("lang") or request.form.get("language")
        return choose(
            languages_of(self.asked, version), wanted or (answer.language if answer else None)
        )

    def typed(self, version: Published, held: Mapping[str, Any]) -> Typed:
        """Return what the form says."""
        questions = version.questionnaire.questions
        return read_form(questions, request.form, request.files, held)

    def way(self, submission: UUID, language: str) -> Way:
        """Return how the answer comes about."""
        way = dict(self.visit.way)
        if self.visit.methods:
            known = [key for key, _title in self.visit.methods]
            wanted = request.form.get("method")
            way["method"] = wanted if wanted in known else known[0]
        return Way(
            submission=submission, language=language, invitation_id=self.visit.invitation_id, **way
        )

    def _walk_of(self, version: Published, answer: Answer) -> Walk:
        return path(
            version, answer.values, language=answer.language, seed=answer.submission, now=self.now
        )

    def _known_submission(self) -> UUID | None:
        if self.visit.submission is not None:
            return self.visit.submission
        found = id_in(request.form.get("submission"))
        if found is None and self.visit.resumable:
            found = id_in(request.args.get("s")) or id_in(request.cookies.get(COOKIE))
        return found

    def _prefilled(self, version: Published) -> dict[str, Any]:
        """Return the score that a mail's link names: chosen on the page, and recorded nowhere."""
        given = request.args.get("value", "")
        name = request.args.get("question") or next(
            (one for one, how in version.measures.items()
             if how.get("measure") in ("nps", "csat", "ces")), "",
        )  # fmt: skip
        question = version.questionnaire.by_name.get(name)
        if not given or question is None:
            return {}
        offered = steps_of(question) if question.type == "rating" else question.choices
        found = next((one.value for one in offered if str(one.value) == given), None)
        return {} if found is None else {name: found}

    def _methods(self) -> list[dict[str, Any]]:
        chosen = request.form.get("method")
        return [
            {"key": key, "title": title, "chosen": key == chosen}
            for key, title in self.visit.methods
        ]

    def _later(self, submission: UUID) -> str:
        if not self.visit.resumable and self.visit.submission is None:
            return ""
        base: str = current.platform().config.base_url + self.visit.address
        return base if self.visit.submission is not None else f"{base}?s={submission}"


def posted_page() -> int:
    """Return which page of the path a form is."""
    text = request.form.get("page", "0")
    return int(text) if text.isdecimal() and len(text) < 5 else 0


def id_in(text: str | None) -> UUID | None:
    """Return the id that a text is; None for anything else."""
    try:
        return UUID(text) if text and len(text) in (32, 36) else None
    except ValueError:
        return None


def _drawable(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return what can be shown again of what was typed."""
    found: dict[str, Any] = {}
    for name, value in values.items():
        try:
            found.update(bounded({name: value}))
        except Invalid:
            continue
    return found


def sentence_of(error: Invalid) -> str:
    """Return what went wrong in the language that is spoken now."""
    return _(error.message, **error.params)
