"""The ZIP files that plugins' data was exported to before it was dropped."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from guanxi.errors import NotFound
from guanxi.i18n import N_
from guanxi.platform import Platform

_NAME = re.compile(r"(?P<plugin>[a-z][a-z0-9_]*)-(?P<at>\d{8}T\d{6}Z)\.zip")
_AT = "%Y%m%dT%H%M%SZ"


@dataclass(frozen=True, slots=True)
class Archive:
    """One file; ``exported_at`` is in UTC."""

    name: str
    plugin: str
    exported_at: datetime
    size: int


def new_archive(platform: Platform, plugin: str, *, now: datetime) -> Path:
    """Return the place of a file that is to be written, in a folder for the owner only."""
    folder = _folder(platform)
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder / f"{plugin}-{now.astimezone(UTC):{_AT}}.zip"


def list_archives(platform: Platform) -> tuple[Archive, ...]:
    """Return all files, newest first."""
    folder = _folder(platform)
    paths = folder.iterdir() if folder.is_dir() else iter(())
    found = (_archive(path) for path in paths if _NAME.fullmatch(path.name))
    return tuple(sorted(found, key=lambda archive: archive.exported_at, reverse=True))


def archive_path(platform: Platform, name: str) -> Path:
    """Return the place of an existing file.

    :raises NotFound: there is none of that name.
    """
    path = _folder(platform) / name
    if not _NAME.fullmatch(name) or not path.is_file():
        raise NotFound(N_("There is no exported file of this name any more."))
    return path


def _archive(path: Path) -> Archive:
    match = _NAME.fullmatch(path.name)
    assert match is not None  # noqa: S101 -- the caller looked
    exported_at = datetime.strptime(match["at"], _AT).replace(tzinfo=UTC)
    return Archive(path.name, match["plugin"], exported_at, path.stat().st_size)


def _folder(platform: Platform) -> Path:
    return platform.files / "plugins"
