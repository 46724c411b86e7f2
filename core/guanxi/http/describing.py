"""The REST API that describes its operations when somebody asks for the document.

To describe them takes half of the time in which an application starts.
"""

from collections.abc import Callable
from threading import Lock

from flask import Flask
from flask_smorest import Api as SmorestApi


class LateApi(SmorestApi):  # type: ignore[misc]  # flask-smorest is not typed
    """A flask-smorest API whose blueprints are described by :meth:`describe`."""

    def __init__(self, app: Flask) -> None:
        self._waiting: list[Callable[[], None]] = []
        self._lock = Lock()
        super().__init__(app)

    def describe_later(self, describe: Callable[[], None]) -> None:
        """Note what is left to do for the document."""
        self._waiting.append(describe)

    def describe(self) -> None:
        """Bring the document up to date, once, whoever asks at the same time."""
        with self._lock:
            while self._waiting:
                self._waiting.pop(0)()
