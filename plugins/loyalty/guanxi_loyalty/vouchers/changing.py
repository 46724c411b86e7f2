"""Terms of a set changed afterwards, and one code blocked (停用).

What a code takes off stays as it is: people hold codes that promise it. Limits that come later
count what was used before.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from guanxi.sdk import Invalid, Refused, record
from guanxi_loyalty.models import Code, CodeSet
from guanxi_loyalty.texts import N_
from guanxi_loyalty.versions import lock_version
from guanxi_loyalty.vouchers.sets import CodeSetDraft, check_draft

CHANGEABLE: Final = (
    "title_en", "title_zh", "most", "min_order", "conditions", "family", "alone", "priority",
    "customer_limit", "total_limit", "valid_from", "valid_to",
)  # fmt: skip

_COUNT_ALL: Final = text(
    """
    WITH counted AS (
        UPDATE loyalty_code_uses u SET counted_total = true FROM loyalty_codes c
        WHERE c.id = u.code_id AND c.set_id = :set AND u.state = 'redeemed'
          AND NOT u.counted_total RETURNING 1)
    UPDATE loyalty_code_sets SET used = used + (SELECT count(*) FROM counted)
    WHERE id = :set RETURNING used
    """
)
_COUNT_EACH: Final = text(
    """
    WITH counted AS (
        UPDATE loyalty_code_uses u SET counted = true FROM loyalty_codes c
        WHERE c.id = u.code_id AND c.set_id = :set AND u.state = 'redeemed'
          AND u.customer_id IS NOT NULL AND NOT u.counted RETURNING u.customer_id)
    INSERT INTO loyalty_uses (subject_id, customer_id, used)
    SELECT :set, customer_id, count(*) FROM counted GROUP BY customer_id
    ON CONFLICT (subject_id, customer_id) DO UPDATE SET used = loyalty_uses.used + excluded.used
    """
)
_BLOCK: Final = text(
    "UPDATE loyalty_codes SET blocked = :blocked WHERE id = :id AND blocked <> :blocked "
    "RETURNING id"
)


def change_set(
    session: Session,
    found: CodeSet,
    changes: Mapping[str, Any],
    *,
    expected_version: int | None,
    now: datetime,
    by: str,
) -> None:
    """Change the terms of a set, for orders from now on.

    :param changes: some of ``CHANGEABLE``.
    :raises Invalid: terms that mean nothing, or a limit below what was used.
    :raises PreconditionFailed: somebody changed it since.
    """
    lock_version(session, found, expected_version)
    draft = replace(_draft(found), **changes)
    check_draft(draft)
    before = {name: getattr(found, name) for name in changes}
    _count_before(session, found, draft)
    for name, value in changes.items():
        setattr(found, name, value)
    found.title_zh = found.title_zh or found.title_en
    found.changed_at, found.changed_by, found.version = now, by, found.version + 1
    session.flush()
    subject = ("loyalty_code_set", found.key)
    record(
        session,
        "loyalty.code_set_changed",
        subject,
        before=_plain(before),
        after=_plain({name: getattr(found, name) for name in changes}),
    )


def block_code(session: Session, found: CodeSet, code: Code, *, blocked: bool, reason: str) -> None:
    """Let a code not work any more, or work again.

    :raises Refused: it is so already.
    """
    values = {"id": code.id, "blocked": blocked}
    if session.execute(_BLOCK, values).scalar_one_or_none() is None:
        raise Refused(N_("This code is in that state already."))
    session.refresh(code)
    name = "loyalty.code_blocked" if blocked else "loyalty.code_unblocked"
    subject = ("loyalty_code_set", found.key)
    record(session, name, subject, after={"serial": code.serial, "reason": reason})


def _draft(found: CodeSet) -> CodeSetDraft:
    fixed = ("key", "effect", "value", "code_limit")
    return CodeSetDraft(**{name: getattr(found, name) for name in (*fixed, *CHANGEABLE)})


def _count_before(session: Session, found: CodeSet, draft: CodeSetDraft) -> None:
    """Let a limit that is new count what was used without it."""
    if draft.customer_limit is not None and found.customer_limit is None:
        session.execute(_COUNT_EACH, {"set": found.id})
    used = found.used
    if draft.total_limit is not None and found.total_limit is None:
        used = session.execute(_COUNT_ALL, {"set": found.id}).scalar_one()
        session.refresh(found)
    if draft.total_limit is not None and used > draft.total_limit:
        raise Invalid(
            N_("%(used)s were used already; the limit cannot be below that."),
            used=used,
            fields={"total_limit": []},
        )


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: value.isoformat() if isinstance(value, datetime) else value
        for name, value in values.items()
    }
