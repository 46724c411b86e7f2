"""The API and the commands of risk: the same as the pages, and nothing for who may not see it."""

import json
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

from flask import Flask
from plugins.scoring.tests.risk.loans import FILE, NAMES, table
from plugins.scoring.tests.risk.office import Office

from guanxi.testkit.clients import ApiClient
from guanxi.testkit.factories import Factories
from guanxi.testkit.people import allow
from guanxi.touchpoints.domain.drafts import Draft
from guanxi.touchpoints.domain.recording import record
from guanxi_scoring.risk.questionnaire import QUESTIONS

BASE = "/scoring"
ACME = {
    "title_en": "Acme", "title_zh": "顶点",
    "grades": [{"grade": "A", "level": 1}, {"grade": "B", "level": 7, "pd": 0.08}],
}  # fmt: skip
RATING = {"agency": "acme", "grade": "B", "rated_on": "2026-01-01", "source": "letter"}
BOLD = {one.key: "d" for one in QUESTIONS}


def program(site: Flask, factories: Factories, *permissions: str) -> ApiClient:
    """A program of somebody of the staff with these permissions."""
    allow(factories, "staff", "customers.view", *permissions)
    user = factories.user("staff")
    found = ApiClient(site, factories.token("staff", user_id=user))
    found.user = user  # type: ignore[attr-defined]
    return found


def test_a_rating_goes_in_and_is_withdrawn(office: Office, api: ApiClient) -> None:
    ann = office.customer()
    assert api.put(f"{BASE}/agencies/acme", ACME).status_code == 200
    made = api.post(f"{BASE}/customers/{ann}/ratings", RATING)
    found = api.get(f"{BASE}/customers/{ann}/risk").json

    assert made.status_code == 201
    assert (found["coefficient"], found["risk_class"], found["grade"]) == ("0.080000", "low", "B")
    assert found["factors"][0]["told"]["values"]["grade"] == "B"
    assert api.delete(f"{BASE}/ratings/{made.json['id']}").json["withdrawn_at"] is not None
    after = api.get(f"{BASE}/customers/{ann}/risk").json
    assert (after["coefficient"], after["risk_class"]) == (None, "unknown")
    assert len(after["changes"]) == 2


def test_without_consent_it_is_refused_and_says_what_to_do(office: Office, api: ApiClient) -> None:
    ann = office.customer(consent=False)
    api.put(f"{BASE}/agencies/acme", ACME)

    answer = api.post(f"{BASE}/customers/{ann}/ratings", RATING)

    assert answer.status_code == 422
    assert "Record the consent" in answer.text
    assert api.get(f"{BASE}/customers/{ann}/risk").json["ratings"] == []


def test_an_agency_changes_only_in_the_version_that_was_read(
    office: Office, api: ApiClient
) -> None:
    first = api.put(f"{BASE}/agencies/acme", ACME)
    second = api.put(f"{BASE}/agencies/acme", ACME, If_Match=first.headers["ETag"])
    late = api.put(f"{BASE}/agencies/acme", ACME, If_Match=first.headers["ETag"])

    assert (second.status_code, late.status_code) == (200, 412)


def test_answers_and_mitigations_go_in(office: Office, api: ApiClient) -> None:
    ann = office.customer()
    answered = api.post(f"{BASE}/customers/{ann}/risk-answers", {"answers": BOLD}).json
    house = {"kind": "collateral", "share": "0.25", "note": "a house"}
    mitigation = api.post(f"{BASE}/customers/{ann}/mitigations", house).json

    found = api.get(f"{BASE}/customers/{ann}/risk").json

    assert (answered["points"], found["appetite"]) == (24, "aggressive")
    assert found["mitigations"][0]["share"] == "0.2500"
    assert api.delete(f"{BASE}/mitigations/{mitigation['id']}").json["ended_at"] is not None
    open_ones = api.post(f"{BASE}/customers/{ann}/risk-answers", {"answers": {"goal": "a"}})
    assert open_ones.status_code == 422
    assert len(api.get(f"{BASE}/risk-questionnaire").json["questions"]) == 6


def test_who_may_not_see_risk_sees_nothing_of_it(
    office: Office, site: Flask, factories: Factories, api: ApiClient
) -> None:
    ann = office.customer()
    api.put(f"{BASE}/agencies/acme", ACME)
    made = api.post(f"{BASE}/customers/{ann}/ratings", RATING).json
    staff = program(site, factories, "scoring.view")

    refused = [
        staff.get(f"{BASE}/risk"),
        staff.get(f"{BASE}/customers/{ann}/risk"),
        staff.get(f"{BASE}/agencies"),
        staff.get(f"{BASE}/scorecards"),
        staff.post(f"{BASE}/customers/{ann}/ratings", RATING),
        staff.delete(f"{BASE}/ratings/{made['id']}"),
        staff.get("/customers?fields=scoring.rating"),
    ]

    assert [one.status_code for one in refused[:6]] == [403] * 6
    assert "B" not in refused[6].text.replace(str(ann), "") or refused[6].status_code >= 400


