"""The public API does not change unseen."""

from tests.contract.public_api import SNAPSHOT, described


def test_the_public_api_is_as_the_snapshot_says() -> None:
    """Renew it with ``python -m tests.contract.public_api``, and raise the contract's version."""
    assert described().splitlines() == SNAPSHOT.read_text("utf-8").splitlines()
