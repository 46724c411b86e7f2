"""Membership follows events: who is touched is looked at again, and only for what changed."""

from plugins.segmentation.tests.membership.town import DAY, bought


def test_a_purchase_lets_a_customer_enter_and_tells_of_it(town, now):
    anna = town.person()
    town.built("buyers", bought(2))
    town.deliver()
    town.buy(anna, now - 3 * DAY)
    town.buy(anna, now - 2 * DAY)

    town.deliver(now)

    assert town.members("buyers") == {anna}
    assert town.stays(anna, "buyers") == [(now, "changed", None, None)]
    assert town.told() == [("Entered", anna, "buyers", "changed")]
