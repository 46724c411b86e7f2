"""Somebody at a survey's pages: by which address they came, and what follows from it."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from guanxi.sdk import NotFound
from guanxi_surveys.texts import N_

COOKIE: Final = "guanxi_answer"


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """How somebody came.

    :param survey: its id, or its public key.
    :param address: where its forms are sent.
    :param way: what begins with the answer, beside submission and language.
    :param submission: the one that belongs to the link; None: the form's own.
    :param resumable: whoever comes back finds the answer by a cookie or by its address.
    :param csrf: the forms go by who is signed in, so they carry a token.
    """

    survey: UUID | str
    address: str
    way: dict[str, Any] = field(default_factory=dict)
    submission: UUID | None = None
    invitation_id: UUID | None = None
    expires_at: datetime | None = None
    resumable: bool = False
    csrf: bool = False
    banner: str = ""
    back: str = ""
    methods: tuple[tuple[str, str], ...] = ()

    @property
    def trial(self) -> bool:
        """Say whether it counts nowhere."""
        return bool(self.way.get("trial"))


class LinkEnded(NotFound):
    """A personal link whose time is over."""

    status = 410
    code = "link_ended"

    def __init__(self) -> None:
        super().__init__(N_("The time to answer by this link is over."))
