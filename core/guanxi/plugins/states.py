"""The states of a plugin: one enumeration, the same words on every page, in the API and the CLI."""

from enum import StrEnum

from guanxi.i18n import Text


class PluginState(StrEnum):
    """What is the case with a plugin now."""

    INSTALLED = "installed"
    ENABLED = "enabled"
    DISABLED = "disabled"
    INCOMPATIBLE = "incompatible"
    FAILED = "failed"
    WAITS_FOR_RESTART = "waits_for_restart"
    WAITS_FOR_MIGRATION = "waits_for_migration"
    QUARANTINED = "quarantined"

    @property
    def label(self) -> Text:
        """The state in a word or two."""
        return _WORDS[self][0]

    @property
    def explanation(self) -> Text:
        """The state in a sentence, with what follows from it."""
        return _WORDS[self][1]


_WORDS: dict[PluginState, tuple[Text, Text]] = {
    PluginState.INSTALLED: (
        Text("installed", "已安装"),
        Text(
            "It is there but was never switched on; it does nothing and has stored nothing.",
            "已安装但从未启用，不会执行任何操作，也没有存储任何数据。",
        ),
    ),
    PluginState.ENABLED: (
        Text("enabled", "已启用"),
        Text("It is at work, for everybody.", "正在运行，对所有人生效。"),
    ),
    PluginState.DISABLED: (
        Text("disabled", "已停用"),
        Text(
            "It is switched off. Its data is kept; switched on again, it catches up with what "
            "happened meanwhile.",
            "已关闭，数据仍保留；再次启用后会补上这段时间发生的事件。",
        ),
    ),
    PluginState.INCOMPATIBLE: (
        Text("incompatible", "不兼容"),
        Text(
            "It was made for another version of Guanxi and was not loaded. Its data is kept.",
            "它面向其他版本的 Guanxi，因此没有加载。数据仍保留。",
        ),
    ),
    PluginState.FAILED: (
        Text("failed", "加载失败"),
        Text(
            "It could not be loaded and does nothing; everything else works. Its data is kept.",
            "无法加载，不会执行任何操作；其他功能不受影响。数据仍保留。",
        ),
    ),
    PluginState.WAITS_FOR_RESTART: (
        Text("waits for restart", "等待重启"),
        Text(
            "Its package was installed or updated after Guanxi started. Restart Guanxi to load it.",
            "它的软件包在 Guanxi 启动之后才安装或更新。请重启 Guanxi 以加载它。",
        ),
    ),
    PluginState.WAITS_FOR_MIGRATION: (
        Text("waits for migration", "等待迁移"),
        Text(
            "Its tables are not yet as this version needs them, so it is not at work. "
            "Enable it again to migrate them.",
            "它的数据表尚未符合当前版本的要求，因此没有运行。请再次启用以完成迁移。",
        ),
    ),
    PluginState.QUARANTINED: (
        Text("quarantined", "已隔离"),
        Text(
            "It failed too often or did not answer, and was switched off for safety. Its events "
            "wait. Release it when the cause is gone.",
            "它多次出错或没有响应，已被安全关闭，事件会等待它。排除原因后可解除隔离。",
        ),
    ),
}
