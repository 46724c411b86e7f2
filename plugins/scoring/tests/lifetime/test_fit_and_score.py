"""The lifetime model on a shop's year: fitted, in force, everybody scored."""

from plugins.scoring.tests.shop import Shop
from sqlalchemy import func, select

from guanxi_scoring.life.finding import current_version, get_model
from guanxi_scoring.models import LifetimeScore


def test_a_new_installation_fits_the_model_and_scores_everybody_who_bought(shop: Shop) -> None:
    buyers = shop.trade(300)
    shop.person("Never bought anything")

    shop.run("score")
    fitted = shop.run("fit")
    shop.run("score")

    assert fitted == {"model": "lifetime", "number": 1, "state": "current"}
    with shop.read() as session:
        version = current_version(session, get_model(session, "lifetime"))
        assert version is not None
        print(version.fit, version.metrics, version.parameters, version.warnings)
        print(session.execute(select(LifetimeScore.__table__).limit(3)).all())
        assert version.sample == 300
        assert session.scalar(select(func.count()).select_from(LifetimeScore)) == len(buyers)
