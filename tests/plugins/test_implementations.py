"""Hooks that would never be called, or called wrongly, are refused in words."""

from collections.abc import Callable

import pytest

from guanxi.plugins.implementations import hook_names
from guanxi.plugins.loading import LoadedPlugin

Load = Callable[..., LoadedPlugin]


def refusal(plugin: LoadedPlugin) -> str:
    """What is wrong with the plugin."""
    assert plugin.problem is not None
    return plugin.problem.message % plugin.problem.params


def test_implementations_know_which_arguments_they_take(load: Load) -> None:
    plugin = load(
        """
        @hookimpl
        def check_customer(changes, session): ...
        @hookimpl
        def slot_dashboard_card(): ...
        """
    )

    assert plugin.contribution is not None
    assert [(i.plugin, i.hook, i.arguments) for i in plugin.contribution.implementations] == [
        ("sample", "check_customer", ("changes", "session")),
        ("sample", "slot_dashboard_card", ()),
    ]


def test_a_misspelt_hook_gets_a_suggestion(load: Load) -> None:
    plugin = load("@hookimpl\ndef on_touchpoint_recorded(session, events): ...")

    assert refusal(plugin) == (
        "It implements on_touchpoint_recorded, which is no hook; "
        "did you mean on_touchpoints_recorded?"
    )


def test_a_hook_like_no_other_is_refused(load: Load) -> None:
    plugin = load("@hookimpl\ndef zzz(): ...")

    assert refusal(plugin) == "It implements zzz, which is no hook of this contract."


def test_arguments_that_the_hook_does_not_offer_are_named(load: Load) -> None:
    plugin = load("@hookimpl\ndef on_customers_created(session, event, now): ...")

    assert refusal(plugin) == (
        "Its hook on_customers_created asks for event, now; the hook offers session, events."
    )


@pytest.mark.parametrize("signature", ["session=None", "*, session"])
def test_arguments_that_would_never_be_passed_are_refused(load: Load, signature: str) -> None:
    plugin = load(f"@hookimpl\ndef check_customer({signature}): ...")

    assert refusal(plugin) == (
        "Its hook check_customer would never get session; "
        "write it as a plain argument, without * before it or a default."
    )


def test_a_hook_without_its_mark_is_noticed(load: Load) -> None:
    plugin = load("def on_customers_created(session, events): ...")

    assert refusal(plugin) == (
        "Its function on_customers_created has the name of a hook but is not marked @hookimpl."
    )


@pytest.mark.parametrize(
    "source",
    [
        "async def on_customers_created(session): ...",
        "def on_customers_created(session):\n    yield 1",
    ],
)
def test_only_plain_functions_are_hooks(load: Load, source: str) -> None:
    assert refusal(load(f"@hookimpl\n{source}")) == (
        "Its hook on_customers_created is asynchronous or a generator; a plain function is needed."
    )


def test_registrations_may_yield_what_they_declare(load: Load) -> None:
    plugin = load(
        """
        @hookimpl
        def register_permissions():
            yield Permission("sample.view", Text("", ""))
        """
    )

    assert plugin.contribution is not None
    assert [p.name for p in plugin.contribution.permissions] == ["sample.view"]


def test_wrappers_are_not_supported(load: Load) -> None:
    plugin = load("@hookimpl(wrapper=True)\ndef check_customer(session):\n    yield")

    assert refusal(plugin) == (
        "Its function check_customer is a hook wrapper; wrappers are not supported."
    )


def test_events_are_taken_in_one_function(load: Load) -> None:
    plugin = load(
        """
        @hookimpl
        def on_customers_created(session): ...
        @hookimpl(specname="on_customers_created")
        def too(session): ...
        """
    )

    assert refusal(plugin) == "It implements on_customers_created more than once."


def test_a_page_may_get_several_panels_of_one_plugin(load: Load) -> None:
    plugin = load(
        """
        @hookimpl
        def slot_customer_panel(session): ...
        @hookimpl(specname="slot_customer_panel")
        def second_panel(session): ...
        """
    )

    assert plugin.contribution is not None
    assert [i.function.__name__ for i in plugin.contribution.implementations] == [
        "slot_customer_panel",
        "second_panel",
    ]


def test_hook_names_tell_their_family() -> None:
    families = {"register", "check", "on", "slot", "customer"}

    assert {name.split("_")[0] for name in hook_names()} == families
