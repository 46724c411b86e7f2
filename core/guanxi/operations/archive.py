"""A backup's file: a tar of the database dump, the uploaded files, the key, and a manifest.

The manifest holds a SHA-256 of every member and the figures that a restored database must show.
"""

import errno
import hashlib
import tarfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from guanxi.db import json
from guanxi.errors import GuanxiError

MANIFEST = "manifest.json"
_OF_THIS_MACHINE = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EACCES, errno.EROFS})
FORMAT = 1


class BackupDamaged(GuanxiError):
    """The archive is not what was written."""

    code = "backup_damaged"


@dataclass(frozen=True, slots=True)
class Manifest:
    """What an archive holds: hashes by member, and the figures when it was made."""

    made_at: str
    version: str
    revision: str
    members: Mapping[str, str]
    figures: Mapping[str, Any]


def write_archive(target: Path, folder: Path, manifest: Manifest) -> None:
    """Pack ``folder`` with its manifest; the file appears under its name only when complete."""
    body = {"format": FORMAT, **{k: getattr(manifest, k) for k in Manifest.__dataclass_fields__}}
    (folder / MANIFEST).write_bytes(json.dumps_bytes(body))
    part = target.with_name(target.name + ".part")
    part.unlink(missing_ok=True)
    part.touch(mode=0o600)  # it holds people's data and the key to stored secrets
    with tarfile.open(part, "w") as archive:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                archive.add(path, path.relative_to(folder).as_posix())
    part.replace(target)


def read_archive(source: Path, folder: Path) -> Manifest:
    """Unpack into ``folder`` and check every member against the manifest.

    :raises BackupDamaged: with the first member that is missing or not as written.
    """
    try:
        with tarfile.open(source, "r:") as archive:
            archive.extractall(folder, filter="data")
        body = json.loads((folder / MANIFEST).read_bytes())
        if body.pop("format") != FORMAT:
            raise BackupDamaged(
                "%(file)s was written by another version of Guanxi. Restore it with that one.",
                file=source.name,
            )
        manifest = Manifest(**body)
    except (tarfile.TarError, OSError, ValueError, LookupError, TypeError, AttributeError) as error:
        if isinstance(error, OSError) and error.errno in _OF_THIS_MACHINE:
            raise
        raise BackupDamaged(
            "%(file)s is not a whole backup of Guanxi. Take another one.", file=source.name
        ) from error
    found = member_hashes(folder)
    for name in sorted({*found, *manifest.members}):
        if found.get(name) != manifest.members.get(name):
            raise BackupDamaged(
                "%(member)s in the backup is not as it was written. Take another backup.",
                member=name,
            )
    return manifest


def member_hashes(folder: Path) -> dict[str, str]:
    """Return the SHA-256 of every file below ``folder`` except the manifest."""
    return {
        path.relative_to(folder).as_posix(): _sha256(path)
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != MANIFEST
    }


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
