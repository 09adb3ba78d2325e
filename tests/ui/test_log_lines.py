"""The server's log: what browsers cause is a line, and not too many of them."""

import logging
from pathlib import Path

import pytest
import streamlit as st

from playground.ui.web.log_lines import LONGEST, MOST, MOST_KINDS, NAMES, PERIOD_S, Brief, keep_lines_brief


class Lines(logging.Handler):
    def __init__(self):
        super().__init__()
        self.lines = []

    def emit(self, record):
        self.lines.append(self.format(record))


@pytest.fixture
def written():
    """A logger whose filter has a clock of its own: the logger, its lines, and the clock to set."""
    now = [0.0]
    logger = logging.getLogger("lines of a test")
    logger.propagate, handler = False, Lines()
    brief = Brief(lambda: now[0])
    logger.addHandler(handler)
    logger.addFilter(brief)
    yield logger, handler.lines, now
    logger.removeHandler(handler)
    logger.removeFilter(brief)


def test_few_lines_of_a_kind_pass_and_the_next_says_how_many_were_left_out(written):
    logger, lines, now = written
    for number in range(1000):
        logger.warning("The fragment with id %s does not exist", number)
    logger.warning("Something else")
    assert len(lines) == MOST + 1
    now[0] = PERIOD_S
    logger.warning("The fragment with id %s does not exist", 1000)
    assert lines[-1] == f"The fragment with id 1000 does not exist · {1000 - MOST} more like it were left out"
    logger.warning("The fragment with id %s does not exist", 1001)
    assert lines[-1] == "The fragment with id 1001 does not exist"


def test_what_streamlit_itself_refuses_is_one_line_without_a_trace(written):
    logger, lines, _ = written
    for _ in range(3):
        try:
            st.context.no_such_thing  # noqa: B018
        except AttributeError:
            logger.exception("Uncaught app execution")
        forged = _raised_in(Path(st.__file__).parent / "elements" / "slider.py", "x\n" * 500)
        logger.error("Uncaught app execution", exc_info=forged)
    forged_lines = [line for line in lines if "slider.py:1" in line]
    assert len(forged_lines) == 3
    for line in forged_lines:
        assert "\n" not in line
        assert line.startswith("Uncaught app execution: ValueError: x x x")
        assert len(line) < LONGEST + 50


def test_an_error_of_the_app_has_its_trace_once_in_a_while(written):
    logger, lines, now = written
    for at in (0.0, 1.0, 2.0, PERIOD_S + 3.0):
        now[0] = at
        try:
            int("no number")
        except ValueError:
            logger.exception("Uncaught app execution")
    traced = ["Traceback" in line for line in lines]
    assert traced == [True, False, False, True]


def test_what_is_remembered_is_bounded():
    brief = Brief()
    for number in range(2 * MOST_KINDS):
        brief.filter(logging.makeLogRecord({"msg": f"line {number}"}))
    assert len(brief._kinds) == MOST_KINDS


def test_the_loggers_that_browsers_reach_are_kept_brief_once():
    before = {name: list(logging.getLogger(name).filters) for name in NAMES}
    try:
        keep_lines_brief()
        keep_lines_brief()
        for name in NAMES:
            assert sum(isinstance(one, Brief) for one in logging.getLogger(name).filters) == 1
    finally:
        for name, filters in before.items():
            logging.getLogger(name).filters[:] = filters


def _raised_in(file: Path, text: str) -> ValueError:
    """Return an error that was raised in a file."""
    try:
        exec(compile("raise ValueError(text)", str(file), "exec"), {"text": text})
    except ValueError as error:
        return error
    raise AssertionError
