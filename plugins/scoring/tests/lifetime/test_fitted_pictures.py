"""The pictures that a fit on a shop's purchases stores."""

from datetime import date

from plugins.scoring.tests.shop import Shop
from sqlalchemy import text

from guanxi_scoring.life.finding import current_version, get_model

_AGAIN = text(
    """
    WITH days AS (
        SELECT DISTINCT customer_id, CAST(occurred_at AT TIME ZONE 'UTC' AS date) AS day
        FROM touchpoints WHERE kind = 'purchase'
    ), firsts AS (SELECT customer_id, min(day) AS first FROM days GROUP BY customer_id)
    SELECT count(*) FROM days JOIN firsts USING (customer_id)
    WHERE day > first AND first < :cut AND day <= :until
    """
)


def test_a_version_stores_five_pictures_and_tracks_what_was_bought_again(shop: Shop) -> None:
    shop.trade(300)

    shop.run("score")
    shop.run("fit")

    with shop.read() as session:
        version = current_version(session, get_model(session, "lifetime"))
        assert version is not None
        drawn = version.pictures
        week, actual, known, expected = drawn["tracking"]["rows"][-1]
        values = {"cut": version.metrics["holdout_from"], "until": date.fromisoformat(week)}
        again = session.execute(_AGAIN, values).scalar_one()

    assert set(drawn) == {"tracking", "calibration", "alive_matrix", "lift", "clv"}
    assert (actual, known) == (again, None)
    assert 0.7 * actual < expected < 1.4 * actual
    assert sum(row[3] for row in drawn["calibration"]["rows"]) == version.metrics["customers"]
    assert sum(row[2] for row in drawn["clv"]["rows"]) == version.sample
