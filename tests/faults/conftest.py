"""What the tests of faults share."""

from tests.embedded.conftest import free_port

__all__ = ["free_port"]
