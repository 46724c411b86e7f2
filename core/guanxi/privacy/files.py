"""The folder of privacy files, and removing files that hold a person's data."""

from collections.abc import Iterable
from pathlib import Path

from guanxi.platform import Platform


def privacy_folder(platform: Platform) -> Path:
    """Return the folder of archives that persons asked for."""
    folder = platform.files / "privacy"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def remove_files(platform: Platform, paths: Iterable[str]) -> None:
    """Remove files by the names under which tables keep them; missing ones are fine.

    A name is a path below the folder of files, or an archive's in the privacy folder; whatever
    lies elsewhere is left alone.
    """
    for name in paths:
        for folder in (platform.files, privacy_folder(platform)):
            path = (folder / name).resolve()
            if path.is_relative_to(platform.files.resolve()):
                path.unlink(missing_ok=True)
