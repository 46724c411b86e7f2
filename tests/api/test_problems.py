"""A refusal of a program says the same in whatever way it comes about."""

from guanxi.testkit.clients import ApiClient


def test_fields_refused_by_a_schema_and_by_a_rule_have_one_code(api: ApiClient) -> None:
    by_schema = api.post("/customers", {"nam": "Ada"})
    by_rule = api.patch("/settings/core", {"currency": "?"})

    assert [by_schema.json["code"], by_rule.json["code"]] == ["invalid", "invalid"]
    assert by_schema.json["errors"] == {"json": {"nam": ["Unknown field."]}}


def test_without_a_token_a_change_is_told_to_want_one(api: ApiClient) -> None:
    api.token = ""

    for answer in (api.get("/me"), api.post("/customers", {"name": "Ada"})):
        assert answer.status_code == 401
        assert answer.headers["WWW-Authenticate"] == "Bearer"
