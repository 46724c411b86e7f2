"""The public pages: they work without a script, record nothing on a GET, and never break."""

from collections.abc import Callable
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from plugins.surveys.tests.answering.making import (
    TWO_PAGES,
    Browser,
    Writing,
    count,
    make_customer,
)
from sqlalchemy import select, text

from guanxi.clock import utc_now
from guanxi_surveys import parts
from guanxi_surveys.answering.addresses import personal_token
from guanxi_surveys.models import Answer

Ask = Callable[..., Any]
Browsers = Callable[[str], Browser]
ADDRESS = "/surveys/p/open-sesame"

EVERYTHING: Any = {
    "title": "Everything",
    "pages": [{"name": "all", "elements": [
        {"type": "text", "name": "mail", "inputType": "email"},
        {"type": "text", "name": "age", "inputType": "number", "min": 0, "max": 120},
        {"type": "text", "name": "day", "inputType": "date"},
        {"type": "comment", "name": "words"},
        {"type": "radiogroup", "name": "one", "choices": [1, 2, {"value": 3, "text": "three"}],
         "showOtherItem": True},
        {"type": "checkbox", "name": "many", "choices": ["a", "b", "c"], "showNoneItem": True},
        {"type": "dropdown", "name": "down", "choices": ["x", "y"]},
        {"type": "rating", "name": "stars", "rateMax": 5},
        {"type": "boolean", "name": "truth"},
        {"type": "ranking", "name": "rank", "choices": ["r", "s", "t"]},
        {"type": "matrix", "name": "grid", "rows": ["r1", "r2"], "columns": ["good", "bad"]},
        {"type": "matrixdropdown", "name": "table", "rows": ["r1", "r2"], "columns": [
            {"name": "how", "cellType": "dropdown", "choices": ["p", "q"]},
            {"name": "say", "cellType": "text"}]},
        {"type": "html", "name": "note", "html": "<b>Note</b><script>alert(1)</script>"},
        {"type": "file", "name": "paper", "allowMultiple": True, "maxSize": 2000},
    ]}],
}  # fmt: skip


def answers(writing: Writing) -> list[Answer]:
    with writing() as session:
        return list(session.scalars(select(Answer)))


def test_an_answer_of_one_page_is_taken_with_one_send(
    ask: Ask, browser: Browsers, writing: Writing
) -> None:
    ask()
    somebody = browser(ADDRESS)

    opened = somebody.open()
    sent = somebody.send(q0="9", q1="Very kind")

    assert (opened.status_code, sent.status_code) == (200, 200)
    assert "Thank you" in somebody.page
    (found,) = answers(writing)
    assert (found.state, found.values, found.channel) == (
        "finished", {"score": 9, "words": "Very kind"}, "public",
    )  # fmt: skip


def test_a_get_records_nothing_even_with_a_score_in_its_address(
    ask: Ask, browser: Browsers, writing: Writing, app: Flask
) -> None:
    ask()
    token = _token(app, ask)

    for address in (ADDRESS, f"/surveys/i/{token}"):
        page = browser(address)
        answer = page.open(value="9", via="mail")
        assert 'value="9" checked' in page.page
        assert "Set-Cookie" not in answer.headers

    assert answers(writing) == []
    with writing() as session:
        assert count(session, "web_sessions") == 0


def test_what_is_missing_is_said_beside_the_question_and_above(
    ask: Ask, browser: Browsers, writing: Writing
) -> None:
    ask()
    somebody = browser(ADDRESS)
    somebody.open()

    sent = somebody.send(q1="no score")

    assert sent.status_code == 422
    assert 'href="#q0-box"' in somebody.page
    assert 'id="q0-fault"' in somebody.page
    assert ">no score</textarea>" in somebody.page
    assert answers(writing) == []


def test_pages_go_on_and_back_and_keep_what_was_said(
    ask: Ask, browser: Browsers, writing: Writing
) -> None:
    ask(TWO_PAGES)
    somebody = browser(ADDRESS)
    somebody.open()

    somebody.send(q0="3")
    asked_why = "What went wrong?" in somebody.page
    somebody.send("back", q1="slow")
    again = 'value="3" checked' in somebody.page
    somebody.send(q0="3")
    kept = ">slow</textarea>" in somebody.page
    somebody.send(q1="slow", q3="1")

    assert (asked_why, again, kept) == (True, True, True)
    (found,) = answers(writing)
    assert found.values == {"score": 3, "why": "slow", "again": "no"}
    assert found.state == "finished"


def test_another_score_leads_another_way_and_drops_what_was_said_before(
    ask: Ask, browser: Browsers, writing: Writing
) -> None:
    ask(TWO_PAGES)
    somebody = browser(ADDRESS)
    somebody.open()
    somebody.send(q0="3")
    somebody.send("back", q1="slow")
    somebody.send(q0="9")

    somebody.send(q2="all", q3="0")

    (found,) = answers(writing)
    assert found.values == {"score": 9, "praise": "all", "again": "yes"}


