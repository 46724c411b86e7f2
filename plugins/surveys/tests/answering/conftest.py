"""A published survey to be answered, a customer, and browsers."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from plugins.surveys.tests.answering.making import NPS, ONE_PAGE, Browser, Writing, make_customer

from guanxi.platform import Platform
from guanxi_surveys.answering.definitions import Asked, by_key
from guanxi_surveys.life.making import SurveyDraft, make_survey
from guanxi_surveys.life.publishing import publish


@pytest.fixture
def ask(writing: Writing, now: datetime) -> Callable[..., Asked]:
    """``ask(definition)`` makes and publishes a survey; more is as in ``SurveyDraft``."""

    def made(
        definition: Mapping[str, Any] = ONE_PAGE,
        measures: Mapping[str, Any] = NPS,
        *,
        public_key: str | None = "open-sesame",
        closes_at: datetime | None = None,
        answer_limit: int | None = None,
        **more: Any,
    ) -> Asked:
        key = more.pop("key", "visit")
        with writing() as session:
            draft = SurveyDraft(key, "Visit", definition, measures, **more)
            survey = make_survey(session, draft, now=now)
            publish(session, survey, now=now)
            survey.public_key, survey.closes_at = public_key, closes_at
            survey.answer_limit = answer_limit
            session.flush()
            return by_key(session, key)

    return made


@pytest.fixture
def customer(surveys: Platform, writing: Writing) -> UUID:
    """Some customer."""
    return make_customer(writing, "Ada")


@pytest.fixture
def browser(app: Flask) -> Callable[[str], Browser]:
    """``browser("/surveys/p/open-sesame")`` is somebody there."""
    return lambda address: Browser(app.test_client(), address)
