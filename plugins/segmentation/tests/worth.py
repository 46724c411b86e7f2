"""A town with trade: customers worth much and little, sorted by both ready-made schemes."""

from datetime import timedelta
from uuid import UUID

from plugins.segmentation.tests.membership.town import Town

from guanxi_segmentation.schemes.domain import change_scheme
from guanxi_segmentation.schemes.presets import ensure_ready_made

TRADE = {"Ann": (2, 3, 500), "Bo": (40, 2, 100), "Cy": (200, 1, 30), "Di": (300, 1, 10)}
"""By name: days since the last order, orders, what each cost."""
OPTIONS = {"potential": "segmentation.rfm_r", "present_at": "25", "potential_at": "50"}


def trading(town: Town, **owners: UUID) -> dict[str, UUID]:
    """Let four customers buy, and sort everybody; return their ids by name.

    With these numbers Ann is core, Bo potential, Cy and Di are general.
    """
    ids = {}
    for name, (days, orders, amount) in TRADE.items():
        more = {"owner_id": owners[name]} if name in owners else {}
        ids[name] = town.person(name, **more)
        for number in range(orders):
            town.buy(ids[name], town.now - timedelta(days=days + number), str(amount))
    with town.write() as session:
        ensure_ready_made(session, now=town.now)
    town.refresh()
    with town.write() as session:
        change_scheme(session, "tiers", {"options": OPTIONS}, now=town.now)
    town.refresh()
    town.run("rebuild", town.now)
    return ids
