"""Who of the staff asks, for pages and API alike."""

from guanxi.sdk import Forbidden, current
from guanxi_loyalty.adjustments import Person
from guanxi_loyalty.texts import N_


def person() -> Person:
    """Return who asks, for what only one of the staff can do.

    :raises Forbidden: it is a program that belongs to nobody.
    """
    who = current.principal()
    if who.user_id is None:
        raise Forbidden(N_("Only a person of the staff can do this."))
    return Person(who.user_id, who.name)
