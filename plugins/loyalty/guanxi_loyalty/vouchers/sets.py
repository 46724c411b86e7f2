"""Sets of codes: made with their terms, paused, found."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from guanxi.sdk import Conflict, Invalid, NotFound, new_id, record
from guanxi_loyalty.models import Code, CodeSet, Programme
from guanxi_loyalty.models.vouchers import EFFECTS
from guanxi_loyalty.storing import as_key, check_storable
from guanxi_loyalty.texts import N_
from guanxi_loyalty.vouchers.discounts import WHOLE
from guanxi_loyalty.vouchers.secrecy import LONGEST, hash_code, normalise, pepper

_KEY: Final = re.compile(r"[a-z][a-z0-9_]{0,39}")
_SHORTEST_SHARED: Final = 4
_CONDITIONS: Final = ("products", "categories", "except")


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeSetDraft:
    """A set to be made; see :class:`guanxi_loyalty.models.CodeSet`.

    :param code: the words of a shared code; None: each code is made at random and works once.
    """

    key: str
    title_en: str
    title_zh: str = ""
    code: str | None = None
    effect: str
    value: int = 0
    most: int | None = None
    min_order: int = 0
    conditions: Mapping[str, Any] = field(default_factory=dict)
    family: str | None = None
    alone: bool = False
    priority: int = 100
    code_limit: int | None = None
    customer_limit: int | None = None
    total_limit: int | None = None
    valid_from: datetime | None = None
    valid_to: datetime | None = None


def create_set(
    session: Session, programme: Programme, draft: CodeSetDraft, *, now: datetime, by: str
) -> CodeSet:
    """Make a set; a shared code is made with it, others by ``make_bulk``.

    :raises Invalid: terms that mean nothing, or a code that is too short.
    :raises Conflict: the key or the code is taken.
    """
    check_draft(draft)
    taken = select(CodeSet.id).where(CodeSet.programme_id == programme.id, CodeSet.key == draft.key)
    if session.scalar(taken) is not None:
        raise Conflict(N_("There is a set %(key)s already."), key=draft.key)
    values = {name: getattr(draft, name) for name in draft.__slots__ if name != "code"}
    made = CodeSet(
        id=new_id(),
        programme_id=programme.id,
        kind="bulk" if draft.code is None else "shared",
        **values | {"title_zh": draft.title_zh or draft.title_en},
        created_at=now,
        changed_at=now,
        changed_by=by,
    )
    session.add(made)
    session.flush()
    if draft.code is not None:
        _add_shared(session, made, draft.code, now)
    after = {"key": draft.key, "effect": draft.effect, "value": draft.value}
    record(session, "loyalty.code_set_created", ("loyalty_code_set", draft.key), after=after)
    return made


def find_set(session: Session, programme: Programme, key: str) -> CodeSet:
    """Return a set by its key.

    :raises NotFound: there is none.
    """
    wanted = select(CodeSet).where(CodeSet.programme_id == programme.id, CodeSet.key == as_key(key))
    found: CodeSet | None = session.scalar(wanted)
    if found is None:
        raise NotFound(N_("There is no set of codes %(key)s."), key=key)
    return found


def set_state(session: Session, found: CodeSet, state: str, *, now: datetime, by: str) -> None:
    """Let the codes of a set work (``active``), or none of them (``paused``)."""
    before, found.state = {"state": found.state}, state
    found.changed_at, found.changed_by, found.version = now, by, found.version + 1
    subject = ("loyalty_code_set", found.key)
    record(session, "loyalty.code_set_changed", subject, before=before, after={"state": state})


def _add_shared(session: Session, made: CodeSet, code: str, now: datetime) -> None:
    code_hash = hash_code(pepper(session, make=True), code)
    if session.scalar(select(Code.id).where(Code.code_hash == code_hash)) is not None:
        raise Conflict(N_("There is such a code already. Take another one."))
    made.made = 1
    session.add(
        Code(
            set_id=made.id,
            serial=1,
            code_hash=code_hash,
            text=normalise(code),
            use_limit=made.code_limit,
            made_at=now,
        )
    )
    session.flush()


def check_draft(draft: CodeSetDraft) -> None:
    """Refuse terms that mean nothing.

    :raises Invalid: with the field that it is about.
    """
    if not _KEY.fullmatch(draft.key):
        raise Invalid(
            N_("A key begins with a letter and has small letters, digits and _ only."),
            fields={"key": []},
        )
    if not draft.title_en.strip():
        raise Invalid(N_("Give the set a title."), fields={"title_en": []})
    if draft.effect not in EFFECTS:
        raise Invalid(N_("There is no such effect."), fields={"effect": []})
    most = WHOLE if draft.effect == "percent" else 10**12
    if draft.effect != "shipping" and not 0 < draft.value <= most:
        raise Invalid(N_("This value does not do for such a code."), fields={"value": []})
    if draft.code is not None and not (_SHORTEST_SHARED <= len(normalise(draft.code)) <= LONGEST):
        raise Invalid(N_("A shared code has 4 to 40 letters and digits."), fields={"code": []})
    for name in ("most", "code_limit", "customer_limit", "total_limit"):
        limit = getattr(draft, name)
        if limit is not None and limit <= 0:
            raise Invalid(N_("A limit is above zero; leave it out for none."), fields={name: []})
    if draft.min_order < 0:
        raise Invalid(N_("The least order is not below zero."), fields={"min_order": []})
    if draft.valid_from and draft.valid_to and draft.valid_to <= draft.valid_from:
        raise Invalid(N_("It would end before it begins."), fields={"valid_to": []})
    _check_conditions(draft.conditions)


def _check_conditions(conditions: Mapping[str, Any]) -> None:
    check_storable(conditions, "conditions")
    for name, value in conditions.items():
        texts = isinstance(value, list) and all(isinstance(one, str) for one in value)
        if name not in _CONDITIONS or not texts:
            raise Invalid(
                N_("Conditions are lists of products, categories, or what is excepted."),
                fields={"conditions": []},
            )
