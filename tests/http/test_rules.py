"""Rules that compile late build the addresses that Werkzeug's own build."""

from typing import Any

import pytest
from werkzeug.routing import BuildError, Map, Rule

from guanxi.http.rules import LateRule

RULES: list[tuple[str, str, dict[str, Any]]] = [
    ("/", "home", {}),
    ("/customers/<uuid:customer_id>", "customer", {}),
    ("/p/<path:rest>/end", "path", {}),
    ("/pages/", "pages", {"defaults": {"number": 1}}),
    ("/pages/<int:number>", "pages", {}),
]
ADDRESSES = [
    ("home", {}),
    ("home", {"q": "a b", "page": 2}),
    ("customer", {"customer_id": "0b7e8a5e-9c1b-4c52-8f0a-2f7f1d3f3c11"}),
    ("path", {"rest": "é/?x", "rule": "self"}),
    ("pages", {"number": 1}),
    ("pages", {"number": 7, "q": "顾客"}),
]


@pytest.mark.parametrize(("endpoint", "values"), ADDRESSES)
def test_an_address_is_the_same_each_time(endpoint: str, values: dict[str, Any]) -> None:
    usual, late = (site(kind).bind("example.com") for kind in (Rule, LateRule))

    assert late.build(endpoint, values) == usual.build(endpoint, values)
    assert late.build(endpoint, values) == usual.build(endpoint, values)


def test_an_address_without_what_it_needs_is_refused() -> None:
    with pytest.raises(BuildError, match="customer_id"):
        site(LateRule).bind("example.com").build("customer", {})


def site(kind: type[Rule]) -> Map:
    return Map([kind(rule, endpoint=name, **more) for rule, name, more in RULES])
