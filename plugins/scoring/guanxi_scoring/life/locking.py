"""Locks: one fit of a model at a time, and one who scores everybody while deliveries wait.

They are PostgreSQL's advisory locks, gone at the commit. A fit keeps no row locked while it
computes, so whoever writes customers, touchpoints or the model's options need not wait for it.
"""

from typing import Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from guanxi_scoring.asking import Asked

_FITS: Final = 0x53_4301_0000_0000
_SCORES: Final = 0x53_4302_0000_0000
"""Beginnings of numbers of our own; those of the core lie higher."""
PATIENCE: Final = "50s"
"""So long a delivery waits until everybody is scored; then its events are tried again."""
RHYTHMS: Final = "rhythms"
"""Stands for the rhythms of everybody, which no model makes."""
FEW: Final = 20
"""For so many customers at most a plan is kept; making one takes longer than asking."""

_NUMBER: Final = "CAST(:first AS bigint) + (CAST(hashtext({key}) AS bigint) & 4294967295)"
_OF_KEY: Final = _NUMBER.format(key="CAST(:key AS text)")
_TRY: Final = text(f"SELECT pg_try_advisory_xact_lock({_OF_KEY})")
_ALONE: Final = text(f"SELECT pg_advisory_xact_lock({_OF_KEY})")
_SHARED: Final = text(
    f"SELECT set_config('lock_timeout', :patience, true), pg_advisory_xact_lock_shared({_OF_KEY})"
)
_SHARED_ALL: Final = text(
    f"""
    WITH told AS MATERIALIZED (
        SELECT set_config('lock_timeout', :patience, true),
               set_config('plan_cache_mode', :plans, true),
               set_config('enable_seqscan', :scans, true)
    ), keys AS MATERIALIZED (
        SELECT key FROM scoring_models WHERE state = 'active'
        UNION ALL SELECT CAST(:rhythms AS text) ORDER BY key
    )
    SELECT pg_advisory_xact_lock_shared({_NUMBER.format(key="keys.key")}) FROM told, keys
    """  # noqa: S608 -- constants
)


def own_fit(session: Session, key: str) -> bool:
    """Have the fits of a model for oneself until the commit; False: somebody else has them."""
    return bool(session.execute(_TRY, {"first": _FITS, "key": key}).scalar_one())


def own_scores(session: Session, key: str) -> None:
    """Have the scores of a model for oneself until the commit."""
    session.execute(_ALONE, {"first": _SCORES, "key": key})


def share_scores(session: Session, key: str) -> None:
    """Keep away, until the commit, who scores everybody; others who score some may work."""
    session.execute(_SHARED, {"first": _SCORES, "key": key, "patience": PATIENCE})


def sharing_all(customers: int) -> Asked:
    """Return the statement that shares the scores of all models, and the rhythms.

    For a few customers it also says that plans of statements are kept until the commit, and go by
    the indexes however few rows there were when the plans were made; for many, that each statement
    gets a plan for so many.
    """
    few = customers <= FEW
    plans, scans = ("force_generic_plan", "off") if few else ("force_custom_plan", "on")
    values = {
        "first": _SCORES, "patience": PATIENCE, "rhythms": RHYTHMS, "plans": plans, "scans": scans,
    }  # fmt: skip
    return _SHARED_ALL, values
