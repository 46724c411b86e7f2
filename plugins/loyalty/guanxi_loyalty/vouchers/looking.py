"""Look codes up: all in one statement, which finds those only that work now.

Unknown, run out, used up and blocked codes are all the same to it: not found.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from guanxi_loyalty.vouchers.discounts import Terms
from guanxi_loyalty.vouchers.secrecy import hash_code, pepper

_USABLE = text(
    """
    SELECT c.code_hash, c.id AS code_id, s.id AS set_id, s.key AS set_key, s.title_en, s.title_zh,
        s.effect, s.value, s.most, s.min_order, s.conditions, s.family, s.alone, s.priority,
        s.customer_limit, s.total_limit, coalesce(c.valid_to, s.valid_to) AS valid_to
    FROM loyalty_codes c
    JOIN loyalty_code_sets s ON s.id = c.set_id
    LEFT JOIN loyalty_uses u ON u.subject_id = s.id AND u.customer_id = :customer
    WHERE c.code_hash = ANY(:hashes) AND s.programme_id = :programme
      AND NOT c.blocked AND s.state = 'active'
      AND (s.valid_from IS NULL OR s.valid_from <= :now)
      AND (s.valid_to IS NULL OR s.valid_to > :now) AND (c.valid_to IS NULL OR c.valid_to > :now)
      AND (c.use_limit IS NULL OR c.used < c.use_limit)
      AND (s.total_limit IS NULL OR s.used < s.total_limit)
      AND (c.customer_id IS NULL OR c.customer_id = :customer)
      AND (s.customer_limit IS NULL
        OR (CAST(:customer AS uuid) IS NOT NULL AND coalesce(u.used, 0) < s.customer_limit))
    """
)


def look_up(
    session: Session,
    programme_id: UUID,
    typed: Sequence[str],
    customer_id: UUID | None,
    *,
    now: datetime,
) -> list[Terms | None]:
    """Return the terms of each code that works now for this customer; None for all others."""
    key = pepper(session)
    hashes = [hash_code(key, code) for code in typed]
    values = {"hashes": hashes, "programme": programme_id, "customer": customer_id, "now": now}
    rows = session.execute(_USABLE, values).mappings().all()
    known = {}
    for row in rows:
        terms = dict(row)
        code_hash = bytes(terms.pop("code_hash"))
        known[code_hash] = Terms(**terms)
    return [known.get(one) for one in hashes]
