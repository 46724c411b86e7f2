"""Fixtures for all tests of the repository, the plugins' too."""

pytest_plugins = ["guanxi.testkit.fixtures", "tests.browser"]
