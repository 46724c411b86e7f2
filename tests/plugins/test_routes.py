"""Pages and API stay under the plugin's address, and each route names its permission."""

from collections.abc import Callable

import pytest

from guanxi.plugins.loading import LoadedPlugin
from guanxi.plugins.routes_check import Route

Load = Callable[..., LoadedPlugin]

PAGES = """
pages = Pages({arguments})

{route}
def index():
    return "hello"

@hookimpl
def register_permissions():
    return [Permission("sample.view", Text("", ""))]

@hookimpl
def register_pages():
    return pages
"""
USUAL = '"sample", __name__'
ROUTE = '@pages.get("/", permission="sample.view")'


def load_pages(
    load: Load, route: str = ROUTE, arguments: str = USUAL, more: str = "", **options: object
) -> LoadedPlugin:
    """Load a plugin with one page."""
    return load(PAGES.format(arguments=arguments, route=route) + more, **options)


def refusal(plugin: LoadedPlugin) -> str:
    """What is wrong with the plugin."""
    assert plugin.problem is not None
    return plugin.problem.message % plugin.problem.params


def test_pages_are_mounted_under_the_name(load: Load) -> None:
    plugin = load_pages(load)

    assert plugin.problem is None
    assert plugin.routes == (Route("/sample/", ("GET",), "sample.view"),)


def test_api_operations_are_mounted_under_their_version(load: Load) -> None:
    plugin = load(
        """
        api = Api("sample", __name__)

        @api.get("/things", permission="customers.view")
        @api.response(200)
        def things():
            return []

        @hookimpl
        def register_api():
            return api
        """
    )

    assert plugin.problem is None
    assert plugin.routes == (Route("/api/v1/sample/things", ("GET",), "customers.view"),)


def test_a_route_without_permission_does_not_load(load: Load) -> None:
    plugin = load_pages(load, '@pages.get("/")')

    assert refusal(plugin).endswith(
        "UndeclaredPermission: The route / of sample declares no permission; "
        "add permission='<name>.<verb>', or public=True if everybody may use it."
    )


def test_a_plain_flask_blueprint_is_refused(load: Load) -> None:
    plugin = load(
        """
        from flask import Blueprint

        @hookimpl
        def register_pages():
            return Blueprint("sample", __name__)
        """
    )

    assert refusal(plugin) == "Its hook register_pages must return one sdk.Pages."


def test_a_route_added_behind_the_back_of_pages_is_refused(load: Load) -> None:
    plugin = load_pages(
        load, more='pages.record(lambda state: state.add_url_rule("/x", "x", view_func=print))'
    )

    assert refusal(plugin) == "Its route /sample/x declares no permission, so nobody may use it."


def test_a_permission_that_nobody_declares_is_refused(load: Load) -> None:
    plugin = load_pages(load, '@pages.get("/", permission="sample.see")')

    assert refusal(plugin) == (
        "/sample/ asks for the permission sample.see, which nobody declares."
    )


def test_a_route_outside_the_prefix_is_refused(load: Load) -> None:
    plugin = load_pages(load, arguments=f'{USUAL}, url_prefix="/customers"')

    assert refusal(plugin) == (
        "Its route /customers/ lies outside its prefix; it must begin with /sample/."
    )


def test_a_prefix_that_only_looks_like_the_own_one_is_refused(load: Load) -> None:
    plugin = load_pages(load, arguments=f'{USUAL}, url_prefix="/sampler"')

    assert refusal(plugin) == (
        "Its route /sampler/ lies outside its prefix; it must begin with /sample/."
    )


def test_a_blueprint_has_the_name_of_its_plugin(load: Load) -> None:
    plugin = load_pages(load, arguments='"other", __name__')

    assert refusal(plugin) == (
        "Its hook register_pages returned a blueprint named other; it must be sample."
    )


def test_two_views_of_one_endpoint_do_not_mount_half(load: Load) -> None:
    plugin = load_pages(
        load,
        more="""
@pages.get("/two", endpoint="index", permission="sample.view")
def two():
    return "two"
""",
    )

    assert refusal(plugin).startswith("Its routes cannot be mounted: AssertionError: View function")


def test_a_template_outside_the_own_folder_is_refused(load: Load) -> None:
    plugin = load_pages(
        load,
        arguments=f'{USUAL}, template_folder="templates"',
        files={"templates/sample/good.html": "", "templates/layout.html": ""},
    )

    assert refusal(plugin) == (
        "Its template templates/layout.html lies outside its folder; "
        "move it to templates/sample/layout.html."
    )


def test_a_static_folder_is_not_the_blueprints(load: Load) -> None:
    plugin = load_pages(load, arguments=f'{USUAL}, static_folder="static"')

    assert refusal(plugin) == (
        "Its pages set static_folder; put the files into the package's folder static, "
        "which is served at /static/plugins/sample/."
    )


@pytest.mark.parametrize(
    "hook",
    [
        "pages.before_app_request(print)",
        "pages.after_app_request(print)",
        "pages.app_context_processor(dict)",
        "pages.app_errorhandler(404)(print)",
        "pages.app_template_filter()(print)",
        "pages.app_template_global()(print)",
    ],
)
def test_nothing_is_added_to_the_whole_application(load: Load, hook: str) -> None:
    plugin = load_pages(load, more=hook)

    assert refusal(plugin) == (
        "Its routes add handlers or filters to the whole application, not just themselves."
    )


def test_a_menu_entry_points_to_an_own_page(load: Load) -> None:
    plugin = load_pages(
        load,
        more="""
@hookimpl
def register_menu():
    return [MenuItem(Text("", ""), "sample.index", "sample.view")]
""",
    )

    assert plugin.problem is None
