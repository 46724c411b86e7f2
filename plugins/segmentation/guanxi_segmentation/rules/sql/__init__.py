"""Rules in SQL: one statement that answers many rules for many customers.

``matches`` is what others call. The other modules build its parts: ``touchpoints`` the one pass
over the log, ``standing`` memberships and consents, ``values`` and ``comparing`` conditions.
"""

from guanxi_segmentation.rules.sql.matching import matches

__all__ = ["matches"]
