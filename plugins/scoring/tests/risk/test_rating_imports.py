"""Ratings of many customers come by the imports of the core, and go that way."""

from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from uuid import UUID

from flask import Flask
from plugins.scoring.tests.risk.office import Office

from guanxi.clock import utc_now
from guanxi.db import Actor
from guanxi.imports.contract import ColumnMapping
from guanxi.imports.domain import Run, get_import, reason_of, refusals, set_mapping, undo, upload
from guanxi.testkit.people import Person
from guanxi_scoring.models import Rating

Somebody = Callable[..., Person]
ADA = Actor("user", "Ada")
ACME = ColumnMapping(
    {"customer": "客户", "grade": "评级", "rated_on": "评级日期", "valid_until": "有效期至"},
    {"agency": "acme"},
)


def prepared(office: Office, folder: Path, content: str, mapping: ColumnMapping | None) -> Run:
    """An import of a file, ready to be tried and run."""
    file, platform = folder / "ratings.csv", office.platform
    file.write_text(content, "utf-8")
    office.refresh()
    with platform.database.write(ADA, now=utc_now()) as session:
        kind = "scoring.ratings"
        row = upload(session, platform.files, kind, file, "ratings.csv", now=utc_now())
        if mapping is not None:
            set_mapping(session, row, mapping, content.splitlines()[0].split(","))
    return Run(platform, row.id, now=office.now)


def outcome(office: Office, run: Run) -> tuple[dict[str, int], dict[int, str]]:
    """Run it; return what it counted, and why rows were refused."""
    Run(office.platform, run.row.id, now=office.now).execute()
    with office.platform.database.read() as session:
        counts = get_import(session, run.row.id).counts
        refused = {
            one.row_number: reason_of(one.message, one.params)
            for one in refusals(session, run.row.id)
        }
    return {key: counts[key] for key in ("created", "unchanged", "refused")}, refused


def kept(office: Office, customer_id: UUID) -> list[tuple[str, str, bool]]:
    """The ratings of a customer: grade, source, whether it counts."""
    with office.write() as session:
        found = session.query(Rating).filter_by(customer_id=customer_id)
        return sorted((one.grade, one.source, one.withdrawn_at is None) for one in found)


def test_columns_are_recognised_in_both_languages(office: Office, tmp_path: Path) -> None:
    english = prepared(office, tmp_path, "Customer,Agency,Rating,Date,Source\na,b,c,d,e\n", None)
    chinese = prepared(office, tmp_path, "客户,评级机构,评级,评级日期\na,b,c,d\n", None)

    assert english.row.mapping["columns"] == {
        "customer": "Customer", "agency": "Agency", "grade": "Rating", "rated_on": "Date",
        "source": "Source",
    }  # fmt: skip
    assert chinese.row.mapping["columns"] == {
        "customer": "客户", "agency": "评级机构", "grade": "评级", "rated_on": "评级日期",
    }  # fmt: skip


def test_a_dry_run_writes_nothing_and_says_what_the_import_then_does(
    office: Office, tmp_path: Path
) -> None:
    office.agency()
    ann, bob = office.customer("Ann"), office.customer("Bob", consent=False)
    run = prepared(
        office,
        tmp_path,
        "客户,评级,评级日期,有效期至\n"
        f"{ann},B,2026/1/2,2030年1月2日\n{ann},B,2026-01-02,\n{bob},B,2026-01-02,\n"
        f"nobody,B,2026-01-02,\n{ann},A,2.1.2026,\n{ann},Z,2026-01-03,\n{ann},A,2026-01-02,\n",
        ACME,
    )

    tried = run.check().as_dict()
    before = kept(office, ann)
    counts, refused = outcome(office, run)

    assert before == []
    assert (tried["created"], tried["unchanged"]) == (1, 1)
    assert counts == {"created": 1, "unchanged": 1, "refused": 5}
    assert kept(office, ann) == [("B", "ratings.csv", True)]
    assert "has not agreed to credit assessment" in refused[4]
    assert refused[5] == "Nobody is known by nobody."
    assert refused[6] == "评级日期: “2.1.2026” is no day such as 2026-01-31."
    assert refused[7] == "评级: acme has these grades: AAA, A, B, D."
    assert "acme gave B that day" in refused[8]
    standing = office.standing(ann)
    assert standing is not None
    assert (standing.risk_class, standing.grade) == ("low", "B")


def test_the_same_file_again_changes_nothing(office: Office, tmp_path: Path) -> None:
    office.agency()
    ann = office.customer("Ann")
    content = f"客户,评级,评级日期,有效期至\n{ann},B,2026-01-02,\n"
    outcome(office, prepared(office, tmp_path, content, ACME))

    again, _ = outcome(office, prepared(office, tmp_path, content, ACME))

    assert again == {"created": 0, "unchanged": 1, "refused": 0}


def test_days_with_the_year_last_are_read_in_the_order_that_is_said(
    office: Office, tmp_path: Path
) -> None:
    office.agency()
    ann = office.customer("Ann")
    mapping = ColumnMapping(ACME.columns, ACME.constants, {"date_order": "day_first"})
    run = prepared(office, tmp_path, f"客户,评级,评级日期,有效期至\n{ann},B,2.1.2026,\n", mapping)

    outcome(office, run)

    with office.write() as session:
        assert [one.rated_on.isoformat() for one in session.query(Rating)] == ["2026-01-02"]


def test_an_import_taken_back_withdraws_its_ratings_and_no_others(
    office: Office, tmp_path: Path
) -> None:
    office.agency()
    ann, bob = office.customer("Ann"), office.customer("Bob")
    office.rate(ann, "A", on="2025-12-01")
    content = f"客户,评级,评级日期,有效期至\n{ann},B,2026-01-02,\n{bob},D,2026-01-02,\n"
    run = prepared(office, tmp_path, content, ACME)
    outcome(office, run)

    back = undo(office.platform, run.row.id, now=utc_now(), actor=ADA)

    assert (back.removed, back.more) == (2, False)
    assert kept(office, ann) == [("A", "letter", True), ("B", "ratings.csv", False)]
    assert kept(office, bob) == [("D", "ratings.csv", False)]
    standing = office.standing(ann)
    assert standing is not None
    assert standing.grade == "A"
    assert office.standing(bob) is None


def test_who_may_not_assess_is_not_offered_such_files(
    office: Office, site: Flask, somebody: Somebody
) -> None:
    office.agency()
    viewer = somebody("staff", "customers.view", "scoring.risk", "imports.run")
    form = {"importer": "scoring.ratings", "file": (BytesIO(b"customer\nann\n"), "r.csv")}

    admin = somebody()

    assert "importer=scoring.ratings" in admin.read("/scoring/risk")
    assert 'value="scoring.ratings" selected' in admin.read("/imports/new?importer=scoring.ratings")
    assert "importer=scoring.ratings" not in viewer.read("/scoring/risk")
    assert "Ratings by agencies" not in viewer.read("/imports/new")
    assert viewer.send("/imports/new", form).status_code == 404
