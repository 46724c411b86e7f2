"""What the demo has of models: fixed at the end of its trade, asked for once."""

from datetime import UTC, datetime

from plugins.scoring.tests.shop import Shop

from guanxi_scoring import demo
from guanxi_scoring.life.finding import get_model, list_models
from guanxi_scoring.life.ordering import waiting_orders


def test_models_stand_at_the_day_after_the_last_purchase_and_wait_once(
    shop: Shop,
) -> None:
    shop.buy(shop.person(), datetime(2011, 12, 9, 12, 50, tzinfo=UTC))

    for _ in range(2):
        with shop.write() as session:
            demo.fill(session, shop.now)

    with shop.read() as session:
        lifetime = get_model(session, "lifetime")
        assert lifetime.options["as_of"] == "2011-12-10T00:00:00Z"
        assert lifetime.refit_days is None
        models = {one.id for one in list_models(session)}
        assert models == {order.model_id for order in waiting_orders(session)}
