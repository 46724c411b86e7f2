"""Clients for tests of the REST API."""

from typing import Any

from flask import Flask
from werkzeug.test import TestResponse


class ApiClient:
    """Sends JSON with a token; ``answer.json`` is the body."""

    def __init__(self, app: Flask, token: str) -> None:
        self._client = app.test_client()
        self.token = token

    def request(self, method: str, path: str, json: Any = None, **headers: str) -> TestResponse:
        """Send one request below ``/api/v1``; header names use underscores for hyphens."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        sent["Authorization"] = f"Bearer {self.token}"
        return self._client.open(f"/api/v1{path}", method=method, json=json, headers=sent)

    def get(self, path: str, **headers: str) -> TestResponse:
        """GET."""
        return self.request("GET", path, **headers)

    def post(self, path: str, json: Any = None, **headers: str) -> TestResponse:
        """POST."""
        return self.request("POST", path, json, **headers)

    def patch(self, path: str, json: Any = None, **headers: str) -> TestResponse:
        """PATCH."""
        return self.request("PATCH", path, json, **headers)

    def put(self, path: str, json: Any = None, **headers: str) -> TestResponse:
        """PUT."""
        return self.request("PUT", path, json, **headers)

    def delete(self, path: str, **headers: str) -> TestResponse:
        """DELETE."""
        return self.request("DELETE", path, **headers)