def test_who_may_only_look_cannot_record(
    office: Office, site: Flask, factories: Factories, api: ApiClient
) -> None:
    ann = office.customer()
    api.put(f"{BASE}/agencies/acme", ACME)
    staff = program(site, factories, "scoring.risk")
    office.change(ann, owner_id=staff.user)  # type: ignore[attr-defined]

    assert staff.get(f"{BASE}/customers/{ann}/risk").status_code == 200
    assert staff.post(f"{BASE}/customers/{ann}/ratings", RATING).status_code == 403


def test_a_customer_out_of_sight_is_not_there_and_not_counted(
    office: Office, site: Flask, factories: Factories, api: ApiClient
) -> None:
    mine, other = office.customer("Mine"), office.customer("Other")
    api.put(f"{BASE}/agencies/acme", ACME)
    staff = program(site, factories, "scoring.view", "scoring.risk", "scoring.assess")
    office.change(mine, owner_id=staff.user)  # type: ignore[attr-defined]
    hidden = api.post(f"{BASE}/customers/{other}/ratings", RATING).json
    house = {"kind": "collateral", "share": "0.25", "note": "a house"}
    their_house = api.post(f"{BASE}/customers/{other}/mitigations", house).json

    assert [
        answer.status_code
        for answer in (
            staff.get(f"{BASE}/customers/{other}/risk"),
            staff.post(f"{BASE}/customers/{other}/ratings", RATING),
            staff.delete(f"{BASE}/ratings/{hidden['id']}"),
            staff.delete(f"{BASE}/mitigations/{their_house['id']}"),
            staff.post(f"{BASE}/customers/{other}/risk-answers", {"answers": BOLD}),
        )
    ] == [404] * 5
    assert counts(staff) == {"low": 0, "medium": 0, "high": 0, "unknown": 0}
    assert counts(api)["low"] == 1


def counts(client: ApiClient) -> dict[str, int]:
    items = client.get(f"{BASE}/risk").json["items"]
    return {one["risk_class"]: one["customers"] for one in items}


def test_a_share_of_the_revenue_is_of_the_whole_company_whoever_records(
    office: Office, site: Flask, factories: Factories, api: ApiClient
) -> None:
    mine, other = office.customer("Mine"), office.customer("Other")
    for who, amount in ((mine, "100"), (other, "300")):
        with office.write() as session:
            draft = Draft(
                channel="store", kind="purchase", customer_id=who, amount=Decimal(amount),
                currency="GBP", occurred_at=office.now - timedelta(days=3),
            )  # fmt: skip
            record(session, draft, now=office.now)
    office.deliver()
    api.put(f"{BASE}/agencies/acme", ACME)
    staff = program(site, factories, "scoring.view", "scoring.risk", "scoring.assess")
    office.change(mine, owner_id=staff.user)  # type: ignore[attr-defined]

    staff.post(f"{BASE}/customers/{mine}/ratings", RATING)

    factors = {one["key"]: one for one in api.get(f"{BASE}/customers/{mine}/risk").json["factors"]}
    assert factors["concentration"]["risk"] == 0.25


def test_a_card_is_made_of_a_file_and_gives_points(office: Office, api: ApiClient) -> None:
    made = upload(api)
    card = {
        "key": "loans", "title_en": "Loans",
        "options": {
            "file": made["id"],
            "characteristics": [{"key": one} for one in ("status", "duration", "age")],
            "outcome": {"by": "column", "column": "class", "bad": ["2"]},
        },
    }  # fmt: skip
    assert api.post(f"{BASE}/scorecards", card).status_code == 201
    assert api.post(f"{BASE}/scorecards", card).status_code == 409
    case = {"values": {"status": "A14", "duration": 12, "age": 40}}
    assert api.post(f"{BASE}/scorecards/loans/points", case).status_code == 409
    fit(office)

    found = api.post(f"{BASE}/scorecards/loans/points", case).json
    shown = api.get(f"{BASE}/scorecards/loans").json
    outside = api.post(f"{BASE}/scorecards/loans/points", {"values": {"status": "A99"}}).json

    assert found["points"] > 500
    assert abs(sum(one["points"] for one in found["parts"]) - found["points"]) < 1e-9
    assert len(shown["parameters"]["characteristics"]) == 3
    assert outside["points"] is None
    assert outside["problem"]["values"] == {"key": "status"}


