"""The built front end: which file a name such as ``app.css`` stands for.

The build (:mod:`guanxi.web.frontend_build`) gives each file a name with a hash of its content
and lists them in ``static/dist/manifest.json``, so browsers may keep the files for ever.
"""

import json
from functools import lru_cache
from pathlib import Path

from flask import has_request_context, request

STATIC = Path(__file__).parent / "static"
MANIFEST = STATIC / "dist" / "manifest.json"
URL_PREFIX = "/static/dist"


class FrontEndNotBuilt(RuntimeError):
    """The built files are missing; the message says how to make them."""

    def __init__(self) -> None:
        super().__init__("The front end is not built. Run: python -m guanxi.web.frontend_build")


class UnknownAsset(LookupError):
    """A template asked for a file that the build does not make."""

    def __init__(self, name: str) -> None:
        super().__init__(f"The front end has no file named {name!r}.")


@lru_cache(maxsize=4)
def _entries(manifest: Path, _changed_ns: int) -> dict[str, str]:
    """Return the manifest; the time of its change (nanoseconds) makes a new build a new key."""
    entries: dict[str, str] = json.loads(manifest.read_text(encoding="utf-8"))
    return entries


def read_manifest(manifest: Path = MANIFEST) -> dict[str, str]:
    """Return file names with hash by plain name; read again after each build.

    Raises FrontEndNotBuilt when there is no manifest.
    """
    try:
        changed_ns = manifest.stat().st_mtime_ns
    except FileNotFoundError:
        raise FrontEndNotBuilt from None
    return _entries(manifest, changed_ns)


def asset_url(name: str) -> str:
    """Return the address of a built file, for example of ``app.css``.

    Inside a request the address starts with the path under which the app is mounted.
    Raises FrontEndNotBuilt, and UnknownAsset for a name that is not in the manifest.
    """
    try:
        built = read_manifest()[name]
    except KeyError:
        raise UnknownAsset(name) from None
    root = request.script_root if has_request_context() else ""
    return f"{root}{URL_PREFIX}/{built}"
