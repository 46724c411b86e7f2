"""On the real trade of the demo, recommendations beat best sellers; learnt with either learner."""

import csv
import gzip
from collections import defaultdict
from datetime import date, timedelta
from pathlib import Path
from uuid import UUID

import numpy as np
import pytest
from scipy import sparse

from guanxi_scoring.products import learning, testing
from guanxi_scoring.products.options import usual_options

TRADE = Path(__file__).parents[4] / "demo" / "online-retail" / "online_retail.csv.gz"
END = date(2011, 12, 10)
DAYS = 90

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def case() -> testing.Case:
    """What was bought up to 90 days before the end, and what was new to each customer since."""
    split = (END - timedelta(days=DAYS)).isoformat()
    lately = (END - timedelta(days=2 * DAYS)).isoformat()
    before: dict[str, dict[str, str]] = defaultdict(dict)
    since: dict[str, set[str]] = defaultdict(set)
    with gzip.open(TRADE, "rt", encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            customer, product = row["CustomerID"], row["StockCode"]
            if customer and int(row["Quantity"]) > 0 and product[0].isdigit():
                if row["InvoiceDate"] < split:
                    before[customer][product] = row["InvoiceDate"]
                else:
                    since[customer].add(product)
    people = sorted(before)
    found = learning.baskets(
        (UUID(int=int(float(one))), sorted(before[one], key=lambda p: before[one][p], reverse=True))
        for one in people
    )
    place = {product: column for column, product in enumerate(found.products)}
    later = sparse.lil_matrix(found.matrix.shape)
    popular = np.zeros(len(place))
    for row, one in enumerate(people):
        for product in since[one] - before[one].keys():
            if product in place:
                later[row, place[product]] = 1.0
        for product, at in before[one].items():
            popular[place[product]] += at >= lately
    return testing.Case(found, later.tocsr(), popular > 0, popular)


@pytest.mark.parametrize("learner", ["items", "als"])
def test_recommendations_hit_more_customers_than_best_sellers(
    case: testing.Case, learner: str
) -> None:
    if learner == "als":
        pytest.importorskip("implicit")
    options = {**usual_options(), "learner": learner}

    nearest = learning.learn(case.before, options, seed=1)
    measures, pictures = testing.compare(case, nearest, options["history"])

    assert measures["customers"] > 1_500
    assert measures["hit_rate_low"] > measures["popular_hit_rate_high"]
    assert measures["recall"] > measures["popular_recall"]
    assert measures["coverage"] > 5 * measures["popular_coverage"]
    assert measures["better_p"] < 1e-6
    assert len(pictures["hits_by_place"].rows) == testing.TOP