def upload(api: ApiClient) -> dict[str, Any]:
    lines = [";".join((*NAMES, "class")), *(";".join(row) for row in table())]
    answer = api._client.post(
        "/api/v1/scoring/case-files",
        data={"file": (BytesIO("\n".join(lines).encode()), "loans.csv"), "title": "Loans"},
        headers={"Authorization": f"Bearer {api.token}"},
    )
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json
    assert (found["cases"], found["columns"][:2]) == (1000, ["status", "duration"])
    return found


def fit(office: Office) -> None:
    """Let the worker fit what waits."""
    from guanxi_scoring import jobs  # noqa: PLC0415

    with office.write() as session:
        jobs.fit(session, office.now)


def test_options_that_make_no_sense_are_told_by_field(office: Office, api: ApiClient) -> None:
    for options, field in (
        ({"pdo": 0}, "options.pdo"),
        ({"characteristics": [{}]}, "options.characteristics"),
        ({"outcome": {"by": "dream"}}, "options.outcome"),
        ({"unknown": 1}, "options.unknown"),
    ):
        answer = api.post(f"{BASE}/scorecards", {"key": "x", "title_en": "X", "options": options})
        assert answer.status_code == 422
        assert field in json.dumps(answer.json)
    assert api.post(f"{BASE}/scorecards", {"key": "X!", "title_en": "X"}).status_code == 422


def test_a_card_does_not_tell_of_attributes_that_one_may_not_see(
    office: Office, site: Flask, factories: Factories
) -> None:
    office.field("salary", sensitive=True)
    staff = program(site, factories, "scoring.risk", "scoring.assess")
    card = {"key": "x", "title_en": "X", "options": {"characteristics": [{"key": "custom.salary"}]}}

    answer = staff.post(f"{BASE}/scorecards", card)

    assert answer.status_code == 422
    assert "that you may see" in answer.text


def test_nor_by_the_way_in_that_all_models_share(
    office: Office, site: Flask, factories: Factories, api: ApiClient
) -> None:
    office.field("salary", sensitive=True)
    office.field("branch")
    api.post(f"{BASE}/scorecards", {"key": "x", "title_en": "X"})
    staff = program(site, factories, "scoring.view", "scoring.risk", "scoring.manage")
    key = api.get("/scoring/models").json["items"][-1]["key"]

    def learn_from(one: str) -> int:
        options = {"characteristics": [{"key": one}]}
        return int(staff.patch(f"/scoring/models/{key}", {"options": options}).status_code)

    assert learn_from("custom.salary") == 422
    assert learn_from("custom.branch") == 200


def test_commands_do_the_same(office: Office, guanxi: Callable[..., str], tmp_path: Path) -> None:
    ann = office.customer("Ann")
    guanxi("risk", "agency", "acme", "-", given=json.dumps(ACME))
    guanxi("risk", "rate", ann, "acme", "B", "--on", "2026-01-01", "--source", "letter")
    guanxi("risk", "answer", ann, *"dddddd")
    made = json.loads(guanxi("risk", "mitigate", ann, "insurance", "50%", "--note", "x", "--json"))

    shown = json.loads(guanxi("risk", "of", ann, "--json"))

    assert (shown["coefficient"], shown["appetite"]) == ("0.040000", "aggressive")
    assert "default of 8.0%" in guanxi("risk", "of", ann)
    assert "low" in guanxi("risk", "classes")
    guanxi("risk", "end", made["id"])
    guanxi("risk", "withdraw", shown["ratings"][0]["id"])
    assert json.loads(guanxi("risk", "of", ann, "--json"))["coefficient"] is None
    assert "acme" in guanxi("risk", "agencies")
    assert "horizon" in guanxi("risk", "questions")


def test_cards_on_the_command_line(
    office: Office, guanxi: Callable[..., str], tmp_path: Path
) -> None:
    file = tmp_path / "loans.csv"
    file.write_text("\t".join((*NAMES, "class")) + "\n" + FILE.read_text("ascii").strip(), "utf-8")
    kept = json.loads(guanxi("risk", "cases-add", file, "--json"))
    card = {
        "key": "loans", "title_en": "Loans",
        "options": {
            "file": kept["id"], "characteristics": [{"key": "status"}, {"key": "age"}],
            "outcome": {"by": "column", "column": "class", "bad": ["2"]},
        },
    }  # fmt: skip
    guanxi("risk", "card", "-", given=json.dumps(card))
    guanxi("fit", "loans")

    assert "loans" in guanxi("risk", "cards")
    assert "points, probability" in guanxi(
        "risk", "points", "loans", "-", given='{"status": "A11", "age": 30}'
    )
    assert "no score: age is above" in guanxi(
        "risk", "points", "loans", "-", given='{"status": "A11", "age": 130}'
    )
    guanxi("risk", "cases-remove", kept["id"])
    assert guanxi("risk", "cases") == ""
