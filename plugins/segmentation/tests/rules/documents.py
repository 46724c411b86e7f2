"""Documents and a small catalogue that several tests share."""

from typing import Any

from guanxi.customers.attributes import core_attributes
from guanxi_segmentation.rules import Context

CATALOGUE = {attribute.key: attribute for attribute in core_attributes("EUR")}
CONTEXT = Context(CATALOGUE, "EUR")


def rule(where: Any) -> dict[str, Any]:
    return {"v": 1, "where": where}


CHINESE = {"attribute": "customers.country", "is": "eq", "value": "CN", "missing": False}
BOUGHT_THRICE = {
    "touchpoints": {"kind": ["purchase"], "amount": {"gte": 10}},
    "measure": "count",
    "window": {"last": "P90D"},
    "is": "gte",
    "value": 3,
}
QUIET = {
    "touchpoints": {},
    "measure": "last",
    "is": "older_than",
    "value": "P180D",
    "missing": True,
}
EVERYTHING = rule(
    {
        "op": "and",
        "args": [
            CHINESE,
            {"op": "or", "args": [BOUGHT_THRICE, {"op": "not", "args": [QUIET]}]},
            {
                "touchpoints": {
                    "kind": ["purchase", "return"],
                    "channel": ["store"],
                    "direction": ["in"],
                    "outcome": ["agreed"],
                    "source": ["shop"],
                    "product": ["A-1"],
                },
                "measure": "sum",
                "currency": "GBP",
                "window": {"calendar": "month", "offset": -3, "count": 3, "zone": "Europe/London"},
                "is": "between",
                "value": [10, "99.50"],
                "missing": False,
            },
            {
                "touchpoints": {},
                "measure": "days",
                "window": {"from": "2026-01-01T00:00:00Z", "to": "2026-07-01T00:00:00Z"},
                "is": "lt",
                "value": 5,
            },
            {"segment": "vip", "is": "member"},
            {"segment": "staff", "is": "not_member"},
            {"held": CHINESE, "for": "P14D"},
            {"bucket": {"salt": "spring", "from": 0, "to": 12.5}},
            {"consent": {"channel": "email", "purpose": "marketing", "is": "given"}},
            {"attribute": "customers.birthday", "is": "anniversary_within", "value": "P7D",
             "missing": False},
            {"attribute": "customers.tags", "is": "has_any", "value": ["a", "b"], "missing": False},
            {"attribute": "customers.city", "is": "unknown"},
        ],
    }
)  # fmt: skip
