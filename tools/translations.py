"""Collects, compiles and checks the catalogues: ``translations.py extract | compile | check``.

English stands in the code. Each distribution has one Chinese catalogue beside its templates;
the core's is ``core/guanxi/translations``, a plugin's ``plugins/NAME/guanxi_NAME/translations``.
Marked texts are the arguments of ``_`` and its kin, and the sentence of an error of ours.
"""

import ast
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
LOCALE = "zh_Hans_CN"
FILE = Path("translations") / LOCALE / "LC_MESSAGES" / "messages.po"
PACKAGES = ("core/guanxi", "plugins/*/guanxi_*", "examples/*/guanxi_*")
METHODS = [
    ("**/node_modules/**", "ignore"),
    ("**.py", "python"),
    ("**/templates/**.html", "jinja2"),
    ("**/templates/**.txt", "jinja2"),
]
WIDTH = 98


def main() -> int:
    """Do what the command line asks for; returns 1 when a check finds something."""
    actions = {"extract": extract, "compile": compile_all, "check": check}
    if len(sys.argv) != 2 or sys.argv[1] not in actions:
        sys.exit(f"usage: translations.py {' | '.join(actions)}")
    return actions[sys.argv[1]]()


def extract() -> int:
    """Add new texts to the catalogues and drop those that are gone; keeps all translations."""
    for package in packages():
        catalogue = read(package)
        wanted = texts_of(package)
        wanted.creation_date = catalogue.creation_date  # a date is no change
        catalogue.update(wanted, no_fuzzy_matching=True)
        catalogue.obsolete.clear()
        save(catalogue, package / FILE)
    return 0


def compile_all() -> int:
    """Write the ``.mo`` file beside each ``.po`` file that is newer."""
    for package in packages():
        source, target = package / FILE, (package / FILE).with_suffix(".mo")
        if source.exists() and not is_newer(target, source):
            buffer = BytesIO()
            write_mo(buffer, read(package))
            target.write_bytes(buffer.getvalue())
    return 0


def check() -> int:
    """Report every text without a Chinese translation, and translations that do not fit."""
    found = [problem for package in packages() for problem in problems(package)]
    print("\n".join(found) or "Every text has its translation.")
    return 1 if found else 0


def problems(package: Path) -> Iterator[str]:
    """Yield one line for each text of ``package`` that is not well translated."""
    catalogue, name = read(package), package.relative_to(ROOT)
    for wanted in texts_of(package):
        if not wanted.id:
            continue
        message = catalogue.get(wanted.id, wanted.context)
        if message is None or not is_translated(message):
            yield f"{name}: no translation: {wanted.id!r}"
        elif message.fuzzy:
            yield f"{name}: translation to be confirmed (fuzzy): {wanted.id!r}"
        else:
            yield from (f"{name}: {wanted.id!r}: {error}" for error in message.check(catalogue))


def is_translated(message: Message) -> bool:
    """Tell whether every form of ``message`` has a text."""
    forms = message.string if isinstance(message.string, (tuple, list)) else (message.string,)
    return bool(forms) and all(forms)


def texts_of(package: Path) -> Catalog:
    """Return the texts that the code and templates of ``package`` show to people."""
    found = Catalog(locale=LOCALE)
    keywords = DEFAULT_KEYWORDS | {"lazy_": None} | dict.fromkeys(error_classes())
    for file, line, text, comments, context in extract_from_dir(
        package, METHODS, {}, keywords, comment_tags=("Translators:",), strip_comment_tags=True
    ):
        found.add(text, None, [(file, line)], auto_comments=comments, context=context)
    for file, line, text in texts_of_error_classes(package):
        found.add(text, None, [(file, line)])
    return found


def texts_of_error_classes(package: Path) -> Iterator[tuple[str, int, str]]:
    """Yield what error classes say themselves: ``super().__init__("There is no such...")``."""
    errors = error_classes()
    for file in sorted(package.rglob("*.py")):
        if "node_modules" in file.parts:
            continue
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.ClassDef) and node.name in errors:
                said = (call for call in ast.walk(node) if is_own_text(call))
                where = str(file.relative_to(package))
                yield from ((where, call.lineno, call.args[0].value) for call in said)


def is_own_text(node: ast.AST) -> bool:
    """Tell whether this calls ``__init__`` with a text first."""
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "__init__"
        and bool(node.args)
        and isinstance(node.args[0], ast.Constant)
        and isinstance(node.args[0].value, str)
    )


def error_classes() -> set[str]:
    """Return the names of all exception classes under ``GuanxiError``, plugins' included."""
    bases = {
        node.name: {base.id for base in node.bases if isinstance(base, ast.Name)}
        for package in packages()
        for file in package.rglob("*.py")
        if "node_modules" not in file.parts
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.ClassDef)
    }
    known = {"GuanxiError"}
    while more := {name for name, above in bases.items() if above & known} - known:
        known |= more
    return known


def packages() -> list[Path]:
    """Return the folders of the Python packages that have texts."""
    return [found for pattern in PACKAGES for found in sorted(ROOT.glob(pattern))]


def read(package: Path) -> Catalog:
    """Return the catalogue of ``package``, empty if there is none yet."""
    file = package / FILE
    if not file.exists():
        return Catalog(locale=LOCALE, project=package.name, charset="utf-8", fuzzy=False)
    with file.open("rb") as opened:
        return read_po(opened, locale=LOCALE)


def save(catalogue: Catalog, file: Path) -> None:
    """Write ``catalogue`` so that a repeated call changes nothing."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("wb") as opened:
        write_po(opened, catalogue, width=WIDTH, no_location=True, sort_output=True)


def is_newer(target: Path, source: Path) -> bool:
    """Tell whether ``target`` was written after ``source``."""
    return target.exists() and target.stat().st_mtime >= source.stat().st_mtime


if __name__ == "__main__":
    sys.exit(main())
