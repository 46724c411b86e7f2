"""How long a program that ended has to wait."""

from guanxi.embedded.backoff import Backoff


def ended_after(backoff: Backoff, *, seconds: float, wanted: bool = False) -> float:
    backoff.started(1000.0)
    return backoff.ended(1000.0 + seconds, wanted=wanted)


def test_the_wait_doubles_up_to_half_a_minute() -> None:
    backoff = Backoff()

    waits = [ended_after(backoff, seconds=1) for _ in range(8)]

    assert waits == [0.5, 1, 2, 4, 8, 16, 30, 30]


def test_a_program_that_was_well_for_a_minute_starts_from_the_shortest_wait() -> None:
    backoff = Backoff()
    ended_after(backoff, seconds=1)

    assert ended_after(backoff, seconds=60) == 0.5


def test_a_wanted_restart_comes_at_once() -> None:
    assert ended_after(Backoff(), seconds=10, wanted=True) == 0


def test_a_program_that_wants_nothing_but_restarts_has_to_wait() -> None:
    backoff = Backoff()

    waits = [ended_after(backoff, seconds=1, wanted=True) for _ in range(3)]

    assert waits == [0.5, 1, 2]


def test_the_wait_is_over_when_its_time_has_come() -> None:
    backoff = Backoff()
    backoff.started(0.0)
    backoff.ended(10.0, wanted=False)

    assert [backoff.is_over(now) for now in (10.0, 10.4, 10.5)] == [False, False, True]
