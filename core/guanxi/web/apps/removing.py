"""Uninstall a plugin for whoever asks, with a file for its data where that is wanted."""

from guanxi.http import current
from guanxi.plugins.uninstall import Keep, uninstall
from guanxi.web.apps.archives import new_archive


def remove(name: str, mode: Keep, confirmation: str) -> str | None:
    """Uninstall a plugin; return the name of the file with its data, if there is one.

    A file stays when what follows it fails: it does no harm, and nobody loses the only copy.

    :raises GuanxiError: as ``plugins.uninstall`` does.
    """
    platform = current.platform()
    # Without a right confirmation nothing is exported, so no folder is needed either.
    exports = mode is Keep.EXPORT and confirmation == name
    archive = new_archive(platform, name, now=current.now()) if exports else None
    uninstall(
        platform.database,
        platform.host,
        name,
        mode,
        confirmation=confirmation,
        actor=current.principal().actor,
        now=current.now(),
        archive=archive,
    )
    return archive.name if archive else None
