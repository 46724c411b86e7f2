"""Pages of models: in plain words, with pictures as tables and files, and what people do there."""

import re
from collections.abc import Callable
from datetime import datetime

import pytest
from plugins.scoring.tests.made import make_model, make_version
from sqlalchemy import select

from guanxi.testkit.people import Person, flashes
from guanxi_scoring.models import FitOrder, Model, Version

pytestmark = pytest.mark.usefixtures("scoring")


def stored(writing: Callable[..., object], key: str = "lifetime") -> Model:
    with writing() as session:
        return session.scalars(select(Model).where(Model.key == key)).one()


def test_without_models_the_list_says_what_to_do(admin: Person) -> None:
    page = admin.read("/scoring/")

    assert "No models yet" in page
    assert "guanxi scoring run" in page


@pytest.mark.usefixtures("lifetime")
def test_the_list_tells_each_model_in_plain_words(admin: Person) -> None:
    page = admin.read("/scoring/")

    assert "Who will buy again, how often, and what each customer is still worth." in page
    assert "Version 2" in page
    assert "2,357" in page
    assert "The latest fit is not in force" in page
    assert "It was worse." in page


@pytest.mark.usefixtures("lifetime")
def test_a_model_shows_its_parameters_measures_and_pictures(admin: Person) -> None:
    page = admin.read("/scoring/models/lifetime")

    assert "<code>alpha</code>" in page
    assert "4.414" in page
    assert "0.3782" in page
    assert ">0.75<" in page
    assert "Purchases so far, actual and expected" in page
    assert "23.25" in page
    assert "It was worse." in page


@pytest.mark.usefixtures("lifetime")
def test_pages_speak_chinese(admin: Person) -> None:
    page = admin.speaks("zh").read("/scoring/models/lifetime")

    assert "价值 lifetime" in page
    assert "累计购买次数：实际与预期" in page


@pytest.mark.usefixtures("lifetime")
def test_an_older_version_is_shown_as_what_it_is(admin: Person) -> None:
    page = admin.read("/scoring/models/lifetime/versions/1")

    assert "This is version 1: was in force." in page
    assert ">0.812<" in page


@pytest.mark.usefixtures("lifetime")
def test_two_versions_stand_side_by_side(admin: Person) -> None:
    page = admin.read("/scoring/models/lifetime/compare?one=1&other=2")

    assert page.index(">Version 1</th>") < page.index(">Version 2</th>")
    assert re.search(r">0\.812</div></td>.*?>0\.75</div></td>", page, re.DOTALL)


@pytest.mark.usefixtures("lifetime")
@pytest.mark.parametrize(
    "address",
    [
        "/scoring/models/nothing",
        "/scoring/models/lifetime/versions/9",
        "/scoring/models/lifetime/versions/2/nothing.csv",
        "/scoring/models/lifetime/versions/2/tracking.pdf",
        "/scoring/models/lifetime/compare?one=77&other=1",
        "/scoring/models/lifetime%00",
        "/scoring/models/lifetime/versions/99999999999999999999",
    ],
)
def test_what_is_not_there_is_said_to_be_missing(admin: Person, address: str) -> None:
    assert admin.get(address).status_code == 404


@pytest.mark.usefixtures("lifetime")
def test_a_picture_is_a_file_with_the_titles_of_its_columns(admin: Person) -> None:
    answer = admin.get("/scoring/models/lifetime/versions/2/tracking.csv")

    lines = answer.text.lstrip("\ufeff").splitlines()
    assert lines[0].replace('"', "") == "Week,Actual,Expected"
    assert lines[2].replace('"', "") == "2011-01-15,22,23.25"


def test_a_picture_that_nothing_knows_is_a_table(
    admin: Person, writing: Callable[..., object], now: datetime
) -> None:
    picture = {"columns": ["trait", "weight"], "rows": [["tea", 1.5], ["=cmd", 2]]}
    with writing() as session:
        model = make_model(session, now)
        make_version(
            session,
            model,
            now,
            pictures={"odd_one": picture, "tracking": {"columns": ["week", "actual"], "rows": []}},
        )

    page = admin.read("/scoring/models/lifetime")

    assert "Odd one" in page
    assert "There is nothing to draw." in page
    csv = admin.get("/scoring/models/lifetime/versions/1/odd_one.csv").text
    assert "'=cmd" in csv


@pytest.mark.usefixtures("lifetime")
def test_a_fit_is_asked_for_once(admin: Person, writing: Callable[..., object]) -> None:
    admin.send("/scoring/models/lifetime/fit")
    again = admin.send("/scoring/models/lifetime/fit")

    assert flashes(admin.read(again.location)) != []
    with writing() as session:
        assert session.scalars(select(FitOrder.cause)).all() == ["asked"]
    assert "A fit waits" in admin.read("/scoring/")


