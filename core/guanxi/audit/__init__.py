"""Who changed what, before and after, written in the same transaction as the change."""

from guanxi.audit.log import difference, record

__all__ = ["difference", "record"]