def test_it_goes_on_by_the_cookie_and_by_the_address(ask: Ask, browser: Browsers) -> None:
    ask(TWO_PAGES)
    somebody = browser(ADDRESS)
    somebody.open()
    somebody.send(q0="3")
    submission = somebody.hidden("submission")

    somebody.open()
    elsewhere = browser(ADDRESS)
    elsewhere.open(s=submission)

    assert "What went wrong?" in somebody.page
    assert "What went wrong?" in elsewhere.page
    assert elsewhere.hidden("submission") == submission


def test_who_opens_a_survey_gets_a_submission_of_their_own(
    ask: Ask, browser: Browsers, writing: Writing
) -> None:
    ask()
    one, other = browser(ADDRESS), browser(ADDRESS)
    one.open()
    other.open()

    one.send(q0="9")
    other.send(q0="2")

    assert one.page == other.page
    assert sorted(found.values["score"] for found in answers(writing)) == [2, 9]


def test_two_tabs_end_in_one_answer(ask: Ask, browser: Browsers, writing: Writing) -> None:
    ask()
    one, other = browser(ADDRESS), browser(ADDRESS)
    one.open()
    other.page = one.page

    one.send(q0="9")
    second = other.send(q0="2")

    assert second.status_code == 200
    assert [found.values for found in answers(writing)] == [{"score": 9}]


def test_every_kind_of_question_is_drawn_and_taken(
    ask: Ask, browser: Browsers, writing: Writing
) -> None:
    ask(EVERYTHING, {})
    somebody = browser(ADDRESS)
    somebody.open()
    assert "<script>alert" not in somebody.page

    sent = somebody.send(**{
        "q0": "ada@example.com", "q1": "36", "q2": "2026-01-05", "q3": "<script>x</script>",
        "q4": "other", "q4-other": "none of it", "q5": ["0", "2"], "q6": "1", "q7": "4", "q8": "0",
        "q9-k0": "3", "q9-k1": "1", "q9-k2": "2", "q10-r0": "0", "q10-r1": "1",
        "q11-r0-c0": "1", "q11-r1-c1": "well",
        "q13": (BytesIO(b"%PDF-1.7 a paper"), "../../etc/pa per.pdf"),
    })  # fmt: skip

    assert sent.status_code == 200, somebody.page
    (found,) = answers(writing)
    paper = found.values.pop("paper")
    assert found.values == {
        "mail": "ada@example.com", "age": 36, "day": "2026-01-05", "words": "<script>x</script>",
        "one": "other", "one-Comment": "none of it", "many": ["a", "c"], "down": "y", "stars": 5,
        "truth": False, "rank": ["s", "t", "r"], "grid": {"r1": "good", "r2": "bad"},
        "table": {"r1": {"how": "q"}, "r2": {"say": "well"}},
    }  # fmt: skip
    assert [(one["name"], one["type"]) for one in paper] == [("pa per.pdf", "application/pdf")]


@pytest.mark.parametrize(
    ("content", "name"),
    [(b"<html><script>1</script>", "a.html"), (b"MZ\x90\0\x03", "a.exe"), (b"", "empty.txt"),
     (b"x" * 2001, "big.txt")],
)  # fmt: skip
def test_a_file_of_another_kind_or_too_large_is_refused(
    ask: Ask, browser: Browsers, writing: Writing, content: bytes, name: str
) -> None:
    ask(EVERYTHING, {})
    somebody = browser(ADDRESS)
    somebody.open()

    sent = somebody.send(q13=(BytesIO(content), name))

    assert sent.status_code == 422
    with writing() as session:
        assert count(session, "surveys_uploads") == 0


def test_what_was_written_by_others_is_shown_as_text(
    ask: Ask, browser: Browsers, writing: Writing
) -> None:
    ask(TWO_PAGES)
    somebody = browser(ADDRESS)
    somebody.open()
    somebody.send(q0="3")

    somebody.send(q1="</textarea><script>alert(1)</script>")  # again is missing

    assert "<script>alert" not in _raw(somebody)


@pytest.mark.parametrize(
    "fields",
    [
        {"q0": "999"}, {"q0": "-1"}, {"q0": "9\0"}, {"q1": "x" * 1_000_000, "q0": "9"},
        {"q1": "a\0b", "q0": "9"}, {"page": "77", "q0": "1"}, {"page": "x" * 9, "q0": "1"},
        {"submission": "nothing", "q0": "11"}, {"drawn": "0,1,2,999,x," * 500, "q0": "12"},
        {"go": "lang:" + "x" * 999}, {"language": "\0", "q0": "15"}, {"go": "look", "q0": "77"},
    ],
)  # fmt: skip
def test_rubbish_never_breaks_it(
    ask: Ask, browser: Browsers, writing: Writing, fields: dict[str, str]
) -> None:
    ask()
    somebody = browser(ADDRESS)
    somebody.open()
    form = {name: somebody.hidden(name) for name in ("submission", "page", "language", "drawn")}

    sent = somebody.client.post(ADDRESS, data={**form, "go": "next", **fields})

    assert sent.status_code < 500
    assert [one.values for one in answers(writing) if one.values.get("score") is None] == []