@pytest.mark.usefixtures("lifetime")
def test_a_version_of_before_is_put_in_force(admin: Person, writing: Callable[..., object]) -> None:
    version = stored(writing).version

    answer = admin.send("/scoring/models/lifetime/enable", {"version": version, "number": 1})

    assert answer.status_code == 302
    with writing() as session:
        found = session.execute(select(Version.number, Version.state).order_by(Version.number))
        assert [tuple(row) for row in found] == [
            (1, "current"), (2, "superseded"), (3, "kept_back"),
        ]  # fmt: skip


@pytest.mark.usefixtures("lifetime")
@pytest.mark.parametrize("action", ["archive", "restore", "enable", "edit"])
@pytest.mark.parametrize("version", ["", "7", "x"])
def test_a_form_that_shows_another_version_is_refused(
    admin: Person, writing: Callable[..., object], action: str, version: str
) -> None:
    form = {"version": version, "number": "1", "title_en": "Other", "title_zh": "其他"}

    answer = admin.send(f"/scoring/models/lifetime/{action}", form)

    assert answer.status_code == 412
    assert stored(writing).title_en == "Lifetime value"
    assert stored(writing).state == "active"


@pytest.mark.usefixtures("lifetime")
def test_an_archived_model_is_listed_apart_and_comes_back(
    admin: Person, writing: Callable[..., object]
) -> None:
    admin.send("/scoring/models/lifetime/archive", {"version": stored(writing).version})

    assert "Lifetime value" not in admin.read("/scoring/")
    assert "Lifetime value" in admin.read("/scoring/?state=archived")

    admin.send("/scoring/models/lifetime/restore", {"version": stored(writing).version})
    assert "Lifetime value" in admin.read("/scoring/")


@pytest.mark.usefixtures("lifetime")
def test_options_are_changed(admin: Person, writing: Callable[..., object]) -> None:
    form = {
        "version": stored(writing).version, "title_en": "Worth", "title_zh": "价值",
        "refit_days": "", "option-as_of": "2011-12-10T00:00:00+00:00", "option-seed": "7",
    }  # fmt: skip

    answer = admin.send("/scoring/models/lifetime/edit", form)

    assert answer.status_code == 302, answer.text[-3000:]
    model = stored(writing)
    assert (model.title_en, model.refit_days) == ("Worth", None)
    assert model.options["as_of"] == "2011-12-10T00:00:00Z"
    assert model.options["seed"] == 7


@pytest.mark.usefixtures("lifetime")
@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("refit_days", "often", "Write a whole number of days, or nothing."),
        ("refit_days", "0", "Write from 1 to"),
        ("option-as_of", "yesterday", "Write “now”, or an instant"),
        ("option-as_of", "2999-01-01T00:00:00Z", "cannot know the future"),
        ("option-seed", "x", "Not a valid integer."),
        ("title_en", " ", "Write a title"),
    ],
)
def test_an_option_that_does_not_fit_is_said_beside_its_field(
    admin: Person, writing: Callable[..., object], field: str, value: str, said: str
) -> None:
    form = {
        "version": stored(writing).version, "title_en": "Worth", "title_zh": "价值",
        "refit_days": "30", "option-as_of": "now", "option-seed": "7", field: value,
    }  # fmt: skip

    answer = admin.send("/scoring/models/lifetime/edit", form)

    assert answer.status_code == 422
    assert f'id="field-{field}-error"' in answer.text
    assert said in answer.text
    assert value in answer.text
    assert stored(writing).options["seed"] == 1


@pytest.mark.usefixtures("lifetime")
def test_who_may_only_look_gets_no_buttons_and_may_change_nothing(
    somebody: Callable[..., Person],
) -> None:
    person = somebody("owner", "scoring.view")

    assert "/fit" not in person.read("/scoring/models/lifetime")
    assert person.send("/scoring/models/lifetime/fit").status_code == 403


@pytest.mark.usefixtures("lifetime")
def test_who_sees_some_customers_sees_no_figures_of_all(somebody: Callable[..., Person]) -> None:
    person = somebody("staff", "scoring.view")

    page = person.read("/scoring/")

    assert "Lifetime value" in page
    assert "2,357" not in page
    assert person.get("/scoring/models/lifetime").status_code == 403
    assert person.get("/scoring/models/lifetime/compare").status_code == 403
    assert person.get("/scoring/models/lifetime/versions/2/tracking.csv").status_code == 403


def test_a_model_of_risk_is_hidden_from_who_may_not_see_ratings(
    somebody: Callable[..., Person], writing: Callable[..., object], now: datetime
) -> None:
    with writing() as session:
        make_version(session, make_model(session, now, "credit", kind="risk"), now)
    manager = somebody("owner", "scoring.view")

    assert "Credit value" not in manager.read("/scoring/")
    assert manager.get("/scoring/models/credit").status_code == 404

    allowed = somebody("owner", "scoring.view", "scoring.risk")
    assert "Credit value" in allowed.read("/scoring/")
