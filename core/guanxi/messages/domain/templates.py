"""Templates of messages (消息模板): texts with merge fields that staff start from."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from guanxi import audit
from guanxi.customers.domain.consents import PURPOSES
from guanxi.customers.domain.text import clean_text
from guanxi.errors import NotFound
from guanxi.ids import new_id
from guanxi.messages.domain.drafts import MAX_SOURCE, checked_texts
from guanxi.messages.domain.faults import InvalidMessage
from guanxi.messages.models import MessageTemplate

MAX_NAME: Final = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateDraft:
    """A template as somebody writes it; an empty ``channel`` means every one."""

    name: str
    purpose: str
    body: str
    subject: str = ""
    channel: str = ""


def list_templates(session: Session) -> Sequence[MessageTemplate]:
    """Return all templates by name."""
    return session.scalars(select(MessageTemplate).order_by(MessageTemplate.name)).all()


def find_template(session: Session, template_id: UUID) -> MessageTemplate:
    """Return a template.

    :raises NotFound: there is none with that id.
    """
    found = session.get(MessageTemplate, template_id)
    if found is None:
        raise NotFound("There is no such template.")
    return found


def save_template(
    session: Session, draft: TemplateDraft, *, now: datetime, template_id: UUID | None = None
) -> UUID:
    """Make or change a template and return its id.

    :raises InvalidMessage: a field that does not do, or the name is taken.
    :raises NotFound: there is none with ``template_id``.
    """
    values = _checked(draft)
    new = template_id is None
    if template_id is not None:
        find_template(session, template_id)
    template_id = template_id or new_id()
    taken = session.scalars(
        select(MessageTemplate.id).where(
            MessageTemplate.name == values["name"], MessageTemplate.id != template_id
        )
    ).first()
    if taken is not None:
        raise InvalidMessage("Another template has this name.", field="name")
    row = {**values, "updated_at": now}
    session.execute(
        insert(MessageTemplate)
        .values(id=template_id, **row)
        .on_conflict_do_update(index_elements=["id"], set_=row)
    )
    action = "message_template.created" if new else "message_template.changed"
    audit.record(session, action, ("message_template", template_id), after=values)
    return template_id


def delete_template(session: Session, template_id: UUID) -> None:
    """Delete a template; messages made from it stay.

    :raises NotFound: there is none with that id.
    """
    template = find_template(session, template_id)
    audit.record(
        session,
        "message_template.deleted",
        ("message_template", template_id),
        before={"name": template.name},
    )
    session.execute(delete(MessageTemplate).where(MessageTemplate.id == template_id))


def _checked(draft: TemplateDraft) -> dict[str, str]:
    name = clean_text(draft.name, MAX_NAME)
    if not name:
        raise InvalidMessage("Give the template a name.", field="name")
    if draft.purpose not in PURPOSES:
        raise InvalidMessage(
            "Choose one of the purposes: %(offered)s.", field="purpose", offered=", ".join(PURPOSES)
        )
    subject, body = checked_texts(draft.subject, draft.body, draft.purpose)
    return {
        "name": name,
        "channel": clean_text(draft.channel, MAX_SOURCE),
        "purpose": draft.purpose,
        "subject": subject,
        "body": body,
    }
