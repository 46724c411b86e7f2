"""Rules in SQL: one statement that answers many rules for many customers.

``matches`` and ``settled`` are what others call. The other modules build their parts: ``matching``
what conditions look at, ``touchpoints`` the one pass
over the log, ``standing`` memberships and consents, ``values`` and ``comparing`` conditions.
"""

from guanxi_segmentation.rules.sql.settling import matches, settled
from guanxi_segmentation.rules.sql.values import Listed, Span, is_customer

__all__ = ["Listed", "Span", "is_customer", "matches", "settled"]
