"""What things are called in the reader's language, and which programme a page is about."""

from collections.abc import Mapping
from typing import Any

from flask import request
from sqlalchemy import select
from sqlalchemy.orm import Session

from guanxi.sdk import Attribute, Channel, Outcome, TouchpointKind, attributes_of, current, web
from guanxi_loyalty.earning.facts import Reason
from guanxi_loyalty.earning.sentences import Names, occasion_title
from guanxi_loyalty.models import Campaign, EarningRule, Programme, Unit
from guanxi_loyalty.programmes import find_programme
from guanxi_loyalty.texts import _
from guanxi_loyalty.wording import Wording, named, title_of


def programmes_of(session: Session) -> list[Programme]:
    """Return all programmes by key."""
    return list(session.scalars(select(Programme).order_by(Programme.key)))


def asked_programme(session: Session) -> Programme | None:
    """Return the programme that the address names, else the first; None where there is none.

    :raises NotFound: the address names one that there is not.
    """
    key = request.args.get("programme", "")
    if key:
        return find_programme(session, key)
    return session.scalars(select(Programme).order_by(Programme.key).limit(1)).one_or_none()


def programme_options(session: Session) -> list[tuple[str, str]]:
    """Return keys and titles of the programmes to choose from; nothing where there is one."""
    found = programmes_of(session)
    return [(one.key, title_of(one, web.language())) for one in found] if len(found) > 1 else []


def names_of(session: Session, programme: Programme) -> Names:
    """Return what the sentences of a programme need to call by name."""
    language = web.language()
    units = select(Unit).where(Unit.programme_id == programme.id).order_by(Unit.kind.desc())
    campaigns = select(Campaign).where(Campaign.programme_id == programme.id)
    return Names(
        language=language,
        currency=programme.currency,
        units=_titles(session.scalars(units), language),
        kinds=vocabulary(session, TouchpointKind),
        channels=vocabulary(session, Channel),
        outcomes=vocabulary(session, Outcome),
        campaigns=_titles(session.scalars(campaigns.order_by(Campaign.key)), language),
        attributes=attributes_of(session),
    )


def vocabulary(session: Session, model: Any) -> dict[str, str]:
    """Return the titles of channels, kinds of touchpoint or outcomes by key, in their order."""
    order = model.archived, model.position, model.key
    return _titles(session.scalars(select(model).order_by(*order)), web.language())


def visible_attributes(session: Session) -> dict[str, Attribute]:
    """Return the attributes that whoever asks may see, by key."""
    may = current.principal().may
    known = attributes_of(session).items()
    return {key: one for key, one in known if one.permission is None or may(one.permission)}


def rule_titles(session: Session, programme: Programme) -> dict[str, str]:
    """Return the titles of a programme's rules by key."""
    found = select(EarningRule).where(EarningRule.programme_id == programme.id)
    return _titles(session.scalars(found), web.language())


def reason_in_words(
    reason: Reason, names: Names, rules: Mapping[str, str], seen: Mapping[str, Attribute]
) -> str:
    """Return why a rule did not fire, with titles instead of keys.

    What an attribute that the reader may not see asks is not told.
    """
    if "attribute" in reason.values and reason.values["attribute"] not in seen:
        return _("The member does not meet a condition of the rule.")
    wording = Wording(names.language)
    titles: Mapping[str, Mapping[str, str]] = {
        "rule": rules,
        "campaign": names.campaigns,
        "channel": {"None": _("none"), **names.channels},
        "outcome": {"None": _("none"), **names.outcomes},
        "attribute": {key: one.title.in_language(names.language) for key, one in seen.items()},
    }
    values: dict[str, Any] = {}
    for name, value in reason.values.items():
        if name == "trigger":
            values[name] = occasion_title(str(value), names)
        elif name in ("amount", "minimum"):
            values[name] = wording.money(value or 0, names.currency)  # type: ignore[arg-type]
        elif name == "day":
            values[name] = wording.day(value)  # type: ignore[arg-type]
        else:
            values[name] = named(str(value), titles[name]) if name in titles else value
    return _(reason.text, **values)


def _titles(found: Any, language: str) -> dict[str, str]:
    return {one.key: title_of(one, language) for one in found}
