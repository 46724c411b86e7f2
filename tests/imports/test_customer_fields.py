"""Files of customers with more than the core's plain fields: custom fields, owner, organisation,
consent."""

from collections.abc import Callable

import pytest
from tests.imports.conftest import Prepare, counts, rows

from guanxi.errors import Invalid
from guanxi.imports.contract import ColumnMapping
from guanxi.imports.domain import reason_of, refusals
from guanxi.platform import Platform
from guanxi.testkit.factories import Factories

AddField = Callable[..., None]
FIVE_TYPES = (
    "id,name,Tier,Likes,Budget,Member Since,Vip\n"
    '1,Ada,gold,"tea; cake","1,250.50",2024-02-29,yes\n'
    "2,Grace,Bronze,,,,\n"
    "3,Edith,,,many,,\n"
    "4,李娜,,,,31.12.2024,否\n"
)


def reasons(platform: Platform, run: object) -> list[tuple[int, str]]:
    with platform.database.read() as session:
        found = refusals(session, run.row.id)  # type: ignore[attr-defined]
        return [(one.row_number, reason_of(one.message, one.params)) for one in found]


def test_custom_fields_come_in_by_their_type(
    platform: Platform, prepare: Prepare, add_field: AddField
) -> None:
    add_field("tier", "choice", choices=["Gold", "Silver"])
    add_field("likes", "choices", choices=["Tea", "Coffee", "Cake"])
    add_field("budget", "money")
    add_field("member_since", "date")
    add_field("vip", "boolean")
    run = prepare("customers", FIVE_TYPES, external_source="shop")
    run.execute()

    assert counts(platform, run) == (2, 0, 0, 2)
    assert rows(platform, "SELECT display_name, custom FROM customers ORDER BY display_name") == [
        (
            "Ada",
            {
                "tier": "Gold",
                "likes": ["Tea", "Cake"],
                "budget": "1250.5",
                "member_since": "2024-02-29",
                "vip": True,
            },
        ),
        ("李娜", {"member_since": "2024-12-31", "vip": False}),
    ]
    assert reasons(platform, run) == [
        (3, "Tier: “Bronze” is none of the choices: Gold, Silver."),
        (4, "Budget: “many” is not a number. Write it like 1,234.50."),
    ]


def test_custom_fields_are_recognised_by_their_title(
    platform: Platform, prepare: Prepare, add_field: AddField
) -> None:
    add_field("shoe_size", "number")

    run = prepare("customers", "name,字段shoe_size\nAda,39\n")

    assert run.row.mapping["columns"] == {"name": "name", "custom.shoe_size": "字段shoe_size"}


def test_a_kept_mapping_forgets_fields_that_are_archived(
    platform: Platform, prepare: Prepare, add_field: AddField
) -> None:
    add_field("shoe_size", "number")
    prepare("customers", "name,Shoe Size\nAda,39\n").execute()
    with platform.database.autocommit.connect() as connection:
        connection.exec_driver_sql("UPDATE custom_fields SET archived = true")

    run = prepare("customers", "name,Shoe Size\nGrace,41\n")

    assert run.row.mapping["columns"] == {"name": "name"}


def test_the_owner_is_found_by_e_mail_whatever_its_case(
    platform: Platform, prepare: Prepare, factories: Factories
) -> None:
    owner = factories.user(email="li.na@example.com")
    contents = "name,owner\nAda,Li.Na@Example.com\nGrace,nobody@example.com\n"
    run = prepare("customers", contents)

    run.execute()

    assert rows(platform, "SELECT display_name, owner_id FROM customers") == [("Ada", owner)]
    ((number, reason),) = reasons(platform, run)
    assert number == 3
    assert reason.startswith("owner: There is no user with the e-mail address nobody@example.com.")


MEMBERS = """编号,姓名,类型,所属公司,组织编号,职务
o1,远东贸易,组织,,,
p1,王小明,个人,远东贸易,,经理
p2,Anna,,,o1,Buyer
p3,李娜,,新公司,,
p4,张伟,,新公司,,
o2,Other Ltd,组织,远东贸易,,
"""


