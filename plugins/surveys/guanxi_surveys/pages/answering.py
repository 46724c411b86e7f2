"""Who answers: by the public link, by a personal one, with staff, or as a trial run."""

from uuid import UUID

from flask import Response, request, url_for
from sqlalchemy import select

from guanxi.sdk import Channel, NotFound, current, customers, web
from guanxi_surveys.answering.addresses import read_personal
from guanxi_surveys.pages.blueprint import ANSWER, VIEW, pages
from guanxi_surveys.pages.visiting import draw_visit, refused, take_visit
from guanxi_surveys.pages.visits import Visit
from guanxi_surveys.texts import N_, _

_SAID = N_("This link does not open a survey, or a part of it is missing.")
_VIA = {"qr": "qr", "embed": "embed", "mail": "email"}
"""How a public link may say that it came: ``?via=qr``."""


@pages.get("/p/<public_key>", public=True)
def public(public_key: str) -> Response:
    """A survey that everybody with its link may answer."""
    return draw_visit(_public(public_key))


@pages.post("/p/<public_key>", public=True, cookieless=True)
def public_send(public_key: str) -> Response:
    """Take a page of it."""
    return take_visit(_public(public_key))


@pages.get("/i/<token>", public=True)
def personal(token: str) -> Response:
    """A survey by somebody's own link; opening it records nothing."""
    visit = _personal(token)
    return visit if isinstance(visit, Response) else draw_visit(visit)


@pages.post("/i/<token>", public=True, cookieless=True)
def personal_send(token: str) -> Response:
    """Take a page of it."""
    visit = _personal(token)
    return visit if isinstance(visit, Response) else take_visit(visit)


@pages.get("/<uuid:survey_id>/answer", permission=ANSWER)
def answer_with(survey_id: UUID) -> Response:
    """Answer with a customer, in a talk or at the phone (面谈)."""
    customer_id = _customer_id()
    if customer_id is None:
        raise NotFound(N_("Open this from the page of a customer."))
    return draw_visit(_with_customer(survey_id, customer_id))


@pages.post("/<uuid:survey_id>/answer", permission=ANSWER)
def answer_with_send(survey_id: UUID) -> Response:
    """Take a page of it."""
    customer_id = _customer_id()
    if customer_id is None:
        raise NotFound(N_("Open this from the page of a customer."))
    return take_visit(_with_customer(survey_id, customer_id))


@pages.get("/<uuid:survey_id>/try", permission=VIEW)
def try_out(survey_id: UUID) -> Response:
    """Answer as a trial, which counts nowhere."""
    return draw_visit(_trial(survey_id))


@pages.post("/<uuid:survey_id>/try", permission=VIEW)
def try_out_send(survey_id: UUID) -> Response:
    """Take a page of it."""
    return take_visit(_trial(survey_id))


def _public(public_key: str) -> Visit:
    channel = _VIA.get(request.args.get("via", ""), "public")
    address = url_for("surveys.public", public_key=public_key)
    return Visit(survey=public_key, address=address, way={"channel": channel}, resumable=True)


def _personal(token: str) -> Visit | Response:
    found = read_personal(token)
    if found is None:
        return refused(current.session(), NotFound(_SAID))
    return Visit(
        survey=found.survey_id,
        address=url_for("surveys.personal", token=token),
        way={"channel": "email", "customer_id": found.customer_id},
        submission=found.submission,
        invitation_id=found.invitation_id,
        expires_at=found.expires_at,
    )


def _with_customer(survey_id: UUID, customer_id: UUID) -> Visit:
    session = current.session()
    found = customers.get(session, customer_id)
    person = current.principal()
    return Visit(
        survey=survey_id,
        address=url_for("surveys.answer_with", survey_id=survey_id, customer=found.id),
        way={"channel": "staff", "customer_id": found.id, "staff_id": person.user_id},
        csrf=True,
        banner=_("You answer with %(name)s.", name=found.display_name or _("Erased customer")),
        back=url_for("customers.show", customer_id=found.id),
        methods=_methods(),
    )


def _trial(survey_id: UUID) -> Visit:
    return Visit(
        survey=survey_id,
        address=url_for("surveys.try_out", survey_id=survey_id),
        way={"channel": "staff", "trial": True},
        csrf=True,
        banner=_("A trial run: it counts nowhere."),
        back=url_for("surveys.try_out", survey_id=survey_id),
    )


def _customer_id() -> UUID | None:
    try:
        return UUID(request.args.get("customer", ""))
    except ValueError:
        return None


def _methods() -> tuple[tuple[str, str], ...]:
    """Return the channels of the core by which one talks with customers, meetings first."""
    found = current.session().scalars(select(Channel).where(~Channel.archived)).all()
    first = {key: place for place, key in enumerate(("meeting", "phone", "store", "service_desk"))}
    known = sorted(found, key=lambda one: (first.get(one.key, len(first)), one.position, one.key))
    chinese = web.language() == "zh"
    return tuple((one.key, one.title_zh if chinese else one.title_en) for one in known)
