"""How long tests wait: the one place where their waits are bounded, by what the machine gives.

Bounds are named in seconds of a quiet machine. On one that is slow, or busy with other things, they
grow with the time that a known piece of work takes there.
"""

import time

QUIET_S = 0.05
"""What the work takes on an idle core of the machine on which the bounds were chosen."""
MEASURED_EVERY_S = 10.0
CALM_WAIT_S = 120.0
"""A wait of which a test says nothing else: far more than anything takes on a quiet machine."""
TEST_S = 240.0
"""A whole test."""

_measured = (-MEASURED_EVERY_S, 1.0)


def slowness() -> float:
    """Return how many times longer work takes now than on a quiet machine, at least 1."""
    global _measured
    if time.monotonic() - _measured[0] >= MEASURED_EVERY_S:
        began = time.perf_counter()
        sum(number * number % 7 for number in range(700_000))
        _measured = time.monotonic(), max(1.0, (time.perf_counter() - began) / QUIET_S)
    return _measured[1]


def patience(seconds: float = CALM_WAIT_S) -> float:
    """Return the seconds in which this machine does what a quiet one does in `seconds`."""
    return seconds * slowness()


def wait_for(condition, seconds: float = CALM_WAIT_S, every_s: float = 0.01):
    """Return the first true value of `condition()`; fail after `seconds` of a quiet machine.

    The machine is measured again and again, as the load may come while a test waits.
    """
    left = seconds
    while left > 0:
        began = time.monotonic()
        value = condition()
        if value:
            return value
        time.sleep(every_s)
        left -= (time.monotonic() - began) / slowness()
    raise AssertionError(f"nothing happened within {seconds:g} s of a quiet machine, {slowness():.1f} times slower now")
