"""Classes by rules on their pages: whom one would take, in which order they are asked."""

import re
from typing import Any

import pytest
from plugins.segmentation.tests.clients import Person, fields, names
from plugins.segmentation.tests.membership.town import DAY, Town, rule
from plugins.segmentation.tests.worth import trading
from sqlalchemy import update

from guanxi_segmentation.models import Membership
from guanxi_segmentation.schemes import domain
from guanxi_segmentation.schemes.drafts import ClassDraft, SchemeDraft
from guanxi_segmentation.schemes.sorting import classes_of

SIZE = "/segmentation/schemes/size"


def worth(amount: int) -> dict[str, Any]:
    """The condition of having brought in so much."""
    return {"attribute": "segmentation.observed_value", "is": "gte", "value": amount}


def typed(amount: str) -> dict[str, str]:
    """The same as the builder sends it."""
    what = "attribute:segmentation.observed_value"
    return {
        "r-match": "all", "r.0-what": what, "r.0-was": what, "r.0-is": "gte", "r.0-value": amount,
    }  # fmt: skip


@pytest.fixture
def size(town: Town) -> Town:
    """Ann (1500) is big, Bo (200) is middle; Cy (30) and Di (10) are small."""
    trading(town)
    draft = SchemeDraft(
        "size", "Size", "rules",
        (
            ClassDraft("big", "Big", "大", rule(worth(1000))),
            ClassDraft("middle", "Middle", "中", rule(worth(100))),
            ClassDraft("small", "Small", "小"),
        ),
    )  # fmt: skip
    with town.write() as session:
        domain.create_scheme(session, draft, now=town.now)
    town.refresh()
    town.run("build", town.now)
    town.run("rebuild", town.now)
    return town


def keys(town: Town) -> list[str]:
    with town.platform.database.read() as session:
        return [one.key for one in classes_of(session, domain.get_scheme(session, "size"))]


def tried(admin: Person, **form: str) -> tuple[str, list[str], list[str]]:
    """What the preview says: the count, who, and how many a class above takes."""
    page = admin.send(f"{SIZE}/class-preview", form, htmx=True).text
    count = re.search(r'preview-count" role="status">([0-9,]+)', page)
    return count[1] if count else "", names(page), re.findall(r"The rule fits (\d+) more", page)


def test_the_preview_of_a_class_counts_who_would_be_in_it(size: Town, admin: Person) -> None:
    middle = tried(admin, class_key="middle", **typed("20"))
    big = tried(admin, class_key="big", **typed("20"))
    another = tried(admin, **typed("20"))
    nobody = tried(admin, class_key="middle", **typed("1200"))

    assert middle == ("2", ["Bo", "Cy"], ["1"])
    assert big == ("3", ["Ann", "Bo", "Cy"], [])
    assert another == ("1", ["Cy"], ["2"])
    assert nobody == ("0", [], ["1"])


def test_the_form_of_a_class_asks_for_its_own_preview(size: Town, admin: Person) -> None:
    for page in (f"{SIZE}/classes/middle", f"{SIZE}/new-class"):
        assert f'hx-post="{SIZE}/class-preview"' in admin.read(page)


def test_a_rule_that_is_not_complete_is_told_in_the_preview(size: Town, admin: Person) -> None:
    page = admin.send(f"{SIZE}/class-preview", typed(""), htmx=True).text

    assert "preview-count" not in page
    assert "Fill in a value." in page
    assert admin.send("/segmentation/schemes/no/class-preview", typed("1")).status_code == 404


def test_a_rule_that_follows_from_classes_is_refused_in_the_preview(
    size: Town, admin: Person
) -> None:
    size.segment("bigs", {"attribute": "segmentation.class_size", "is": "eq", "value": "big",
                          "missing": False})  # fmt: skip
    key, member = "attribute:segmentation.key_account", "segment"
    straight = {"r-match": "all", "r.0-what": key, "r.0-was": key, "r.0-value": "true"}
    around = {"r-match": "all", "r.0-what": member, "r.0-was": member, "r.0-value": "bigs"}

    pages = [
        admin.send(f"{SIZE}/class-preview", {"class_key": own, **form}, htmx=True).text
        for form in (straight, around)
        for own in ("middle", "")
    ]

    assert ["preview-count" in page for page in pages] == [False, False, False, False]
    assert all("which follows from classes" in page for page in pages[:2])
    assert all("leads back to itself" in page for page in pages[2:])


def test_how_long_something_has_been_so_counts_in_the_preview_of_a_class(
    size: Town, admin: Person
) -> None:
    held = {"r-match": "all", "r.0-match": "all", "r.0-held": "2", "r.0-held_unit": "D"}
    what = "attribute:segmentation.observed_value"
    held |= {"r.0.0-what": what, "r.0.0-was": what, "r.0.0-is": "gte", "r.0.0-value": "100"}
    new = admin.send(f"{SIZE}/class-preview", held, htmx=True).text
    size.built("steady", {"held": worth(100), "for": "P1D"})
    with size.write() as session:
        session.execute(update(Membership).values(entered_at=size.now - 3 * DAY))

    count, who, _ = tried(admin, class_key="big", **held)

    assert (count, who) == ("2", ["Ann", "Bo"])
    assert "counts from when you save" in new


def test_a_class_is_moved_down_and_up_but_never_below_the_last(size: Town, admin: Person) -> None:
    def move(key: str, to: str) -> list[str]:
        answer = admin.send(f"{SIZE}/classes/{key}/move", {"to": to})
        assert answer.location == f"{SIZE}#class-{key}"
        return keys(size)

    assert move("big", "down") == ["middle", "big", "small"]
    assert move("big", "down") == ["middle", "big", "small"]
    assert move("small", "up") == ["middle", "big", "small"]
    assert move("middle", "up") == ["middle", "big", "small"]
    assert move("big", "up") == ["big", "middle", "small"]
    assert move("no", "up") == ["big", "middle", "small"]


def test_only_moves_that_change_something_are_offered(size: Town, admin: Person) -> None:
    page = admin.read(SIZE)

    assert re.findall('aria-label="((?:Up|Down): [^"]+)"', page) == ["Down: Big", "Up: Middle"]


def test_a_class_that_takes_nobody_yet_says_so_and_asks_whom(town: Town, admin: Person) -> None:
    typed_lines = {"kind": "rules", "title_en": "Shop", "lines": "Big\nSmall"}
    admin.send("/segmentation/schemes/new-scheme", typed_lines)
    path = "/segmentation/schemes/shop/classes/big"

    scheme, form = admin.read("/segmentation/schemes/shop"), admin.get(path).text
    sent = {**dict(fields(form)), "cadence_days": "7"}
    kept = admin.send(path, sent)
    filled = admin.send(path, {**dict(fields(admin.get(path).text)), **typed("5")})

    assert "Nobody yet." in scheme
    assert f'<a href="{path}">Say whom it takes</a>' in scheme
    assert 'name="r.0-what"' in form
    assert "customers.display_name" not in re.findall(r'<option value="[^"]*" selected', form)
    assert kept.status_code == 302
    assert filled.status_code == 302
    after = admin.read("/segmentation/schemes/shop")
    assert "Nobody yet." not in after
    assert "Rule of Big: nobody yet →" in after
    assert "every 7 days" in after
