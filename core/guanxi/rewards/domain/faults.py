"""What can be wrong with a step in a reward's life."""

from guanxi.errors import Conflict, Invalid, NotFound
from guanxi.i18n import lazy_


class InvalidReward(Invalid):
    """One field of a request that cannot stay as it is."""

    code = "invalid_reward"

    def __init__(self, message: str, *, field: str, **params: object) -> None:
        super().__init__(message, fields={field: [lazy_(message, **params)]}, **params)


class NoSuchReward(NotFound):
    """No reward with that id that the person may see."""

    code = "no_such_reward"


class WrongState(Conflict):
    """The step is not possible from the state that the reward is in."""

    code = "wrong_state"


class NotEnoughLeft(Conflict):
    """More was to be redeemed than is left."""

    code = "not_enough_left"


class DifferentRequest(Conflict):
    """The source already used this key for another request."""

    code = "different_request"
