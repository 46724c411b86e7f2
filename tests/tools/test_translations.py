"""`make check` finds every text without a good Chinese translation."""

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def tool(tmp_path: Path) -> ModuleType:
    """The tool, looking at a small distribution with one text of each kind."""
    spec = importlib.util.spec_from_file_location("translations", ROOT / "tools/translations.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    vars(module)["ROOT"] = tmp_path
    (tmp_path / "core/guanxi/templates").mkdir(parents=True)
    (tmp_path / "core/guanxi/rules.py").write_text(
        "class GuanxiError(Exception): ...\n"
        "class TooLate(GuanxiError): ...\n"
        "class Gone(GuanxiError):\n"
        "    def __init__(self):\n"
        "        super().__init__('Gone for good')\n"
        "def check():\n"
        "    raise TooLate('Sent %(days)s days ago', days=3)\n"
        "label = _('Save')\n"
        "found = ngettext('one customer', '%(num)s customers', 2)\n"
    )
    (tmp_path / "core/guanxi/templates/page.html").write_text("{{ _('Search') }}")
    return module


def catalogue(tool: ModuleType) -> Path:
    tool.extract()
    return Path(tool.ROOT / "core/guanxi" / tool.FILE)


def translate(file: Path, **texts: str) -> None:
    lines = file.read_text("utf-8").splitlines()
    for number, line in enumerate(lines):
        text = line.removeprefix('msgid "').removesuffix('"').split(" ")[0]
        if line.startswith("msgid ") and text in texts:
            lines[number + 1 if "plural" not in lines[number + 1] else number + 2] = texts[text]
    file.write_text("\n".join(lines) + "\n", "utf-8")


ALL = {
    "Sent": 'msgstr "%(days)s 天前已发送"',
    "Gone": 'msgstr "已消失"',
    "Save": 'msgstr "保存"',
    "Search": 'msgstr "搜索"',
    "one": 'msgstr[0] "%(num)s 位客户"',
}


def found(tool: ModuleType) -> list[str]:
    return list(tool.problems(tool.ROOT / "core/guanxi"))


def test_texts_come_from_code_templates_and_errors(tool: ModuleType) -> None:
    wanted = {message.id for message in tool.texts_of(tool.ROOT / "core/guanxi") if message.id}

    assert wanted == {
        "Gone for good",
        "Save",
        "Search",
        "Sent %(days)s days ago",
        ("one customer", "%(num)s customers"),
    }


def test_a_complete_catalogue_is_fine(tool: ModuleType) -> None:
    translate(catalogue(tool), **ALL)

    assert found(tool) == []


def test_a_missing_translation_is_reported(tool: ModuleType) -> None:
    translate(catalogue(tool), **{**ALL, "Save": 'msgstr ""'})

    assert found(tool) == ["core/guanxi: no translation: 'Save'"]


def test_a_translation_that_loses_a_value_is_reported(tool: ModuleType) -> None:
    translate(catalogue(tool), **{**ALL, "Sent": 'msgstr "%(dyas)s 天前已发送"'})

    assert [line.split(": ")[1] for line in found(tool)] == ["'Sent %(days)s days ago'"]


def test_collecting_again_keeps_translations_and_changes_nothing(tool: ModuleType) -> None:
    file = catalogue(tool)
    translate(file, **ALL)
    tool.extract()
    before = file.read_bytes()

    tool.extract()

    assert file.read_bytes() == before
    assert found(tool) == []


def test_compiling_writes_what_the_application_reads(tool: ModuleType) -> None:
    file = catalogue(tool)
    translate(file, **ALL)

    tool.compile_all()

    assert "保存".encode() in file.with_suffix(".mo").read_bytes()