def test_people_join_organisations_by_name_or_number_and_new_ones_are_created(
    platform: Platform, prepare: Prepare
) -> None:
    first, *rest = MEMBERS.splitlines(keepends=True)
    prepare("customers", first + rest[0], external_source="shop").execute()
    run = prepare("customers", first + "".join(rest[1:]), external_source="shop")

    run.execute()

    found = rows(
        platform,
        "SELECT p.display_name, o.display_name, m.role FROM customer_memberships m"
        " JOIN customers p ON p.id = m.person_id JOIN customers o ON o.id = m.organisation_id",
    )
    assert sorted(found, key=str) == sorted(
        [
            ("王小明", "远东贸易", "经理"),
            ("Anna", "远东贸易", "Buyer"),
            ("李娜", "新公司", None),
            ("张伟", "新公司", None),
        ],
        key=str,
    )
    organisations = "SELECT count(*) FROM customers WHERE kind = 'organisation'"
    assert rows(platform, organisations) == [(2,)]
    assert reasons(platform, run) == [(6, "所属公司: Only a person belongs to an organisation.")]


def test_a_name_that_two_organisations_have_is_refused(
    platform: Platform, prepare: Prepare
) -> None:
    two = "name,kind,email\nAcme,company,a@acme.example\nACME,company,b@acme.example\n"
    prepare("customers", two).execute()
    run = prepare("customers", "name,organisation\nAda,acme\n")

    run.execute()

    assert counts(platform, run) == (0, 0, 0, 1)
    assert reasons(platform, run)[0][1].startswith("There are several organisations called acme.")


CONSENTS = """email,newsletter,calls,since
ada@example.com,yes,no,2025-05-01
na@example.com,否,,
grace@example.com,perhaps,,
"""
MAY = ColumnMapping(
    {
        "email": "email",
        "consent.marketing.email": "newsletter",
        "consent.marketing.phone": "calls",
        "consent_at": "since",
    },
    options={"time_zone": "UTC"},
)


def test_consents_come_in_with_their_date_and_the_file_as_evidence(
    platform: Platform, prepare: Prepare
) -> None:
    run = prepare("customers", CONSENTS, MAY)

    run.execute()

    found = rows(
        platform,
        "SELECT i.value, c.channel, c.given, c.evidence, c.at::date::text = '2025-05-01'"
        " FROM customer_consents c JOIN customer_identities i USING (customer_id)"
        " WHERE purpose = 'marketing' ORDER BY 1, 2",
    )
    assert found == [
        ("ada@example.com", "email", True, "file.csv", True),
        ("ada@example.com", "phone", False, "file.csv", True),
        ("na@example.com", "email", False, "file.csv", False),
    ]
    assert reasons(platform, run) == [
        (4, "newsletter: “perhaps” is neither yes nor no. Write yes or no, or 1 or 0.")
    ]


def test_an_older_consent_does_not_bring_a_withdrawn_one_back(
    platform: Platform, prepare: Prepare
) -> None:
    prepare("customers", "email,newsletter\nada@example.com,no\n").execute()

    prepare("customers", CONSENTS, MAY).execute()

    latest = rows(
        platform,
        "SELECT given FROM customer_consents WHERE channel = 'email' AND customer_id = ("
        "SELECT customer_id FROM customer_identities WHERE value = 'ada@example.com')"
        " ORDER BY at DESC LIMIT 1",
    )
    assert latest == [(False,)]


def test_the_same_file_again_repeats_no_membership_and_no_consent(
    platform: Platform, prepare: Prepare
) -> None:
    contents = "email,organisation,newsletter\nada@example.com,Acme,yes\n"
    prepare("customers", contents).execute()
    events = rows(platform, "SELECT count(*) FROM events")

    run = prepare("customers", contents)
    run.execute()

    assert counts(platform, run) == (0, 0, 1, 0)
    assert rows(platform, "SELECT count(*) FROM events") == events
    assert rows(platform, "SELECT count(*) FROM customer_consents") == [(1,)]


def test_only_a_new_consent_counts_as_a_change(platform: Platform, prepare: Prepare) -> None:
    prepare("customers", "email\nada@example.com\n").execute()

    run = prepare("customers", "email,newsletter\nada@example.com,yes\n")
    run.execute()

    assert counts(platform, run) == (0, 1, 0, 0)


def test_a_consent_of_tomorrow_is_refused(platform: Platform, prepare: Prepare) -> None:
    contents = CONSENTS.replace("2025-05-01", "2999-05-01")
    run = prepare("customers", contents, MAY)

    run.execute()

    assert reasons(platform, run)[0] == (2, "A consent cannot be of a time yet to come.")


def test_numbers_of_organisations_need_their_system_too(prepare: Prepare) -> None:
    with pytest.raises(Invalid):
        prepare(
            "customers",
            "name,company\nAda,o1\n",
            ColumnMapping({"name": "name", "organisation_id": "company"}),
        )
