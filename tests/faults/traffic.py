"""Programs that write through the API, each change under a key, and never give up on one.

A change is sent again, under the same key, until it is acknowledged. What was acknowledged is
remembered, so that it can be compared with what the database holds.
"""

import http.client
import json
import random
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from threading import Event, Lock, Thread
from uuid import uuid4

_BULK = 10
_PAUSE = 0.01
_LOST = 0.1
"""Of so many answers the client never hears, though the change may have been made."""


@dataclass
class Acknowledged:
    """What the server said it had done, by the marks that were sent along."""

    customers: list[str] = field(default_factory=list)
    touchpoints: list[str] = field(default_factory=list)
    rewards: list[str] = field(default_factory=list)
    changes: Counter[str] = field(default_factory=Counter)
    """Number of changes by customer id."""
    lock: Lock = field(default_factory=Lock)

    def copy(self) -> "Acknowledged":
        """Return what is acknowledged up to now."""
        with self.lock:
            return Acknowledged(
                [*self.customers], [*self.touchpoints], [*self.rewards], Counter(self.changes)
            )


class Client:
    """One program with one connection.

    :param answers: counts what the server answered, refusals of every kind included.
    """

    def __init__(
        self, number: int, port: int, token: str, done: Acknowledged, answers: Counter[str]
    ) -> None:
        self._name, self._port, self._token = f"c{number}", port, token
        self._done, self._answers = done, answers
        self._chance = random.Random(number)
        self._marks = count()
        self._customers: list[str] = []
        self._connection: http.client.HTTPConnection | None = None
        self._work: list[Callable[[], None]] = [
            self._create, self._create_many, self._change, self._record, self._record_many,
            self._reward,
        ]  # fmt: skip

    def work_until(self, stop: Event) -> None:
        """Write one change after the other; the last one begun is brought to its end."""
        try:
            self._create()
            while not stop.is_set():
                self._chance.choice(self._work)()
                time.sleep(_PAUSE)
        finally:
            self._hang_up()

    def _create(self) -> None:
        mark = self._mark()
        answer = self._send("POST", "/customers", {"name": mark})
        self._customers.append(answer["id"])
        with self._done.lock:
            self._done.customers.append(mark)

    def _create_many(self) -> None:
        marks = [self._mark() for _ in range(_BULK)]
        answer = self._send(
            "POST", "/customers/bulk", {"mode": "create", "items": [{"name": m} for m in marks]}
        )
        self._customers += [result["id"] for result in answer["results"]]
        with self._done.lock:
            self._done.customers += marks

    def _change(self) -> None:
        customer = self._chance.choice(self._customers)
        self._send("PATCH", f"/customers/{customer}", {"city": self._mark()})
        with self._done.lock:
            self._done.changes[customer] += 1

    def _record(self) -> None:
        mark = self._mark()
        self._send("POST", "/touchpoints", self._call(mark))
        with self._done.lock:
            self._done.touchpoints.append(mark)

    def _record_many(self) -> None:
        marks = [self._mark() for _ in range(_BULK)]
        self._send("POST", "/touchpoints/bulk", {"items": [self._call(mark) for mark in marks]})
        with self._done.lock:
            self._done.touchpoints += marks

    def _reward(self) -> None:
        mark = self._mark()
        customer = self._chance.choice(self._customers)
        body = {"customer_id": customer, "kind": "points", "amount": "5", "unit": "points",
                "reason": mark, "source": "faults"}  # fmt: skip
        self._send("POST", "/rewards", body)
        with self._done.lock:
            self._done.rewards.append(mark)

    def _call(self, mark: str) -> dict[str, str]:
        customer = self._chance.choice(self._customers)
        return {"customer_id": customer, "channel": "phone", "kind": "call", "subject": mark,
                "occurred_at": "2026-05-01T10:00:00Z"}  # fmt: skip

    def _mark(self) -> str:
        return f"{self._name}-{next(self._marks)}"

    def _send(self, method: str, path: str, body: object) -> dict:
        """Send until it is acknowledged, under one key."""
        headers = {
            "Authorization": f"Bearer {self._token}",
            "Content-Type": "application/json",
            "Idempotency-Key": uuid4().hex,
        }
        while True:
            status, answer, replayed = self._try(method, path, json.dumps(body), headers)
            self._answers[f"{status} again" if replayed else str(status)] += 1
            if status in (200, 201):
                return json.loads(answer)
            assert status in (0, 409, 503), (status, answer)
            time.sleep(0.05)

    def _try(self, method: str, path: str, body: str, headers: dict) -> tuple[int, bytes, bool]:
        try:
            if self._connection is None:
                self._connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=60)
            self._connection.request(method, f"/api/v1{path}", body, headers)
            if self._chance.random() < _LOST:
                raise ConnectionError("The answer is lost on its way.")
            answer = self._connection.getresponse()
            return answer.status, answer.read(), "Idempotent-Replayed" in answer.headers
        except (OSError, http.client.HTTPException):
            self._hang_up()
            return 0, b"", False

    def _hang_up(self) -> None:
        if self._connection is not None:
            self._connection.close()
        self._connection = None


class Traffic:
    """Several clients at once, each in a thread of its own."""

    def __init__(self, port: int, token: str, *, clients: int = 4) -> None:
        self.done = Acknowledged()
        self.answers: Counter[str] = Counter()
        self._stop = Event()
        self._failures: list[Exception] = []
        self._threads = [
            Thread(
                target=self._run,
                args=(Client(n, port, token, self.done, self.answers),),
                daemon=True,
            )
            for n in range(clients)
        ]

    def start(self) -> None:
        """Let them write."""
        for thread in self._threads:
            thread.start()

    def check(self) -> None:
        """Raise what a client stumbled over."""
        for failure in self._failures:
            raise failure

    def ask_to_stop(self) -> None:
        """Let each bring its last change to its end."""
        self._stop.set()

    def acknowledged(self) -> int:
        """Return how many requests were acknowledged so far."""
        return sum(n for answer, n in [*self.answers.items()] if answer.startswith("2"))

    def has_more_than(self, before: int) -> bool:
        """Tell whether more requests were acknowledged."""
        return self.acknowledged() > before

    def goes_on(self) -> bool:
        """Tell whether some change is still without its acknowledgement."""
        return any(thread.is_alive() for thread in self._threads)

    def _run(self, client: Client) -> None:
        try:
            client.work_until(self._stop)
        except Exception as failure:  # noqa: BLE001 -- raised again by check()
            self._failures.append(failure)
