"""A new plugin to begin with: its own distribution, whose tests pass from the first minute.

The files lie in ``templates/new``; what differs between plugins stands there as ``$name``.
"""

from pathlib import Path
from string import Template

from guanxi.errors import Conflict, Invalid
from guanxi.plugins.reserved import LONGEST, NAME, overlaps_core

MAX_TITLE = 60
_TEMPLATES = Path(__file__).parent / "templates" / "new"


def new_plugin(name: str, title: str, folder: Path) -> list[Path]:
    """Write the files of a plugin into ``folder`` and return them.

    :raises Invalid: a name that no plugin can have, or a title that would not stand in a program.
    :raises Conflict: there is something in the folder already.
    """
    if not NAME.fullmatch(name) or len(name) > LONGEST or overlaps_core(name):
        raise Invalid(
            "%(name)s cannot be a plugin's name: small letters, digits and single underscores, "
            "at most %(longest)s, and no name of the core's own.",
            name=name,
            longest=LONGEST,
        )
    if not title.strip() or len(title) > MAX_TITLE or set(title) & set('"\\\n\r$`'):
        raise Invalid("A title has up to 60 characters, without quotation marks and backslashes.")
    if folder.exists() and any(folder.iterdir()):
        raise Conflict("%(folder)s is not empty. Name another folder.", folder=folder)
    words = {
        "name": name,
        "title": title,
        "package": f"guanxi_{name}",
        "distribution": f"guanxi-{name.replace('_', '-')}",
    }
    return [_write(source, words, folder) for source in sorted(_TEMPLATES.rglob("*.txt"))]


def _write(source: Path, words: dict[str, str], folder: Path) -> Path:
    parts = list(source.relative_to(_TEMPLATES).with_suffix("").parts)
    if parts[0] == "package":
        parts[0] = words["package"]
    if "templates" in parts:
        parts.insert(-1, words["name"])
    target = folder.joinpath(*parts)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(Template(source.read_text("utf-8")).substitute(words), "utf-8")
    return target
