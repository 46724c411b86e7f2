"""What every plugin of Guanxi promises."""

from guanxi.testkit.conformance import PluginContract


class TestContract(PluginContract):
    """The conformance suite."""

    plugin = "surveys"