def test_a_closed_survey_has_one_calm_page(ask: Ask, browser: Browsers, writing: Writing) -> None:
    ask(closes_at=utc_now() - timedelta(hours=1))
    somebody = browser(ADDRESS)

    opened = somebody.open()
    sent = somebody.client.post(ADDRESS, data={"q0": "9", "drawn": "0", "submission": str(uuid4())})

    assert (opened.status_code, sent.status_code) == (410, 410)
    assert "This survey is closed" in somebody.page
    assert answers(writing) == []


@pytest.mark.parametrize("address", ["/surveys/p/nothing", "/surveys/p/%00", "/surveys/i/x.y",
                                     "/surveys/i/" + "A" * 300])  # fmt: skip
def test_what_is_not_there_is_not_found(
    ask: Ask, browser: Browsers, writing: Writing, address: str
) -> None:
    ask()

    opened = browser(address).client.get(address)
    sent = browser(address).client.post(address, data={"q0": "9", "drawn": "0"})

    assert (opened.status_code, sent.status_code) == (404, 404)
    assert answers(writing) == []


def test_a_personal_link_is_answered_once_on_whatever_device(
    ask: Ask, browser: Browsers, writing: Writing, customer: UUID, app: Flask
) -> None:
    asked = ask()
    token = _token(app, ask, asked.id, customer)
    phone, desk = browser(f"/surveys/i/{token}"), browser(f"/surveys/i/{token}")
    phone.open()
    desk.open()

    phone.send(q0="9")
    desk.send(q0="1")
    desk.open()

    assert "Thank you" in desk.page
    (found,) = answers(writing)
    assert (found.values, found.customer_id) == ({"score": 9}, customer)


def test_the_link_of_somebody_who_was_merged_goes_on(
    ask: Ask, browser: Browsers, writing: Writing, customer: UUID, app: Flask
) -> None:
    asked, kept = ask(TWO_PAGES), make_customer(writing, "Ada L.")
    somebody = browser(f"/surveys/i/{_token(app, ask, asked.id, customer)}")
    somebody.open()
    somebody.send(q0="9")
    with writing() as session:
        parts.merge(session, kept, customer, now=utc_now())
        merged = {"kept": kept, "merged": customer}
        session.execute(text("UPDATE customers SET merged_into = :kept WHERE id = :merged"), merged)

    somebody.send(q3="0")

    assert "Thank you" in somebody.page
    assert [(one.customer_id, one.state) for one in answers(writing)] == [(kept, "finished")]


def test_an_expired_or_foreign_token_opens_nothing(
    ask: Ask, browser: Browsers, writing: Writing, customer: UUID, app: Flask
) -> None:
    asked = ask()
    past = _token(app, ask, asked.id, customer, expires_at=utc_now() - timedelta(seconds=1))
    with app.app_context():
        foreign = personal_token(
            uuid4(), asked.id, customer, utc_now() + timedelta(days=1), key="another key"
        )

    codes = [
        (page.client.get(page.address).status_code,
         page.client.post(page.address, data={"q0": "9", "drawn": "0"}).status_code)
        for page in (browser(f"/surveys/i/{past}"), browser(f"/surveys/i/{foreign}"))
    ]  # fmt: skip

    assert codes == [(410, 410), (404, 404)]
    assert answers(writing) == []


def test_it_speaks_the_readers_language_and_switches(ask: Ask, browser: Browsers) -> None:
    ask()
    somebody = browser(ADDRESS)

    chinese = somebody.client.get(ADDRESS, headers={"Accept-Language": "zh-CN,zh;q=0.9"}).text
    somebody.open()
    somebody.send("lang:zh-cn", q0="4", q1="typed")

    assert "您会推荐我们吗" in chinese
    assert 'lang="zh-cn"' in chinese
    assert "您会推荐我们吗" in somebody.page
    assert ">typed</textarea>" in somebody.page


def test_arabic_is_written_from_the_right(ask: Ask, browser: Browsers) -> None:
    definition = {"title": {"default": "Hello", "ar": "مرحبا"}, "pages": [
        {"name": "p", "elements": [{"type": "text", "name": "t"}]}]}  # fmt: skip
    ask(definition, {})
    somebody = browser(ADDRESS)

    somebody.open(lang="ar")

    assert 'lang="ar" dir="rtl"' in somebody.page


def _token(
    app: Flask, ask: Ask, survey_id: UUID | None = None, customer: UUID | None = None,
    expires_at: datetime | None = None,
) -> str:  # fmt: skip
    survey_id = survey_id or ask(key="other", public_key="other").id
    with app.app_context():
        return personal_token(
            uuid4(), survey_id, customer or uuid4(), expires_at or utc_now() + timedelta(days=1)
        )


def _raw(somebody: Browser) -> str:
    return str(somebody.client.get(ADDRESS).text)
