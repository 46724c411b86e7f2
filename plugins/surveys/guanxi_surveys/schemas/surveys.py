"""Surveys, versions and kits as the API and the command line take them and give them back."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any, Final

from marshmallow import Schema, fields, validate
from sqlalchemy.orm import Session

from guanxi.sdk import web
from guanxi_surveys.kits import Kit
from guanxi_surveys.life.comparing import Change
from guanxi_surveys.life.finding import answers_of
from guanxi_surveys.models import Survey, Version
from guanxi_surveys.models.surveys import IDENTITIES, STATES

LARGEST: Final = 2**31 - 1


class SurveySchema(Schema):
    """A survey: what is asked, how, and where it is in its life.

    ``definition`` and ``measures`` are the draft's; what is asked now is the version
    ``current_number``. ``answers`` and ``finished`` are for who sees every customer.
    """

    id = fields.UUID()
    key = fields.String()
    title = web.Object()
    kit = fields.String(allow_none=True)
    state = fields.String(validate=validate.OneOf(STATES))
    identity = fields.String(validate=validate.OneOf(IDENTITIES))
    options = web.Object()
    public_key = fields.String(allow_none=True)
    closes_at = fields.DateTime(allow_none=True)
    answer_limit = fields.Integer(allow_none=True)
    first_answer_at = fields.DateTime(allow_none=True)
    current_number = fields.Integer(allow_none=True)
    answers = fields.Integer(allow_none=True)
    finished = fields.Integer(allow_none=True)
    created_at = fields.DateTime()
    changed_at = fields.DateTime()
    changed_by = fields.String()
    version = fields.Integer()


class SurveyWholeSchema(SurveySchema):
    """A survey with its draft."""

    definition = web.Object()
    measures = web.Object()


class SurveysSchema(Schema):
    """Surveys, the latest made first."""

    items = fields.List(fields.Nested(SurveySchema))


class SurveyListSchema(Schema):
    """Which surveys are wanted."""

    state = fields.String(load_default="active", validate=validate.OneOf(("active", "archived")))


class SurveyDraftSchema(Schema):
    """A survey to be made: empty, of a ready kit, as a copy, or with a questionnaire.

    Name at most one of ``kit``, ``copy_of`` and ``definition``. Without a key a free one is taken.
    """

    key = fields.String(validate=validate.Length(max=60))
    title = fields.Raw()
    kit = fields.String()
    copy_of = fields.String()
    definition = web.Object()
    measures = web.Object()
    options = web.Object()
    identity = fields.String(validate=validate.OneOf(IDENTITIES))


class SurveyPatchSchema(Schema):
    """What can be changed of a survey; options that are not named stay as they are."""

    title = fields.Raw()
    definition = web.Object()
    measures = web.Object()
    options = web.Object()
    identity = fields.String(validate=validate.OneOf(IDENTITIES))
    closes_at = fields.AwareDateTime(allow_none=True)
    answer_limit = fields.Integer(
        strict=True, allow_none=True, validate=validate.Range(1, 100_000_000)
    )


class SurveyPublishSchema(Schema):
    """``corrections``: changed texts of choices are corrections and mean the same."""

    corrections = web.Flag(load_default=False)


class SurveyLinkSchema(Schema):
    """``on``: a new public link, which makes an earlier one worthless; false: none."""

    on = web.Flag(required=True)


class SurveyProblemSchema(Schema):
    """What the linter found: where, how bad, and a sentence with its values."""

    severity = fields.String()
    place = fields.String()
    message = fields.String()
    values = web.Object()


class SurveyProblemsSchema(Schema):
    """Problems in the order of the questionnaire."""

    items = fields.List(fields.Nested(SurveyProblemSchema))


class SurveyLintSchema(Schema):
    """A questionnaire to be looked at."""

    definition = web.Object(required=True)
    measures = web.Object(load_default=dict)


class SurveyImportSchema(Schema):
    """A SurveyJS file to make a survey of, or to become the draft of one that is there."""

    definition = web.Object(required=True)
    key = fields.String(validate=validate.Length(max=60))
    title = fields.Raw()


class SurveyImportedSchema(Schema):
    """The survey, and what of the file is not supported or wrong."""

    survey = fields.Nested(SurveyWholeSchema)
    problems = fields.List(fields.Nested(SurveyProblemSchema))


class SurveyVersionSchema(Schema):
    """A version without its questionnaire."""

    number = fields.Integer()
    languages = fields.List(fields.String())
    checksum = fields.String()
    published_at = fields.DateTime()
    published_by = fields.String()


class SurveyVersionsSchema(Schema):
    """Versions, the latest first."""

    items = fields.List(fields.Nested(SurveyVersionSchema))


class SurveyVersionWholeSchema(SurveyVersionSchema):
    """A version with its questionnaire."""

    definition = web.Object()
    measures = web.Object()


class SurveyChangeSchema(Schema):
    """One difference between two versions: added, removed, moved or changed."""

    kind = fields.String()
    name = fields.String()
    title = fields.Raw(allow_none=True)
    parts = fields.List(fields.String())


class SurveyChangesSchema(Schema):
    """What is different in the later of two versions."""

    items = fields.List(fields.Nested(SurveyChangeSchema))


class SurveyNumberSchema(Schema):
    """Which version: its number; without one the draft."""

    number = fields.Integer(validate=validate.Range(1, LARGEST))


class SurveyKitSchema(Schema):
    """A ready kit: what it is for, and where its method comes from."""

    key = fields.String()
    title = web.Object()
    about_en = fields.String()
    about_zh = fields.String()
    source = fields.String()
    identity = fields.String(validate=validate.OneOf(IDENTITIES))


class SurveyKitWholeSchema(SurveyKitSchema):
    """A kit with its questionnaire."""

    definition = web.Object()
    measures = web.Object()
    options = web.Object()


class SurveyKitsSchema(Schema):
    """All ready kits."""

    items = fields.List(fields.Nested(SurveyKitSchema))


_SHOWN: Final = tuple(name for name in SurveySchema().fields if name not in ("answers", "finished"))
_VERSION: Final = tuple(SurveyVersionSchema().fields)
_DRAFT: Final = ("definition", "measures")


def shown_surveys(
    session: Session, surveys: Sequence[Survey], *, everybody: bool
) -> list[dict[str, Any]]:
    """Return surveys as they are given out.

    :param everybody: whether whoever asks sees every customer, and so how many answered.
    """
    counted = answers_of(session, surveys) if everybody else {}
    return [_shown(one, counted.get(one.id, (None, None))) for one in surveys]


def shown_survey(session: Session, survey: Survey, *, everybody: bool) -> dict[str, Any]:
    """Return one survey with its draft."""
    (found,) = shown_surveys(session, [survey], everybody=everybody)
    return {**found, **{name: getattr(survey, name) for name in _DRAFT}}


def shown_version(version: Version, *, whole: bool = False) -> dict[str, Any]:
    """Return a version as it is given out."""
    names = (*_VERSION, *_DRAFT) if whole else _VERSION
    return {name: getattr(version, name) for name in names}


def shown_kit(kit: Kit, *, whole: bool = False) -> dict[str, Any]:
    """Return a kit as it is given out."""
    shown: dict[str, Any] = {
        "key": kit.key,
        "title": kit.title,
        "about_en": kit.about.en,
        "about_zh": kit.about.zh,
        "source": kit.source,
        "identity": kit.identity,
    }
    more = (*_DRAFT, "options")
    return {**shown, **{name: getattr(kit, name) for name in more}} if whole else shown


def shown_change(change: Change) -> dict[str, Any]:
    """Return a difference as it is given out."""
    return asdict(change)


def _shown(survey: Survey, counted: tuple[int | None, int | None]) -> dict[str, Any]:
    shown = {name: getattr(survey, name) for name in _SHOWN}
    return {**shown, "answers": counted[0], "finished": counted[1]}
