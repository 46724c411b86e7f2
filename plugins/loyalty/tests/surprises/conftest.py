"""A counter in a transaction, as for rewards."""

from plugins.loyalty.tests.rewards.conftest import counter

__all__ = ["counter"]
