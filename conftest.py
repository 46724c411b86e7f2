"""Fixtures for all tests of the repository, the plugins' too."""

from hypothesis import HealthCheck, settings

pytest_plugins = ["guanxi.testkit.fixtures", "tests.browser"]

# Machines that run tests are shared: how long something takes says nothing about what it does.
settings.register_profile("shared", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("shared")
