"""Plugins made on the fly for tests: a folder that looks to Python like installed distributions."""

import importlib
import sys
import textwrap
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

from guanxi.plugins.discovery import Found, find_plugins
from guanxi.plugins.loading import LoadedPlugin
from guanxi.plugins.registry import load_all

_MANIFEST = """
from guanxi.sdk import Manifest, Text
PLUGIN = Manifest(name={name!r}, title=Text({title!r}, {title!r}),
                  summary=Text({title!r}, {title!r}){more})
"""


class PluginFolder:
    """Writes plugins into ``path``; :func:`plugin_folder` puts that on ``sys.path``."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def add(
        self,
        name: str = "sample",
        hooks: str = "",
        *,
        manifest: str = "",
        source: str | None = None,
        distribution: str | None = None,
        version: str = "1.0",
        requires_dist: Sequence[str] = (),
        files: Mapping[str, str] | None = None,
        readme: str = "",
    ) -> str:
        """Write one plugin and return the name of its package, which nobody else has.

        :param hooks: the source of its ``hooks`` module; ``guanxi.sdk`` is imported as ``*``.
        :param manifest: more arguments of its manifest, as in ``requires=("other",)``.
        :param source: the whole ``__init__.py`` instead of a usual one.
        :param files: further files of the package by their path.
        :param readme: the long description of its distribution.
        """
        package = f"guanxi_{name}_{uuid4().hex[:8]}"
        more = f", {manifest}" if manifest else ""
        usual = _MANIFEST.format(name=name, title=name.title(), more=more)
        texts = {
            "__init__.py": usual if source is None else textwrap.dedent(source),
            "hooks.py": "from guanxi.sdk import *\n" + textwrap.dedent(hooks),
            **{path: textwrap.dedent(text) for path, text in (files or {}).items()},
        }
        for path, text in texts.items():
            _write(self.path / package / path, text)
        distribution = distribution or f"guanxi-{name.replace('_', '-')}"
        metadata = ["Metadata-Version: 2.1", f"Name: {distribution}", f"Version: {version}"]
        metadata += [f"Requires-Dist: {requirement}" for requirement in requires_dist]
        metadata += ["Summary: Made for a test", "", readme]
        folder = self.path / f"{distribution.replace('-', '_')}-{version}.dist-info"
        _write(folder / "METADATA", "\n".join(metadata))
        _write(folder / "entry_points.txt", f"[guanxi.plugins]\n{name} = {package}:PLUGIN\n")
        return package

    def found(self) -> tuple[Found, ...]:
        """Return what discovery finds in this folder alone."""
        importlib.invalidate_caches()
        return find_plugins([str(self.path)])

    def load(
        self, *, core_permissions: Collection[str] = (), time_limit: float = 10.0
    ) -> dict[str, LoadedPlugin]:
        """Load the plugins of this folder, in their order, by name."""
        loaded = load_all(self.found(), core_permissions=core_permissions, time_limit=time_limit)
        return {plugin.name: plugin for plugin in loaded}


@contextmanager
def plugin_folder(path: Path) -> Iterator[PluginFolder]:
    """Put ``path`` on ``sys.path``; afterwards forget it and what was imported from it."""
    before = set(sys.modules)
    sys.path.insert(0, str(path))
    importlib.invalidate_caches()
    try:
        yield PluginFolder(path)
    finally:
        sys.path.remove(str(path))
        for name in set(sys.modules) - before:
            if str(getattr(sys.modules[name], "__file__", None)).startswith(str(path)):
                del sys.modules[name]
        importlib.invalidate_caches()


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
