"""Take what was sent from a page: keep it and go on, or finish.

Each form carries its submission, so that nothing hangs on a cookie or a session: two tabs, a
repeated send and a server that dies in between all end in one answer.
"""

from typing import Any
from uuid import UUID, uuid4

from flask import Response, request

from guanxi.sdk import Invalid, current
from guanxi_surveys.answering import uploads
from guanxi_surveys.answering.beginning import begin_by, find_submission, of_today
from guanxi_surveys.answering.days import start_of_day
from guanxi_surveys.answering.definitions import Published
from guanxi_surveys.answering.finishing import finish, submit
from guanxi_surveys.answering.outcomes import InvalidAnswers
from guanxi_surveys.answering.saving import save_page
from guanxi_surveys.answering.sizes import bounded
from guanxi_surveys.answering.walking import path, wrong_on
from guanxi_surveys.models import Answer
from guanxi_surveys.pages.fields import Typed
from guanxi_surveys.pages.frames import speaking
from guanxi_surveys.pages.places import Place, SentBack, id_in, posted_page, sentence_of
from guanxi_surveys.pages.visits import COOKIE


class Taking(Place):
    """Somebody's form, in a transaction."""

    def take(self, go: str) -> Response:
        """Take a page and draw what comes next.

        :raises SentBack: something is missing or does not fit; nothing is to be kept.
        """
        submission = self.visit.submission or id_in(request.form.get("submission")) or uuid4()
        way = of_today(self.session, self.asked, self.way(submission, "en"))
        answer = find_submission(self.session, self.asked, way)
        if answer is not None and answer.state == "finished":
            return self.thank(self.version(answer), answer)
        version = self.version(answer)
        language = self.language(version, answer)
        with speaking(language):
            typed = self.typed(version, answer.values if answer else {})
            given = self._bounded(submission, typed)
        sheet = _Sheet(submission, version, language, page=posted_page(), given=given, typed=typed)
        if go == "back":
            return self._go_back(sheet)
        if answer is None and not typed.files:
            done = self._at_once(sheet)
            if done is not None:
                return done
        return self._keep(sheet)

    def _at_once(self, sheet: "_Sheet") -> Response | None:
        """Finish an answer of one page without keeping it before; None where there is more."""
        walked = path(
            sheet.version, sheet.given, language=sheet.language, seed=sheet.submission,
            now=self.now, page=sheet.page,
        )  # fmt: skip
        wrong = wrong_on(walked, sheet.page) | sheet.typed.errors
        if wrong:
            raise SentBack(sheet.submission, sheet.page, wrong, sheet.given)
        if walked.page_after(sheet.page) is not None:
            return None
        way = self.way(sheet.submission, sheet.language)
        fields = {name: getattr(way, name) for name in way.__slots__}
        try:
            outcome = submit(self.session, self.asked, sheet.given, now=self.now, **fields)
        except InvalidAnswers as error:
            raise self._elsewhere(sheet, error, sheet.given) from None
        return self.thank(sheet.version, None, outcome.thanks, sheet.language)

    def _keep(self, sheet: "_Sheet") -> Response:
        answer = begin_by(
            self.session, self.asked, self.way(sheet.submission, sheet.language), now=self.now
        )
        if answer.state == "finished":
            return self.thank(sheet.version, answer)
        self._keep_files(answer, sheet)
        walked = save_page(
            self.session, answer, values=sheet.given, page=sheet.page, now=self.now, strict=False,
            language=sheet.language,
        )  # fmt: skip
        wrong = wrong_on(walked, sheet.page) | sheet.typed.errors
        if wrong:
            raise SentBack(sheet.submission, sheet.page, wrong, sheet.given)
        following = walked.page_after(sheet.page)
        if following is None:
            return self._finish(answer, sheet)
        return self._turn_to(answer, sheet, following)

    def _go_back(self, sheet: "_Sheet") -> Response:
        """Turn to the page before; what was typed is kept, whether it fits or not."""
        answer = begin_by(
            self.session, self.asked, self.way(sheet.submission, sheet.language), now=self.now
        )
        save_page(
            self.session, answer, values=sheet.given, page=sheet.page, now=self.now, strict=False,
            language=sheet.language,
        )  # fmt: skip
        return self._turn_to(answer, sheet, max(sheet.page - 1, 0))

    def _turn_to(self, answer: Answer, sheet: "_Sheet", page: int) -> Response:
        answer.page = page
        if self.visit.methods:
            answer.method = self.way(sheet.submission, sheet.language).method
        self.session.flush()
        drawn = self.show(
            sheet.version, sheet.submission, sheet.language, answer.values, page=page, later=True
        )
        return self._remembering(drawn, sheet.submission)

    def _finish(self, answer: Answer, sheet: "_Sheet") -> Response:
        values = dict(answer.values)
        if self.visit.methods:
            answer.method = self.way(sheet.submission, sheet.language).method
        try:
            outcome = finish(
                self.session, answer, now=self.now, asked=self.asked,
                invitation_id=self.visit.invitation_id,
            )  # fmt: skip
        except InvalidAnswers as error:
            raise self._elsewhere(sheet, error, values) from None
        return self.thank(sheet.version, None, outcome.thanks, sheet.language)

    def _elsewhere(
        self, sheet: "_Sheet", error: InvalidAnswers, values: dict[str, Any]
    ) -> SentBack:
        """Send somebody to the first page on which something is missing."""
        walked = path(
            sheet.version, values, language=sheet.language, seed=sheet.submission, now=self.now
        )
        page = sheet.page if walked.first_wrong is None else walked.first_wrong
        return SentBack(sheet.submission, page, wrong_on(walked, page) or error.fields, values)

    def _keep_files(self, answer: Answer, sheet: "_Sheet") -> None:
        anonymous = self.asked.anonymous
        at = start_of_day(self.session, self.now) if anonymous else self.now
        for name, files in sheet.typed.files.items():
            question = sheet.version.questionnaire.by_name[name]
            kept = list(sheet.given.get(name) or []) if question.many else []
            try:
                for file in files:
                    with file.stream as stream:
                        content = stream.read(uploads.MOST_BYTES + 1)
                    kept.append(
                        uploads.keep(
                            self.session, answer, name, file.filename or "", content, at=at,
                            most_bytes=question.most_bytes, accepted=question.accepted,
                            anonymous=anonymous,
                        )
                    )  # fmt: skip
            except Invalid as error:
                with speaking(sheet.language):
                    told = {name: [sentence_of(error)]}
                raise SentBack(sheet.submission, sheet.page, told, sheet.given) from None
            sheet.given[name] = kept

    def _bounded(self, submission: UUID, typed: Typed) -> dict[str, Any]:
        try:
            return bounded(typed.values)
        except Invalid as error:
            told = sentence_of(error)
            errors = {name: [told] for name in error.fields}
            raise SentBack(
                submission, posted_page(), errors, typed.values, "" if errors else told
            ) from None

    def _remembering(self, response: Response, submission: UUID) -> Response:
        """Let this browser find the way back to what was begun."""
        if self.visit.resumable:
            response.set_cookie(
                COOKIE, str(submission), path=self.visit.address, httponly=True, samesite="Lax",
                max_age=86400 * int(self.asked.options.get("resume_days") or 30),
                secure=current.platform().config.secure_cookies,
            )  # fmt: skip
        return response


class _Sheet:
    """A page as it was sent."""

    def __init__(
        self,
        submission: UUID,
        version: Published,
        language: str,
        *,
        page: int,
        given: dict[str, Any],
        typed: Typed,
    ) -> None:
        self.submission, self.version, self.language = submission, version, language
        self.page, self.given, self.typed = page, given, typed
