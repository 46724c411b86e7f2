"""What ends the preparation of ``guanxi run``."""

import signal

import pytest

from guanxi.embedded import run


def test_an_interrupt_ends_the_preparation_though_a_script_had_it_ignored() -> None:
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with pytest.raises(KeyboardInterrupt), run._end_on_signal():
            signal.raise_signal(signal.SIGINT)

        assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGINT, before)
