"""The conformance suite for plugins. In a plugin's tests:

.. code-block:: python

    from guanxi.testkit.conformance import PluginContract


    class TestContract(PluginContract):
        plugin = "hello"

Each test is a promise to whoever installs the plugin: about its package and tables
(``package``), about who may see what (``access``), about what it stores of whom (``data``).
"""

from guanxi.testkit.conformance.access import AccessPromises
from guanxi.testkit.conformance.data import DataPromises
from guanxi.testkit.conformance.package import PackagePromises

__all__ = ["PluginContract"]


class PluginContract(PackagePromises, AccessPromises, DataPromises):
    """All promises. Inherit in a class named ``Test...`` and set ``plugin``."""
