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
    own = item.get_closest_marker("timeout")
    item.add_marker(pytest.mark.timeout(patience(own.args[0] if own else TEST_S)), append=False)
    return (yield)


STARTERS = {"engine", "new_engine", "processes"}
"""Fixtures of tests/engine that start worker processes."""


def pytest_collection_modifyitems(items):
    """Mark what starts processes: by such a fixture, in a module that makes engines itself, or by starting the app."""
    for item in items:
        started = item.path.parent.name == "engine" and STARTERS & set(item.fixturenames)
        if started or hasattr(item.module, "make_engine") or "start_app" in item.fixturenames:
            item.add_marker(pytest.mark.processes)


_unseen: dict[str, int] = {}
"""Browser tests that were skipped, by the reason."""


def pytest_runtest_logreport(report):
    """Count browser tests that were skipped."""
    if report.skipped and "browser" in report.keywords and isinstance(report.longrepr, tuple):
        reason = report.longrepr[2].removeprefix("Skipped: ")
        _unseen[reason] = _unseen.get(reason, 0) + 1


def pytest_unconfigure(config):
    """Say in the very last line what no browser has seen; a process of pytest-xdist leaves that to its parent."""
    terminal = config.pluginmanager.get_plugin("terminalreporter")
    if terminal is not None and not hasattr(config, "workerinput"):
        for reason, count in _unseen.items():
            terminal.write_line(f"NOT TESTED IN A BROWSER ({count}): {reason}.")
