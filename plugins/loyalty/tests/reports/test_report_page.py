"""The page of reports: figures of the days asked for, files of each table, for who may see all."""

import csv
import io
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from plugins.loyalty.tests.earning.club import Club
from plugins.loyalty.tests.reports.test_members import policies, spend
from plugins.loyalty.tests.tiers.test_folding import TIERS
from python_calamine import CalamineWorkbook

from guanxi.testkit.factories import Factories
from guanxi.testkit.people import Person, allow
from guanxi_loyalty.reports.tables import REPORTS

MAY = datetime(2026, 5, 3, 12, tzinfo=UTC)
DAYS = "since=2026-05-01&until=2026-06-30"


@pytest.fixture
def ann(club: Club) -> UUID:
    """Ann, who bought for 1,234 pounds in May and spent 200 points in June."""
    club.now = datetime(2026, 6, 30, tzinfo=UTC)
    policies(club, thousand_worth=1000, breakage=1000)
    club.tiers(tiers=TIERS, window="lifetime", downgrade="at_once", basis="spend")
    club.rule()
    club.campaign("trick", starts_at=MAY, ends_at=MAY + timedelta(days=9))
    who = club.person()
    club.buy(who, "1234", occurred_at=MAY)
    club.read()
    spend(club, who, 200, datetime(2026, 6, 2, tzinfo=UTC))
    return who


def test_the_page_shows_what_moved_in_the_days_asked_for(admin: Person, ann: UUID) -> None:
    page = admin.speaks("en").read(f"/loyalty/reports?{DAYS}")

    for words in (
        "ties out to the ledger",
        "200 of 1,234 points, 16.2%",
        "1,034",
        "The groups are too small to say anything",
        "The points of this programme never run out.",
        "A thousand points are reckoned at £10.00, and 10% of all points are expected",
        "£12.22",
    ):
        assert words in page, words
    assert "2026-05" in page
    assert "2026-04" not in page


def test_the_page_speaks_chinese(admin: Person, ann: UUID) -> None:
    page = admin.speaks("zh").read(f"/loyalty/reports?{DAYS}")

    for words in ("报表", "积分收支", "即将过期", "积分负债", "合同负债", "兑换率"):
        assert words in page, words


def test_days_that_cannot_be_are_told_and_the_usual_ones_shown(admin: Person, ann: UUID) -> None:
    for query, told in (
        ("since=2026-05-01&until=2026-04-01", "The days end before they begin."),
        ("since=never", "Write days such as 2026-01-31."),
        ("since=0001-01-01", "Nothing was recorded in this year."),
    ):
        answer = admin.speaks("en").get(f"/loyalty/reports?{query}")

        assert answer.status_code == 422
        assert told in answer.text
        assert "Earned and spent by month" in answer.text


def test_each_table_comes_as_a_file(admin: Person, ann: UUID) -> None:
    for name, report in REPORTS.items():
        for ending in ("csv", "xlsx"):
            answer = admin.speaks("en").get(f"/loyalty/reports/{name}.{ending}?{DAYS}")

            assert answer.status_code == 200, (name, ending, answer.text)
            expected = f"attachment; filename=club-{name}-2026-05-01-2026-06-30.{ending}"
            assert answer.headers["Content-Disposition"] == expected
            assert [column.title.en for column in report.columns] == header(answer, ending)


def header(answer: Any, ending: str) -> list[str]:
    """Return the first line of a file."""
    if ending == "csv":
        return next(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(answer.data)).get_sheet_by_index(0)
    return [str(cell) for cell in sheet.to_python()[0]]


def test_titles_that_act_as_formulas_are_made_harmless(
    admin: Person, club: Club, ann: UUID
) -> None:
    with club.write() as session:
        session.connection().exec_driver_sql(
            "UPDATE loyalty_campaigns SET title_en = '=cmd()', title_zh = '@SUM(1)'"
        )

    text = admin.speaks("en").get(f"/loyalty/reports/campaigns.csv?{DAYS}").text

    assert ",'=cmd(),'@SUM(1)," in text


def test_other_files_and_reports_are_not_found(admin: Person, ann: UUID) -> None:
    for path in ("months.exe", "none.csv", "months.csv?programme=none"):
        assert admin.get(f"/loyalty/reports/{path}").status_code == 404
    assert admin.get("/loyalty/reports/months.csv?since=x").status_code == 422


def test_only_who_may_see_everybody_reads_reports(
    somebody: Callable[..., Person], factories: Factories, ann: UUID
) -> None:
    """A seller sees own customers only; the tab is not offered without the permission."""
    allow(factories, "staff", "loyalty.view")
    staff = somebody("staff").speaks("en")
    assert staff.get("/loyalty/reports").status_code == 403
    assert "/loyalty/reports" not in staff.read("/loyalty/")

    allow(factories, "staff", "loyalty.reports")
    staff = somebody("staff").speaks("en")
    for path in ("/loyalty/reports", "/loyalty/reports/months.csv"):
        refused = staff.get(path)
        assert refused.status_code == 403
        assert "Reports are of all customers, whom you may not all see." in refused.text


def test_without_the_price_of_a_point_the_liability_is_unknown(
    admin: Person, club: Club, ann: UUID
) -> None:
    with club.write() as session:
        session.connection().exec_driver_sql("UPDATE loyalty_programmes SET policies = '{}'::jsonb")

    page = admin.speaks("en").read(f"/loyalty/reports?{DAYS}")

    assert "Nobody said yet what a point is worth" in page
