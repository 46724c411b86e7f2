"""What a plugin declares lies under its own prefix, is there once, and makes sense."""

from collections.abc import Callable

import pytest

from guanxi.plugins.implementations import hook_names
from guanxi.plugins.loading import LoadedPlugin

Load = Callable[..., LoadedPlugin]
EMPTY = 'Text("", "")'

REFUSED = {
    "register_permissions": (
        'return [Permission("other.view", Text("", ""))]',
        "Its permission other.view lies outside its prefix; its name must begin with sample..",
    ),
    "register_attributes": (
        'return [Attribute("days", Text("", ""), "number", sql=lambda: Customer.id)]',
        "Its attribute days lies outside its prefix; its name must begin with sample..",
    ),
    "register_importers": (
        'return [Importer("sample.", Text("", ""), (), start=print, undo=print)]',
        "Its importer sample. lies outside its prefix; its name must begin with sample..",
    ),
    "register_events": (
        "class Met(Event): kind = 'Met'\n    return [Met]",
        "Its event Met lies outside its prefix; its name must begin with sample..",
    ),
    "register_jobs": (
        'return [Job("tidy", Text("", ""), print), Job("tidy", Text("", ""), print)]',
        "It declares the job tidy twice.",
    ),
    "register_reward_kinds": (
        'return [RewardKind("Points!", Text("", ""))]',
        "Its reward kind Points! has no valid name; use lower-case letters and digits.",
    ),
    "register_message_channels": (
        'return [MessageChannel("pigeon", Text("", ""), "feather", send=print)]',
        "The identity_kind of pigeon is feather; it must be one of email, external, phone, social.",
    ),
    "register_menu": (
        'return [MenuItem(Text("", ""), "customers.list", "customers.view")]',
        "Its menu entry points to customers.list, which is no page of its own.",
    ),
    "register_settings": ("return dict", "Its settings dict are no marshmallow schema."),
    "register_models": (
        "return {}",
        "Its hook register_models returned {}; MetaData is needed.",
    ),
    "register_reading": (
        "return Reading(batch=5001)",
        "Its hook register_reading failed: ValueError: a batch has from 1 to 5000 events.",
    ),
    "register_demo": (
        "return print",
        "Its hook register_demo returned <built-in function print>; Demo is needed.",
    ),
    "register_commands": (
        "return [print]",
        "Its hook register_commands returned <built-in function print>; Command is needed.",
    ),
    "register_pages": ("return 1", "Its hook register_pages must return one sdk.Pages."),
    "register_api": ("return 1", "Its hook register_api must return one sdk.Api."),
}


def refusal(plugin: LoadedPlugin) -> str:
    """What is wrong with the plugin."""
    assert plugin.problem is not None
    return plugin.problem.message % plugin.problem.params


@pytest.mark.parametrize("hook", REFUSED)
def test_a_declaration_that_does_not_fit_is_refused(load: Load, hook: str) -> None:
    body, sentence = REFUSED[hook]

    assert refusal(load(f"@hookimpl\ndef {hook}():\n    {body}")) == sentence


def test_every_registration_has_a_case_above() -> None:
    assert {name for name in hook_names() if name.startswith("register_")} == REFUSED.keys()


def test_a_registration_that_raises_is_told_with_its_traceback(load: Load) -> None:
    plugin = load("@hookimpl\ndef register_jobs():\n    raise KeyError('x')")

    assert refusal(plugin) == "Its hook register_jobs failed: KeyError: 'x'."
    assert plugin.problem is not None
    assert "raise KeyError('x')" in plugin.problem.detail


def test_a_registration_that_returns_nothing_is_refused(load: Load) -> None:
    plugin = load("@hookimpl\ndef register_jobs(): ...")

    assert refusal(plugin) == "Its hook register_jobs returned None; a list is needed."


def test_a_permission_that_needs_one_which_nobody_declares_is_refused(load: Load) -> None:
    plugin = load(
        "@hookimpl\ndef register_permissions():\n"
        "    return [Permission('sample.see', Text('See', '看'), needs=('sample.nobody',))]"
    )

    assert refusal(plugin) == (
        "sample.see asks for the permission sample.nobody, which nobody declares."
    )


ATTRIBUTES = {
    'type="colour"': (
        "The type of sample.x is colour; it must be one of "
        "boolean, choice, choices, date, instant, money, number, text."
    ),
    'type="choice"': "Its attribute sample.x has no choices.",
    'type="text", permission="sample.nobody"': (
        "sample.x asks for the permission sample.nobody, which nobody declares."
    ),
    'type="text", join=Customer.__table__': (
        "Its attribute sample.x needs both join and on, or neither."
    ),
}


@pytest.mark.parametrize("arguments", ATTRIBUTES)
def test_an_attribute_that_makes_no_sense_is_refused(load: Load, arguments: str) -> None:
    attribute = f'Attribute("sample.x", {EMPTY}, sql=lambda: Customer.id, {arguments})'

    plugin = load(f"@hookimpl\ndef register_attributes():\n    return [{attribute}]")

    assert refusal(plugin) == ATTRIBUTES[arguments]


def test_the_sql_of_an_attribute_is_tried(load: Load) -> None:
    attribute = f'Attribute("sample.x", {EMPTY}, "text", sql=lambda: Customer.nose)'

    plugin = load(f"@hookimpl\ndef register_attributes():\n    return [{attribute}]")

    assert refusal(plugin).startswith("The SQL of its attribute sample.x failed: AttributeError")


def test_a_schedule_must_be_a_cron_expression(load: Load) -> None:
    job = f'Job("tidy", {EMPTY}, print, schedule="every day")'

    plugin = load(f"@hookimpl\ndef register_jobs():\n    return [{job}]")

    assert refusal(plugin) == "The schedule every day of its job tidy is no cron expression."


def test_permissions_of_the_core_may_be_used(load: Load) -> None:
    usual = f'"sample.x", {EMPTY}, "text", sql=lambda: Customer.id'
    attribute = f'Attribute({usual}, permission="customers.view")'

    plugin = load(f"@hookimpl\ndef register_attributes():\n    return [{attribute}]")

    assert plugin.problem is None
