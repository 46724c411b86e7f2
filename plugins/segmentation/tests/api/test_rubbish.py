"""Rubbish in every position of every writing operation: refused with a sentence, never 500."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID, uuid4

import pytest
from flask import Flask
from plugins.segmentation.tests.membership.town import Town, lives_in, rule
from plugins.segmentation.tests.worth import OPTIONS
from werkzeug.test import TestResponse

from guanxi.testkit.clients import ApiClient
from guanxi_segmentation.schemas.schemes import EXAMPLE
from guanxi_segmentation.schemes.presets import ensure_ready_made

DEEP: Final = "[" * 10_000 + "]" * 10_000
RUBBISH: Final = {
    "list": "[]",
    "list of lists": "[[[]]]",
    "list of texts": '["a"]',
    "object": "{}",
    "strange object": '{"\\u0000": {"a": [null]}}',
    "number": "7.25",
    "negative": "-1",
    "huge": "1e300",
    "too huge": "1e999",
    "10,000 digits": "9" * 10_000,
    "digits as text": '"' + "9" * 10_000 + '"',
    "not a number": "NaN",
    "word": '"NaN"',
    "other word": '"Infinity"',
    "true": "true",
    "null": "null",
    "nul": '"a\\u0000b"',
    "half a character": '"\\ud800"',
    "empty": '""',
    "deep": DEEP,
}
"""JSON texts by name: what is sent in the place of a value."""

TREATMENT: Final = {
    "service_level": "Visits", "offer_band": "A", "cadence_days": 7,
    "preferred_channel": "email", "looked_after_by": "Ann",
}  # fmt: skip
MAPPING: Final = {"core": "key", "important": "secondary", "potential": "key", "general": "general"}
TREE: Final = rule(
    {
        "op": "and",
        "args": [
            lives_in("York"),
            {"op": "not", "args": [{"segment": "list", "is": "member"}]},
            {
                "touchpoints": {"kind": ["purchase"], "amount": {"gte": "5"}},
                "measure": "sum", "currency": "GBP", "is": "gte", "value": "5", "missing": False,
                "window": {"calendar": "month", "offset": -1, "count": 1, "zone": "Asia/Shanghai"},
            },
            {"held": lives_in("York"), "for": "P14D"},
            {"bucket": {"salt": "x", "from": 0, "to": 10}},
            {"consent": {"channel": "email", "purpose": "marketing", "is": "given"}},
        ],
    }
)  # fmt: skip
THRESHOLDS: Final = {
    **OPTIONS, "present": "segmentation.net_value", "by": "share", "hysteresis": "10",
    "minimum_stay_days": 3,
}  # fmt: skip
TITLES: Final = {"title_en": "A", "title_zh": "甲"}
CLASSES: Final = [
    {"key": "a", **TITLES, "rule": rule(lives_in("York")), "treatment": TREATMENT},
    {"key": "b", **TITLES},
]
FOUR: Final = [{"key": key, **TITLES} for key in ("core", "important", "potential", "general")]
TWO: Final = [{"key": key, **TITLES} for key in ("key", "general", "secondary")]


WORDS: Final = {"word", "other word"}
DOES: Final[dict[str, set[str]]] = {
    **dict.fromkeys(("title_en", "title_zh"), WORDS | {"empty"}),
    **dict.fromkeys(
        ("description", "service_level", "offer_band", "looked_after_by"),
        WORDS | {"empty", "null"},
    ),
    **{key: {"true"} for key in ("announce", "announce_build", "included", "is_key", "missing")},
    **{key: {"number"} for key in ("hysteresis", "present_at", "potential_at")},
    "reason": WORDS,
    "preferred_channel": {"empty", "null"},
    "cadence_days": {"null"},
    "treatment": {"object"},
    "value": WORDS,
}
"""What is no rubbish after all, by the name of the position: any word is a title, for instance."""


@dataclass(frozen=True)
class Operation:
    """A writing operation with a body that does; ``{id}`` of the path is a customer."""

    method: str
    path: str
    body: Any
    about: str = ""
    does: Mapping[str, set[str]] = field(default_factory=dict)
    """As ``DOES``, by the whole position."""

    def __str__(self) -> str:
        return f"{self.method} {self.path} {self.about}".strip()


EMPTY: Final = {"": {"object"}}
"""Nothing at all is sent: all stays as it is, or is as usual."""
OPERATIONS: Final = (
    Operation("POST", "/segments", {
        **TITLES, "key": "made", "description": "b", "rule": TREE, "announce": True,
        "announce_build": False,
    }, does={
        ".key": {"null"}, ".rule": {"null"},
        ".rule.where.args[2].touchpoints": {"object"},
        ".rule.where.args[2].touchpoints.amount.gte": {"number", "negative"},
        ".rule.where.args[2].touchpoints.kind": {"list of texts"},
        ".rule.where.args[2].touchpoints.kind[0]": WORDS,
        ".rule.where.args[2].value": {"number", "negative"},
        ".rule.where.args[2].window.offset": {"negative"},
        ".rule.where.args[4].bucket.salt": WORDS,
        ".rule.where.args[4].bucket.from": {"number"},
        ".rule.where.args[4].bucket.to": {"number"},
        ".rule.where.args[5].consent.channel": WORDS,
        ".rule.where.args[5].consent.purpose": WORDS,
    }),
    Operation("PATCH", "/segments/yorkers", {
        **TITLES, "description": "b", "rule": rule(lives_in("York")), "announce": True,
        "announce_build": False,
    }, does=EMPTY),
    Operation("POST", "/segments/yorkers/copy", {**TITLES, "key": "made"},
              does={**EMPTY, ".key": {"null"}}),
    Operation("POST", "/preview", {"rule": rule(lives_in("York"))}),
    Operation("PUT", "/segments/yorkers/pins/{id}", {"included": True, "reason": "a"},
              does={".reason": WORDS | {"empty", "null"}}),
    Operation("POST", "/segments/list/pins/list", {"words": ["a"], "reason": "b"}, does={
        ".reason": WORDS | {"empty", "null"}, ".words": {"list of texts"}, ".words[0]": WORDS,
    }),
    Operation("POST", "/schemes", {
        **TITLES, "key": "made", "kind": "rules", "options": {}, "classes": CLASSES,
    }, "rules", does={".options": {"object"}}),
    Operation("POST", "/schemes", {
        **TITLES, "key": "made", "kind": "tiers", "options": THRESHOLDS, "classes": FOUR,
    }, "tiers", does={".options": {"object"}}),
    Operation("POST", "/schemes", {
        **TITLES, "key": "made", "kind": "mapped", "options": {"of": "tiers", "map": MAPPING},
        "classes": TWO,
    }, "mapped"),
    Operation("PATCH", "/schemes/by_country", {**TITLES, "classes": CLASSES}, does=EMPTY),
    Operation("PATCH", "/schemes/tiers", {"options": THRESHOLDS},
              does={**EMPTY, ".options": {"object"}}),
    Operation("PATCH", "/schemes/four", {"options": {"of": "tiers", "map": MAPPING}},
              does={**EMPTY, ".options": {"object"}}),
    Operation("PUT", "/schemes/tiers/classes/core/treatment", TREATMENT, does=EMPTY),
    Operation("POST", "/scheme-preview", {"scheme": "tiers", "options": THRESHOLDS}, "tiers",
              does={**EMPTY, ".options": {"object"}, ".scheme": {"empty"}}),
    Operation("POST", "/scheme-preview", {
        "scheme": "four", "options": {"of": "tiers", "map": MAPPING},
    }, "mapped", does={**EMPTY, ".options": {"object"}}),
    Operation("POST", "/scheme-preview", {"kind": "rules", "options": {}, "classes": CLASSES},
              "rules", does={
                  **EMPTY, ".options": {"object"}, ".kind": {"null"},
                  ".classes[0].treatment.preferred_channel": WORDS | {"empty", "null"},
              }),
    Operation("PUT", "/key-accounts/{id}", {"is_key": True, "reason": "a"}),
)  # fmt: skip
WITHOUT_BODY: Final = frozenset({
    "DELETE /segments/<key>", "POST /segments/<key>/archive", "POST /segments/<key>/restore",
    "DELETE /segments/<key>/pins/<uuid:customer_id>", "POST /rebuild", "POST /rfm/cuts",
    "POST /schemes/<key>/primary", "POST /schemes/<key>/archive", "POST /schemes/<key>/restore",
    "POST /scheme-templates/<name>", "DELETE /key-accounts/<uuid:customer_id>",
})  # fmt: skip
PLACE: Final = "@@@"


@pytest.fixture
def ann(town: Town, api: ApiClient) -> str:
    """A customer in a town with segments and a scheme of each kind; her id."""
    found = town.person("Ann", city="York")
    town.segment("yorkers", lives_in("York"))
    town.segment("list", None)
    with town.write() as session:
        ensure_ready_made(session, now=town.now)
    assert api.post("/segmentation/schemes", dict(EXAMPLE)).status_code == 201
    return str(found)


def places(body: Any) -> Iterator[tuple[str, str]]:
    """Yield each position of a body, and the body as a text with a mark in that position."""

    def walk(value: Any, path: str) -> Iterator[tuple[str, Any]]:
        yield path, PLACE
        if isinstance(value, dict):
            for key, inner in value.items():
                for where, marked in walk(inner, f"{path}.{key}"):
                    yield where, {**value, key: marked}
        elif isinstance(value, list):
            for number, inner in enumerate(value):
                for where, marked in walk(inner, f"{path}[{number}]"):
                    yield where, [*value[:number], marked, *value[number + 1 :]]

    for where, marked in walk(body, ""):
        yield where, json.dumps(marked)
    yield ".no_such", json.dumps({**body, "no_such": PLACE})


def sent(api: ApiClient, one: Operation, customer: str, text: str) -> TestResponse:
    """Send a body as it is written, be it JSON or not."""
    headers = {"Authorization": f"Bearer {api.token}", "Content-Type": "application/json"}
    path = f"/api/v1/segmentation{one.path.format(id=customer)}"
    return api._client.open(path, method=one.method, data=text.encode(), headers=headers)


@pytest.mark.slow
@pytest.mark.parametrize("one", OPERATIONS, ids=str)
def test_rubbish_is_refused_in_every_position(api: ApiClient, ann: str, one: Operation) -> None:
    wrong, taken, does = [], set(), set()
    for where, text in places(one.body):
        fine = one.does.get(where) or DOES.get(where.rpartition(".")[2], set())
        does |= {(where, name) for name in fine}
        for name, rubbish in RUBBISH.items():
            made = f'"m{uuid4().hex}"'
            body = text.replace('"made"', made).replace(f'"{PLACE}"', rubbish)
            answer = sent(api, one, ann, body)
            if answer.status_code < 300:
                taken.add((where, name))
            elif answer.status_code >= 500 or answer.content_type != "application/problem+json":
                wrong.append((where, name, answer.status_code))
    fits = sent(api, one, ann, json.dumps(one.body))

    assert wrong == []
    assert fits.status_code < 300, fits.text
    assert taken == does


def test_every_writing_operation_is_among_them(site: Flask) -> None:
    start = "/api/v1/segmentation"
    found = {
        f"{method} {one.rule.removeprefix(start)}"
        for one in site.url_map.iter_rules()
        for method in (one.methods or set()) & {"POST", "PUT", "PATCH", "DELETE"}
        if one.rule.startswith(f"{start}/")
    }
    adapter = site.url_map.bind("localhost")
    sent_here = set()
    for one in OPERATIONS:
        path = start + one.path.format(id=UUID(int=0))
        matched, _values = adapter.match(path, method=one.method, return_rule=True)
        sent_here.add(f"{one.method} {matched.rule.removeprefix(start)}")

    assert sent_here | WITHOUT_BODY == found
