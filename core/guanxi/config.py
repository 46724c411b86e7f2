"""Where this installation keeps things and how it is reached: one schema, file + environment.

What an admin may change while the system runs is not here but in ``settings/``.
"""

import difflib
import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from guanxi.errors import ConfigError


@dataclass(frozen=True, slots=True)
class Config:
    """The configuration of one installation; each field is also read as ``GUANXI_<NAME>``."""

    home: Path = Path("~/.guanxi")
    """Folder for the embedded database, uploaded files, keys and logs."""
    port: int = 8000
    host: str = "127.0.0.1"
    database_url: str = ""
    """A PostgreSQL server of one's own; empty means the embedded one."""
    public_url: str = ""
    """How people reach this installation, for links in mails; empty means host and port."""
    trusted_hosts: tuple[str, ...] = ()
    """Host names that are answered; empty means the host of ``public_url`` and loopback, or any
    where ``host`` is a wildcard address and ``public_url`` is empty."""
    proxies: int = 0
    """How many reverse proxies of one's own stand before it; so many entries of
    ``X-Forwarded-For`` are believed, which sign-in throttling and sessions look at."""
    secret_key: str = ""
    """At least 32 characters; empty means the one kept in ``home/secret.key``."""
    safe_mode: bool = False
    """Start with no plugin."""
    plugin_errors: str = "isolate"
    """``isolate`` in production, ``strict`` in tests: a failing plugin then raises."""
    secure_cookies: bool = False
    """Set where people come through HTTPS; production.example.toml sets it."""
    log_format: str = "json"
    """``json`` or ``text``."""
    web_processes: int = 2
    web_threads: int = 4
    plugin_load_limit: float = 10.0
    """Seconds after which a plugin that is being loaded counts as hanging."""
    hook_time_limit: float = 10.0
    """Seconds after which a plugin's hook in a page counts as hanging."""
    handler_time_limit: float = 60.0
    """Seconds after which a plugin's event handler counts as hanging."""
    demo: bool = True
    """Import the demo data on the first start of ``guanxi run``."""

    @property
    def base_url(self) -> str:
        """The address people use, without a slash at the end."""
        return (self.public_url or f"http://{self.host}:{self.port}").rstrip("/")

    @property
    def answered_hosts(self) -> tuple[str, ...]:
        """The names that a request may be for; empty means any."""
        if self.trusted_hosts:
            return self.trusted_hosts
        if not self.public_url and self.host in _WILDCARDS:
            return ()
        return (*_LOOPBACK, urlsplit(self.base_url).hostname or self.host)


_KINDS = {bool: "true or false", int: "a whole number", float: "a number", tuple: "a list"}
_LOOPBACK = ("localhost", "127.0.0.1", "[::1]")
_WILDCARDS = frozenset({"0.0.0.0", "::"})  # noqa: S104 -- compared with, not listened on
_SPECIAL = {"DATABASE_URL": "database_url"}
_TOOLING = frozenset(
    {
        "test_database_url",
        "test_plugin_paths",
        "require_browser",
        "config",
        "soak",
        "bench_home",
        "bench_names",
        "bench_duplicates",
        "supervisor_pid",
    }
)


def load_config(environment: Mapping[str, str] | None = None, file: Path | None = None) -> Config:
    """Read ``file`` (or ``GUANXI_CONFIG``), then let the environment override it.

    :raises ConfigError: an unknown key (with a suggestion) or a value of the wrong type.
    """
    environment = os.environ if environment is None else environment
    path = file or (Path(environment["GUANXI_CONFIG"]) if "GUANXI_CONFIG" in environment else None)
    raw: dict[str, Any] = _read_file(path) if path else {}
    raw |= _from_environment(environment)
    known = {field.name for field in fields(Config)}
    for key in raw:
        if key not in known:
            raise _unknown(key, known)
    values = {key: _convert(key, value) for key, value in raw.items()}
    values["home"] = Path(values.get("home", Config().home)).expanduser().resolve()
    return Config(**values)


def _read_file(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        raise ConfigError("There is no configuration file %(path)s.", path=path) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError("%(path)s is not valid TOML: %(why)s", path=path, why=error) from None


def _from_environment(environment: Mapping[str, str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in environment.items():
        if name in _SPECIAL:
            found[_SPECIAL[name]] = value
        elif name.startswith("GUANXI_"):
            key = name.removeprefix("GUANXI_").lower()
            if key not in _TOOLING:
                found[key] = value
    return found


def _unknown(key: str, known: set[str]) -> ConfigError:
    close = difflib.get_close_matches(key, known, n=1)
    if close:
        return ConfigError(
            "There is no setting %(key)s; did you mean %(close)s?", key=key, close=close[0]
        )
    return ConfigError("There is no setting %(key)s.", key=key)


def _convert(key: str, value: Any) -> Any:
    default = getattr(Config(), key)
    try:
        if isinstance(default, bool):
            return _boolean(value)
        if isinstance(default, tuple):
            parts = value.split(",") if isinstance(value, str) else value
            return tuple(part.strip() for part in parts if part.strip())
        return type(default)(value) if not isinstance(default, Path) else Path(value)
    except (TypeError, ValueError):
        raise ConfigError(
            "The setting %(key)s cannot be %(value)r; it takes %(kind)s.",
            key=key,
            value=value,
            kind=_KINDS.get(type(default), "text"),
        ) from None


def _boolean(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    word = str(value).strip().lower()
    if word in ("1", "true", "yes", "on"):
        return True
    if word in ("0", "false", "no", "off", ""):
        return False
    raise ValueError(value)
