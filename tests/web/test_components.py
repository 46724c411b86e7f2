"""The markup of single components, as a page author calls them."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, render_template_string
from tests.web.gallery_app import create_gallery

from guanxi.web import assets, shell
from guanxi.web.frontend_build import FRONTEND, build

TEMPLATES = Path(assets.__file__).parent / "templates"


@pytest.fixture(scope="module")
def app() -> Flask:
    """The gallery's app: the product's templates and globals."""
    build()
    return create_gallery()


@pytest.fixture
def render(app: Flask) -> Any:
    """Render a piece of template that calls components as ``ui``; spaces are squeezed."""

    def render_one(source: str, **values: Any) -> str:
        with app.test_request_context():
            page = render_template_string('{% import "guanxi/ui.html" as ui %}' + source, **values)
        return re.sub(r"\s+", " ", page).strip()

    return render_one


def test_a_field_is_tied_to_its_label_help_and_error(render: Any) -> None:
    page = render("{{ ui.field('email', 'E-mail', 'email', 'x', help='Why', error='Wrong') }}")

    assert '<label class="form-label" for="field-email">' in page
    assert 'id="field-email"' in page
    assert 'aria-invalid="true" aria-describedby="field-email-error field-email-help"' in page
    assert '<p class="form-hint" id="field-email-help">Why</p>' in page


@pytest.mark.parametrize("value", ["<script>", '" onfocus="x', "'"])
def test_what_a_person_typed_stays_text(render: Any, value: str) -> None:
    page = render(
        "{{ ui.field('a', label=v, value=v, help=v, error=v, attrs={'data-x': v}) }}"
        "{{ ui.button(v, attrs={'title': v}) }}{{ ui.person(v, detail=v) }}{{ ui.badge(v) }}"
        "{{ ui.chart(v, 'bar', [v], [{'name': v, 'data': [1]}]) }}{{ ui.notice(v) }}",
        v=value,
    )

    assert "<script>" not in page
    assert ' onfocus="' not in page


def test_a_password_is_never_written_into_the_page(render: Any) -> None:
    assert "hunter2" not in render("{{ ui.field('p', 'Password', 'password', 'hunter2') }}")


def test_a_select_compares_values_as_text(render: Any) -> None:
    page = render("{{ ui.field('n', 'Number', 'select', 3, options=[(1, 'one'), (3, 'three')]) }}")

    assert '<option value="3" selected>three</option>' in page
    assert '<option value="1">one</option>' in page


def test_many_choices_are_ticked_by_value(render: Any) -> None:
    page = render("{{ ui.field('t', 'Tags', 'multi-select', [2], options=[(1, 'a'), (2, 'b')]) }}")

    assert re.findall(r'value="(\d)"( checked)?', page) == [("1", ""), ("2", " checked")]


@pytest.mark.parametrize(
    ("name", "initials"),
    [
        ("王小明", "王"),
        ("Ada Lovelace", "AL"),
        ("Ada King Lovelace", "AL"),
        ("bo", "B"),
        ("", "?"),
        ("   ", "?"),
        (None, "?"),
    ],
)
def test_initials_follow_the_way_names_are_written(
    render: Any, name: str | None, initials: str
) -> None:
    assert render("{{ ui.avatar(name) }}", name=name).endswith(f">{initials}</span>")


def test_a_post_button_is_a_form_with_token_and_question(render: Any) -> None:
    page = render("{{ ui.post_button('Erase', '/e', kind='danger', confirm='Sure?') }}")

    assert 'method="post" action="/e" data-confirm="Sure?" data-confirm-tone="danger"' in page
    assert 'name="csrf_token" value="token-of-the-test"' in page


def test_a_table_without_rows_shows_what_to_do(render: Any) -> None:
    page = render(
        "{{ ui.data_table([{'key': 'a', 'title': 'A'}], [], 'Things',"
        " empty=ui.empty_state('Nothing yet', 'Add one.')) }}"
    )

    assert "<table" not in page
    assert "Add one." in page


def test_an_unset_fact_is_a_dash_with_a_name(render: Any) -> None:
    page = render("{{ ui.facts([{'label': 'Birthday', 'value': none}]) }}")

    assert 'aria-label="not set">–</span>' in page


def test_a_chart_describes_itself_in_json(render: Any) -> None:
    page = render("{{ ui.chart('T', 'bar', ['x'], [{'name': \"O'Neil\", 'data': [1.5]}]) }}")

    spec = re.search("data-chart='([^']*)'", page)
    assert spec is not None
    assert json.loads(spec[1])["series"] == [{"name": "O'Neil", "data": [1.5]}]


def test_every_icon_that_a_template_names_is_in_the_sprite() -> None:
    known = set(json.loads((FRONTEND / "icons.json").read_text()))
    pattern = re.compile(r"""(?:icon\(|icon=|"icon": )["']([a-z0-9-]+)["']""")

    named = {
        name
        for path in [*TEMPLATES.rglob("*.html"), *Path(__file__).parent.glob("*.json")]
        for name in pattern.findall(path.read_text())
    }

    assert named - known == set()


def test_every_icon_of_the_menu_is_in_the_sprite() -> None:
    known = set(json.loads((FRONTEND / "icons.json").read_text()))

    named = {entry.icon for entry in (*shell.WORK, *shell.DATA, *shell.ADMIN, *shell.ACTIONS)}

    assert named - known == set()


def test_every_component_that_a_template_calls_exists(app: Flask) -> None:
    with app.test_request_context():
        known = set(dir(app.jinja_env.get_template("guanxi/ui.html").module))

    called = {
        name
        for path in TEMPLATES.rglob("*.html")
        for name in re.findall(r"(?<![\w-])ui\.(\w+)", path.read_text())
        if name != "html"
    }

    assert called - known == set()


def test_no_template_breaks_the_content_security_policy() -> None:
    forbidden = re.compile(
        r"<style|\sstyle=|\son[a-z]+=|javascript:|\|\s*safe\b|<script(?![^>]*src=)"
    )
    comment = re.compile(r"\{#.*?#\}", re.DOTALL)

    found = {
        f"{path.name}: {match[0].strip()}"
        for path in TEMPLATES.rglob("*.html")
        for match in forbidden.finditer(comment.sub("", path.read_text()))
    }

    assert found == set()


def test_the_lock_file_names_no_registry() -> None:
    lock = json.loads((FRONTEND / "package-lock.json").read_text())

    assert [name for name, entry in lock["packages"].items() if "resolved" in entry] == []


def test_bars_are_as_long_as_their_share_of_the_largest(render: Any) -> None:
    items = [
        {"label": "Core", "value": 12, "text": "twelve", "url": "/core"},
        {"label": "<b>", "value": 3, "note": "20 %"},
        {"label": "None", "value": 0},
    ]
    page = render("{{ ui.bars(items) }}", items=items)

    assert re.findall(r'<rect width="([\d.]+)%"', page) == ["100.00", "25.00"]
    assert '<a href="/core">Core</a>' in page
    assert "&lt;b&gt;" in page
    assert "style=" not in page


def test_bars_of_nothing_are_empty(render: Any) -> None:
    assert "<li" not in render("{{ ui.bars([]) }}{{ ui.parts([]) }}")
    assert "<rect width=" not in render("{{ ui.bars([{'label': 'a', 'value': 0}]) }}")


def test_parts_stand_behind_each_other_and_are_named_in_the_legend(render: Any) -> None:
    items = [{"label": name, "value": value} for name, value in (("A", 1), ("B", 0), ("C", 3))]
    page = render("{{ ui.parts(items, label='Classes') }}", items=items)

    assert re.findall(r'x="([\d.]+)%" width="([\d.]+)%"', page) == [
        ("0.000", "25.000"),
        ("25.000", "75.000"),
    ]
    assert re.findall(r'parts-label">(\w)<', page) == ["A", "B", "C"]


def test_a_heat_map_is_a_table_with_headings(render: Any) -> None:
    rows = [{"title": "R 5", "cells": [{"value": "12", "level": 9, "url": "/x?a=1&b=2"}, None]}]
    page = render("{{ ui.heat_map('Customers', 'R', ['F 1', 'F 2'], rows) }}", rows=rows)

    assert '<th scope="col">F 2</th>' in page
    assert '<th scope="row">R 5</th>' in page
    assert '<td class="heat-9"><a class="heat-cell" href="/x?a=1&amp;b=2">' in page
    assert '<td class="heat-0"></td>' in page


@pytest.mark.parametrize(("value", "lit"), [(None, 0), (1, 1), (5, 5)])
def test_a_score_shows_as_many_bars_as_it_is(render: Any, value: int | None, lit: int) -> None:
    page = render("{{ ui.score('R', value, 5, 'Recency') }}", value=value)

    assert page.count("score-on") == lit
    assert page.count("score-off") == 5 - lit


def test_a_tile_is_one_link_with_its_figure(render: Any) -> None:
    page = render(
        "{% call ui.tiles() %}{{ ui.tile('<b>', 870, note='20 %', url='/c', hue=3) }}{% endcall %}"
    )

    assert '<li class="tile hue-3">' in page
    assert '<a class="stretched-link" href="/c">&lt;b&gt;</a>' in page
    assert '870 <span class="tile-note">20 %</span>' in page


def test_an_account_names_each_amount_and_the_sum(render: Any) -> None:
    lines = [{"label": "A", "value": "1"}, {"label": "<i>", "value": "1", "total": True}]
    page = render("{{ ui.account('Sum', lines) }}", lines=lines)

    assert '<th scope="row">A</th><td>1</td>' in page
    assert '<tr class="account-total"><th scope="row">&lt;i&gt;</th>' in page
