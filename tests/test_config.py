"""The configuration: file and environment, one schema, and a sentence for what is wrong."""

from pathlib import Path

import pytest

from guanxi.config import Config, load_config
from guanxi.errors import ConfigError


def write(tmp_path: Path, content: str) -> Path:
    file = tmp_path / "guanxi.toml"
    file.write_text(content, "utf-8")
    return file


def test_without_anything_the_defaults_hold() -> None:
    config = load_config({})

    assert (config.port, config.host, config.proxies) == (8000, "127.0.0.1", 0)
    assert config.home == Path("~/.guanxi").expanduser().resolve()
    assert config.base_url == "http://127.0.0.1:8000"


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    file = write(tmp_path, 'port = 9000\npublic_url = "https://crm.example.com/"\n')

    config = load_config({"GUANXI_CONFIG": str(file), "GUANXI_PORT": "9001"})

    assert config.port == 9001
    assert config.base_url == "https://crm.example.com"


def test_the_database_is_named_as_everywhere_else() -> None:
    assert load_config({"DATABASE_URL": "postgresql://x/y"}).database_url == "postgresql://x/y"


@pytest.mark.parametrize(
    ("text", "value"), [("1", True), ("Yes", True), ("on", True), ("false", False), ("", False)]
)
def test_yes_and_no_are_read_as_people_write_them(text: str, *, value: bool) -> None:
    assert load_config({"GUANXI_SAFE_MODE": text}).safe_mode is value


def test_lists_are_separated_by_commas_in_the_environment() -> None:
    config = load_config({"GUANXI_TRUSTED_HOSTS": "a.example, b.example,"})

    assert config.trusted_hosts == ("a.example", "b.example")


@pytest.mark.parametrize(
    ("environment", "sentence"),
    [
        ({"GUANXI_PROT": "1"}, "There is no setting prot; did you mean port?"),
        ({"GUANXI_PORT": "many"}, "The setting port cannot be 'many'; it takes a whole number."),
        ({"GUANXI_DEMO": "so"}, "The setting demo cannot be 'so'; it takes true or false."),
        ({"GUANXI_CONFIG": "/no/such.toml"}, "There is no configuration file /no/such.toml."),
    ],
)
def test_what_is_wrong_is_told_with_its_name(environment: dict[str, str], sentence: str) -> None:
    with pytest.raises(ConfigError) as told:
        load_config(environment)

    assert str(told.value) == sentence


def test_a_file_that_is_no_toml_is_told_with_its_place(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"guanxi\.toml is not valid TOML"):
        load_config({}, write(tmp_path, "port = = 1"))


def test_an_unknown_name_in_the_file_is_an_error_too(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="did you mean public_url"):
        load_config({}, write(tmp_path, 'public_uri = "x"'))


@pytest.mark.parametrize(
    ("options", "answered"),
    [
        ({}, ("localhost", "127.0.0.1", "[::1]", "127.0.0.1")),
        ({"public_url": "https://crm.example.com:8443"},
         ("localhost", "127.0.0.1", "[::1]", "crm.example.com")),
        ({"trusted_hosts": ("a.example",), "public_url": "https://b.example"}, ("a.example",)),
        ({"host": "0.0.0.0"}, ()),
        ({"host": "0.0.0.0", "public_url": "https://b.example"},
         ("localhost", "127.0.0.1", "[::1]", "b.example")),
    ],
)  # fmt: skip
def test_the_host_names_that_are_answered(
    options: dict[str, object], answered: tuple[str, ...]
) -> None:
    assert Config(**options).answered_hosts == answered  # type: ignore[arg-type]
