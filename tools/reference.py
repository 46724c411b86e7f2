"""Writes ``docs/reference/``, which is the code in other words: ``reference.py [check] [FOLDER]``.

``check`` writes nothing and names the pages that are not what the code says now. What stands on
each page is decided in ``reference_pages``.
"""

import sys
from collections.abc import Callable
from pathlib import Path

from reference_pages import (
    attributes,
    commands,
    configuration,
    events,
    hooks,
    permissions,
    questionnaires,
)
from reference_pages import settings as settings_page

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "reference"

PAGES: dict[str, Callable[[], str]] = {
    "hooks.md": hooks.page,
    "events.md": events.page,
    "attributes.md": attributes.page,
    "permissions.md": permissions.page,
    "settings.md": settings_page.page,
    "commands.md": commands.page,
    "configuration.md": configuration.page,
    "questionnaires.md": questionnaires.page,
}


def main(arguments: list[str]) -> int:
    """Write the pages, or check them; returns 1 if a check finds a difference."""
    checking = arguments[:1] == ["check"]
    rest = arguments[1:] if checking else arguments
    if rest and rest[0].startswith("-"):
        sys.exit("usage: reference.py [check] [FOLDER]")
    folder = Path(rest[0]) if rest else FOLDER
    if checking:
        return check(folder)
    folder.mkdir(parents=True, exist_ok=True)
    for name, page in PAGES.items():
        (folder / name).write_text(page(), "utf-8")
    return 0


def check(folder: Path) -> int:
    """Print the name of each page that differs from what would be written."""
    stale = [name for name, page in PAGES.items() if read(folder / name) != page()]
    for name in stale:
        print(f"{name} is not what the code says; run: python tools/reference.py")
    return 1 if stale else 0


def read(file: Path) -> str:
    """Return the text of ``file``, empty if it is not there."""
    return file.read_text("utf-8") if file.exists() else ""


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
