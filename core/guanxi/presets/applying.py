"""Put a preset in: what is missing is added, what is there already stays as it is."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from guanxi import audit
from guanxi.customers.domain.custom_fields import all_fields, create_field
from guanxi.customers.domain.drafts import CustomerDraft
from guanxi.customers.domain.identities import normalise_external
from guanxi.customers.domain.tagging import all_tags, make_known
from guanxi.customers.domain.upserting import Saved, upsert_customers
from guanxi.errors import GuanxiError
from guanxi.ids import new_id
from guanxi.presets.contents import Field, Preset, SampleCustomer, SampleTouchpoint
from guanxi.touchpoints.domain.bulk import record_many
from guanxi.touchpoints.domain.drafts import Draft
from guanxi.touchpoints.domain.vocabulary import ListName, Word, add, list_words
from guanxi.touchpoints.models import Touchpoint


@dataclass(slots=True)
class Applied:
    """How much of a preset was new."""

    fields: int = 0
    tags: int = 0
    words: int = 0
    """Channels, kinds and outcomes of touchpoints."""
    customers: int = 0
    touchpoints: int = 0

    def __bool__(self) -> bool:
        return any(getattr(self, name) for name in self.__slots__)


def apply_preset(
    session: Session,
    preset: Preset,
    *,
    language: str,
    currency: str,
    sample: bool,
    now: datetime,
) -> Applied:
    """Add what is missing of a preset, with sample data if asked for; applying twice adds nothing.

    :param language: of tags, of choices and of the texts of the sample data.
    :param currency: ISO 4217, of the sample data's amounts.
    """
    done = Applied(
        fields=_fields(session, preset.fields, language),
        tags=_tags(session, preset, language),
        words=_words(session, "channel", preset.channels)
        + _words(session, "kind", preset.kinds)
        + _words(session, "outcome", preset.outcomes),
    )
    if sample and not _has_sample(session, preset):
        session.flush()
        ids = _customers(session, preset, language, now)
        done.customers = len(ids)
        done.touchpoints = _touchpoints(session, preset, ids, (language, currency), now)
    if done:
        after = {name: getattr(done, name) for name in done.__slots__}
        audit.record(session, "preset.applied", ("preset", preset.key), after=after)
    return done


def _fields(session: Session, fields: Sequence[Field], language: str) -> int:
    known = {one.key for one in all_fields(session)}
    new = [one for one in fields if one.key not in known]
    for place, one in enumerate(new):
        values = {
            "title_en": one.title.en,
            "title_zh": one.title.zh,
            "choices": [choice.in_language(language) for choice in one.choices],
            "applies_to": one.applies_to,
            "sensitive": one.sensitive,
            "position": len(known) + place,
        }
        create_field(session, one.key, one.type, values)
    return len(new)


def _tags(session: Session, preset: Preset, language: str) -> int:
    known = {tag.name for tag in all_tags(session)}
    new = [tag.in_language(language) for tag in preset.tags if not {tag.en, tag.zh} & known]
    make_known(session, new)
    return len(new)


def _words(session: Session, to: ListName, words: Sequence[Word]) -> int:
    known = {one.key for one in list_words(session, to, archived=True)}
    new = [word for word in words if word.key not in known]
    for word in new:
        add(session, to, word)
    return len(new)


def _has_sample(session: Session, preset: Preset) -> bool:
    there = select(Touchpoint.id).where(Touchpoint.source == preset.source).limit(1)
    return session.scalar(there) is not None


def _customers(session: Session, preset: Preset, language: str, now: datetime) -> dict[str, UUID]:
    drafts = [_draft(session, preset, one, language) for one in preset.customers]
    results = upsert_customers(session, drafts, now=now, import_id=new_id())
    return {
        one.number: result.id
        for one, result in zip(preset.customers, results, strict=True)
        if isinstance(result, Saved)
    }


def _draft(session: Session, preset: Preset, one: SampleCustomer, language: str) -> CustomerDraft:
    known = {tag.name for tag in all_tags(session)}
    texts = [preset.tags[place] for place in one.tags]
    tags = [tag.en if tag.en in known else tag.zh for tag in texts]
    return CustomerDraft(
        kind="organisation" if one.organisation else "person",
        name=one.organisation or None,
        family_name=one.family_name or None,
        given_name=one.given_name or None,
        city=one.city or None,
        country=one.country or None,
        language=one.language or None,
        tags=tuple(tags),
        custom=_custom(session, preset, one, language),
        source=preset.source,
        invented=True,
        identities=(normalise_external(preset.source, one.number),),
    )


def _custom(session: Session, preset: Preset, one: SampleCustomer, language: str) -> dict[str, Any]:
    """Values for the fields as they are here; a field that the admin made otherwise is left out."""
    here = {field.key: field for field in all_fields(session) if not field.archived}
    values: dict[str, Any] = {}
    for field in preset.fields:
        stored = here.get(field.key)
        value = one.custom.get(field.key)
        if value is None or stored is None or stored.type != field.type:
            continue
        if field.type in ("choice", "choices"):
            value = _chosen(field, value, stored.choices, language)
        if value:
            values[field.key] = value
    return values


def _chosen(field: Field, value: Any, offered: Sequence[Any], language: str) -> Any:
    places = [value] if isinstance(value, int) else value
    texts = [field.choices[place] for place in places]
    found = [
        next((t for t in (text.in_language(language), text.en, text.zh) if t in offered), None)
        for text in texts
    ]
    kept = [text for text in found if text]
    return kept if field.type == "choices" else next(iter(kept), None)


def _touchpoints(
    session: Session,
    preset: Preset,
    ids: dict[str, UUID],
    manner: tuple[str, str],
    now: datetime,
) -> int:
    drafts = [
        _recorded(one, place, ids[one.customer], manner, now)
        for place, one in enumerate(preset.touchpoints)
        if one.customer in ids
    ]
    drafts = [replace(draft, source=preset.source) for draft in drafts]
    results = record_many(session, drafts, now=now)
    for result in results:
        if isinstance(result, GuanxiError):
            raise result
    return len(results)


def _recorded(
    one: SampleTouchpoint,
    place: int,
    customer_id: UUID,
    manner: tuple[str, str],
    now: datetime,
) -> Draft:
    language, currency = manner
    return Draft(
        channel=one.channel,
        kind=one.kind,
        occurred_at=now - timedelta(days=one.days_ago),
        customer_id=customer_id,
        subject=one.subject.in_language(language),
        outcome=one.outcome,
        amount=Decimal(one.amount) if one.amount else None,
        currency=currency if one.amount else None,
        external_id=str(place + 1),
    )
