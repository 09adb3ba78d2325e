"""For all tests: one thread in every process that computes, as in the workers; and no test fails for being slow."""

import os

import pytest
from hypothesis import HealthCheck, settings
from patience import TEST_S, patience

os.environ |= {"OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}  # sums then keep their order
# Workers are not to wait for whatever else this machine does, nor servers that tests start.
os.environ["PLAYGROUND_STAND_BACK"] = "0"

settings.register_profile("any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any machine")


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item):
    """Bound each test by what the machine gives when it begins."""
    item.add_marker(pytest.mark.timeout(patience(TEST_S)))
    return (yield)
