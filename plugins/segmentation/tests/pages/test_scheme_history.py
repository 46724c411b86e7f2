"""What was changed of a scheme is told on its page: in sentences, with who and when."""

import re
from typing import Any

from plugins.segmentation.tests.clients import Person
from plugins.segmentation.tests.membership.town import Town, lives_in, rule
from plugins.segmentation.tests.worth import trading

from guanxi_segmentation.schemes import domain
from guanxi_segmentation.schemes.drafts import ClassDraft, SchemeDraft

BATH, YORK = rule(lives_in("Bath")), rule(lives_in("York"))
STRANGE = '<script>alert("1")</script>'


def changed(town: Town, key: str, **changes: Any) -> None:
    with town.write() as session:
        domain.change_scheme(session, key, changes, now=town.now)


def told(person: Person, key: str) -> list[str]:
    """The sentences of the history, the latest first."""
    page = person.read(f"/segmentation/schemes/{key}")
    return re.findall(r'class="change-line">(.*?)</div>', page, re.DOTALL)


def test_thresholds_are_told_with_what_they_were(town: Town, admin: Person) -> None:
    trading(town)
    changed(town, "tiers", options={"present_at": "10", "minimum_stay_days": 7})
    changed(town, "tiers", options={"by": "value", "potential": "segmentation.rfm_f"})

    lines = told(admin, "tiers")

    assert lines[:4] == [
        "Potential is: RFM: recency → RFM: frequency",
        "Thresholds are: shares of all customers, in percent → values",
        "Present value, high: the 25% with the most → the 10% with the most",
        "Minimum stay: 30 days → 7 days",
    ]
    assert lines[-1] == "Made."
    page = admin.read("/segmentation/schemes/tiers")
    assert "town" in page[page.index("Changes of the scheme") :]


def test_a_mapping_is_told_by_the_titles_of_its_classes(town: Town, admin: Person) -> None:
    trading(town)
    mapping = {"core": "key", "important": "key", "potential": "general", "general": "general"}
    changed(town, "four", options={"map": mapping})

    assert told(admin, "four")[:2] == [
        "Important becomes: Secondary → Key",
        "Potential becomes: Prospective → General",
    ]
    assert told(admin.speaks("zh"), "four")[0].startswith("重要客户")


def test_classes_and_their_rules_are_told(town: Town, admin: Person) -> None:
    def classes(*some: tuple[str, Any]) -> list[ClassDraft]:
        ruled = [ClassDraft(key, key.title(), "", one) for key, one in some]
        return [*ruled, ClassDraft("rest", "Rest")]

    draft = SchemeDraft("place", "Place", "rules", classes(("a", BATH), ("b", YORK)))
    with town.write() as session:
        domain.create_scheme(session, draft, now=town.now)
    changed(town, "place", classes=classes(("b", YORK), ("a", YORK)))
    changed(town, "place", classes=classes(("b", YORK), ("c", BATH)), title_en=STRANGE)

    lines = told(admin, "place")

    assert lines[:3] == [
        "Title in English: Place → " + STRANGE,
        "Class C added.",
        "Class A removed.",
    ]
    assert lines[3].startswith("Rule of A: ")
    assert "Bath" in lines[3].split("→")[0]
    assert "York" in lines[3].split("→")[1]
    assert lines[4:] == ["Order of the classes: B, A, Rest.", "Made."]
    assert STRANGE not in admin.get("/segmentation/schemes/place").text


def test_putting_away_and_taking_out_are_told(town: Town, admin: Person) -> None:
    trading(town)
    admin.send("/segmentation/schemes/four/archive")
    admin.send("/segmentation/schemes/four/restore")

    assert told(admin, "four") == ["Taken out of the archive.", "Put into the archive.", "Made."]
