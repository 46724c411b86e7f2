"""The log: one JSON object per line, with the request's or the job's id, and without secrets."""

import json
import subprocess
import sys

PROGRAM = """
import logging, structlog
from guanxi.operations.logs import configure_logs
configure_logs({style!r})
log = structlog.get_logger("test")
{body}
"""


def lines(body: str, style: str = "json") -> list[str]:
    """What a process of its own logs."""
    program = PROGRAM.format(body=body, style=style)
    done = subprocess.run(
        [sys.executable, "-c", program], check=True, capture_output=True, text=True
    )
    return done.stderr.splitlines()


def test_a_line_is_one_json_object_with_time_and_level() -> None:
    (line,) = [json.loads(one) for one in lines('log.info("customer.created", name="李娜")')]

    assert (line["event"], line["level"], line["name"]) == ("customer.created", "info", "李娜")
    assert line["timestamp"].endswith("Z")


def test_other_libraries_log_in_the_same_form_with_the_bound_id() -> None:
    body = (
        "structlog.contextvars.bind_contextvars(request_id='r1')\n"
        "logging.getLogger('library').warning('odd %s', 1)"
    )

    (line,) = [json.loads(one) for one in lines(body)]

    assert (line["event"], line["request_id"], line["level"]) == ("odd 1", "r1", "warning")


def test_an_error_keeps_its_traceback_in_one_line() -> None:
    body = "try:\n    1 / 0\nexcept ZeroDivisionError:\n    log.exception('it.failed')"

    (line,) = [json.loads(one) for one in lines(body)]

    assert "ZeroDivisionError" in line["exception"]


def test_secrets_are_hidden_by_their_names() -> None:
    (line,) = lines('log.info("x", smtp_password="hunter2", Authorization="Bearer hunter2")')

    assert "hunter2" not in line


def test_text_is_for_a_person_at_a_terminal() -> None:
    (line,) = lines('log.info("hello.there")', style="text")

    assert "hello.there" in line
    assert not line.startswith("{")
